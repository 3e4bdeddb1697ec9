"""Two things in one question: an answer cannot say which of them it is about."""

import re

from ....errors import N_
from ..asking import Asking, Finding, Rule, stem

# Words that hold a joining sign inside them, and pairs that are one thing.
WHOLE = re.compile(
    "参与|与否|与会|赠与|给与|授与|与日俱增|与众不同|与其|涉及|普及|提及|顾及|波及|来得及|及时|及格|及其|及以[上下]|以及以[上下]"
    "|和蔼|和气|和谐|和睦|温和|平和|缓和|柔和|随和|饱和|暖和|总和|和解|和平|祥和|亲和|合并|并不|并非|并未|并没|并列|并发"
    "|尚且|暂且|衣食住行|吃喝玩乐|柴米油盐|售前售后|条款和条件|收发"
)
# Before and after these, the sign joins people, times or numbers, or belongs to a comparison.
PEOPLE = (
    "我|你|您|他|她|它|咱|自己|本人|家人|亲人|家属|朋友|友人|亲友|好友|同事|同学|伙伴|伴侣|爱人|配偶|丈夫|妻子|先生|太太|孩子|子女|儿子|女儿"
    "|父母|爸爸|妈妈|老人|长辈|亲戚|邻居|客户|顾客|用户|会员|读者|上级|下级|领导|下属|团队成员|其他人|别人|他人|大家"
)
BESIDE_PEOPLE = re.compile(rf"(?:{PEOPLE})(?:们)?$"), re.compile(rf"^(?:您的|你的|自己的)?(?:{PEOPLE})")
BESIDE_NUMBERS = (
    re.compile(r"[\d一二三四五六七八九十百千万元分点月日年周天号岁次%]$"),
    re.compile(r"^[\d一二三四五六七八九十]"),
)
COMPARED = re.compile(
    "^.{0,16}?(?:相比|相较|比较|对比|一致|相符|相同|相似|不同|有关|相关|符合|匹配|吻合|之间|差别|差距|区别|联系|沟通|交流|互动|合作|接触|打交道)"
)
JOIN = re.compile("以及|并且|而且|同时|[和与及且跟]|(?<!请)并(?!在|于|对)|、|又")
OR = re.compile("或者|或是|或")
THINGS = (
    "价格|质量|服务|态度|环境|卫生|速度|包装|物流|配送|外观|性能|功能|口味|味道|分量|品质|效果|效率|专业|设计|界面|操作|流程|售后|品种|种类"
    "|位置|交通|停车|设施|装修|氛围|安全|舒适|清洁|整洁|续航|画质|音质|手感|颜色|尺寸|材质"
)
BOTH_THINGS = re.compile(rf"(?:{THINGS}).{{0,3}}(?:或者|或是|或)(?:{THINGS})")
ASKS = re.compile(
    "满意|评价|评分|打分|如何|怎么样|怎样|是否|吗|愿意|愿不愿|认为|觉得|喜欢|同意|认可|看待|看法|感受|体验|印象|重要|清楚|了解|能否|可否|有多|多大程度"
)
NEUTRAL = re.compile(
    "满意(?:和|与|或|、)不满意|优(?:点|势)(?:和|与|及|、)(?:缺|不足|劣)|利(?:和|与|、)弊|收支|好(?:与|和)坏|大小|有无"
)

EN_JOIN = re.compile(r"\s*(?:,\s*)?\b(?:and|as well as|plus)\b\s+", re.IGNORECASE)
EN_PEOPLE = (
    r"(?:i|we|you|us|me|he|she|they|friends?|family|families|colleagues?|coworkers?|co-workers?|partners?|spouse|kids|children|child"
    r"|parents?|relatives?|neighbou?rs?|husband|wife|others|people|customers?|users?|guests?|members?|team|boss|manager)"
)
EN_BESIDE = (
    re.compile(rf"\b{EN_PEOPLE}$", re.IGNORECASE),
    re.compile(rf"^(?:your|my|our|their)?\s*{EN_PEOPLE}\b", re.IGNORECASE),
)
EN_ONE = re.compile(
    r"\b(?:terms and conditions|pros and cons|research and development|bed and breakfast|black and white|food and drinks?|more and more"
    r"|again and again|up and running|questions? and answers?|wait and see|advantages and disadvantages|strengths and weaknesses|and/or"
    r"|between \S+ and \S+|both \S+ and \S+ (?:agree|apply)|and so on|and why)\b|\b\d+\s+and\s+\d+\b",
    re.IGNORECASE,
)
EN_ASKS = re.compile(
    r"\b(?:satisfied|satisfaction|rate|rating|how|do|does|did|is|are|was|were|would|will|can|could|have|has|agree|like|easy|evaluate)\b",
    re.IGNORECASE,
)
MESSAGE = N_(
    "“%(first)s” and “%(second)s” are two things. An answer cannot say which it is about; ask them one by one."
)


class DoubleBarrelled(Rule):
    name = "double_barrelled"
    order = 10

    def look(self, asking: Asking) -> Finding | None:
        found = _chinese(asking.asked) if asking.is_chinese else _english(asking.asked)
        if found is None:
            return None
        first, second, stems = found
        made = tuple(_whole_stem(asking, one) for one in stems)
        return Finding(MESSAGE, {"first": first, "second": second}, stems=made)


def _whole_stem(asking: Asking, clause: str) -> str:
    """The stem with another asking clause in place of its own."""
    return (
        stem(asking.text.replace(asking.asked, clause), asking.language)
        if asking.asked in asking.text
        else stem(clause, asking.language)
    )


def _chinese(clause: str) -> tuple[str, str, tuple[str, ...]] | None:
    if not ASKS.search(clause):
        return None
    masked = NEUTRAL.sub(lambda m: "□" * len(m[0]), WHOLE.sub(lambda m: "□" * len(m[0]), clause))
    signs = [*JOIN.finditer(masked), *(OR.finditer(masked) if BOTH_THINGS.search(masked) else ())]
    for sign in sorted(signs, key=lambda one: one.start()):
        before, after = masked[: sign.start()], masked[sign.end() :]
        if not before.strip("您你请对的 ") or not after or _is_beside(before, after, sign[0]):
            continue
        left, right = _left(clause[: sign.start()]), _right(clause[sign.end() :])
        if not left or not right:
            continue
        start, end = sign.start() - len(left), sign.end() + len(right)
        head, tail = clause[:start], clause[end:]
        return left, right, (f"{head}{left}{tail}", f"{head}{right}{tail}")
    return None


def _is_beside(before: str, after: str, sign: str) -> bool:
    for left, right in (BESIDE_PEOPLE, BESIDE_NUMBERS):
        if left.search(before) or right.search(after):
            return True
    return sign in "和与跟" and bool(COMPARED.search(after))


def _left(before: str) -> str:
    """The words right before the sign, back to what leads them in."""
    return re.split("[的对于把被将请在从是否]|我们|公司|本店|觉得|认为|有多|您|你|它|既|很|非常|比较|、", before)[-1]


def _right(after: str) -> str:
    """The words right after it, up to what asks about them."""
    words = re.split(
        "满意|如何|怎么|怎样|是否|吗|有多|的?评价|的?评分|打分|的?看法|的?感受|的?体验|的?印象|重要|的(?=.{0,6}(?:满意|如何|吗|支付))|等|方面|、|[和与及]|$",
        after,
    )[0]
    return words.removesuffix("是").strip()


def _english(clause: str) -> tuple[str, str, tuple[str, ...]] | None:
    if not EN_ASKS.search(clause):
        return None
    masked = EN_ONE.sub(lambda m: "□" * len(m[0]), clause)
    for sign in EN_JOIN.finditer(masked):
        before, after = masked[: sign.start()].rstrip(" ,"), masked[sign.end() :]
        if not before or not after or EN_BESIDE[0].search(before) or EN_BESIDE[1].search(after):
            continue
        left = re.split(
            r"\b(?:the|our|your|its|of|with|with the|about|on|for|is|are|was|were|be|how|to|very|both)\b|,",
            before,
            flags=re.IGNORECASE,
        )[-1].strip()
        right = re.split(r"\b(?:of|in|at|on|for|during|when|that|from|with)\b|[,?]", after, flags=re.IGNORECASE)[
            0
        ].strip()
        if not left or not right:
            continue
        head, tail = before[: len(before) - len(left)], after[len(right) :]
        return (
            left,
            right,
            (f"{head}{left}{tail and ' '}{tail.strip()}", f"{head}{right}{tail and ' '}{tail.strip()}"),
        )
    return None
