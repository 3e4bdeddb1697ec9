"""A question that says which answer is wanted: people follow it, and the figure says nothing."""

import re

from ....errors import N_
from ..asking import Asking, Finding, Rule, stem

OTHERS = "专家|权威(?:机构|人士|媒体)?|学者|医生们?|研究|调查|数据|业内(?:人士)?|媒体|众所周知|大家|人们|所有人|(?:绝?大)?多数(?:的)?(?:人|顾客|用户|客户|消费者|家庭|会员|网友|市民)们?|许多(?:人|顾客|用户|客户|消费者)|很多(?:人|顾客|用户|客户|消费者)|越来越多(?:的)?(?:人|顾客|用户|客户|消费者)"
PRAISE = "优质|卓越|一流|顶级|贴心|周到|热情(?:周到)?|高品质|优秀|精心|完美|出色|先进|领先|杰出|超值|实惠|物美价廉|屡获殊荣|备受好评|深受[^，。]{0,6}(?:喜爱|欢迎)|广受[^，。]{0,6}好评|知名|著名|优美|美味|精美|强大|高端|尊贵|卓有成效|无微不至|细致入微|愉快|令人满意|良好|人性化|舒适|便捷|高效|友善|亲切"
BLAME = "糟糕|恶劣|劣质|混乱|低效|难用|可恶|差劲|落后|缓慢|昂贵|过高"
AUTHORITY = {
    "zh": re.compile(
        rf"(?:{OTHERS})(?:们)?(?:普遍|一致|已经|早就|也|都|均)?(?:认为|觉得|都?说|表示|表明|显示|指出|建议|公认|发现|证明|证实|推荐|喜欢|喜爱|选择|同意|支持|反映|赞成|满意|相信|知道)[^，。]*[，,。]?"
        "|众所周知[，,]?"
    ),
    "en": re.compile(
        r"\b(?:experts?|doctors|most (?:people|customers|users|of our \w+)|many (?:people|customers|users)|everyone|everybody|studies|research|scientists)\b"
        r"\s+(?:\w+\s+){0,2}?(?:agrees?|says?|shows?|believes?|thinks?|recommends?|knows?|prefers?|loves?|suggests?|finds?)\b[^,.]*[,.]?",
        re.IGNORECASE,
    ),
}
CLAIM = {
    "zh": re.compile(
        r"[^，。]*(?:我们|我司|公司|本店|本品牌|本产品|品牌|产品|门店|平台|它|[^，。]{0,8})(?:是|为|作为|荣获|获得?|位居|位列|蝉联|连续[^，。]{0,6})[^，。]{0,14}"
        r"(?:第一|领先|最[大好佳优强][^，。]{0,4}|领导者|领军|首选|金奖|大奖|冠军|龙头|标杆|口碑)[^，。]*[，,。]"
        r"|[^，。]*(?:考虑到|鉴于|既然|正如您所知|如您所知|毫无疑问|不可否认|显然)[^，。]*[，,。]"
    ),
    "en": re.compile(
        r"[^,.?]*\b(?:(?:is|are|as)\s+(?:the\s+)?(?:\w+\s+)?(?:number one|no\. ?1|#1|leading|best|largest|most trusted)|given that|as you know|obviously|clearly|undoubtedly)\b[^,.?]*[,.]\s*",
        re.IGNORECASE,
    ),
}
TAG = {
    "zh": re.compile("[，,]?(?:对吗|对吧|对不对|是吧|是吗|不是吗|对么|没错吧|吧)[？?]?$"),
    "en": re.compile(
        r",\s*(?:right|correct|(?:is|are|was|were|do|does|did|have|has|wo|ca|should|would)n['’]t\s+(?:it|you|they|we|he|she))\s*\?*$",
        re.IGNORECASE,
    ),
}
RHETORICAL = {
    "zh": re.compile(
        "难道|岂不|莫非|(?:您|你)?不(?:也)?(?:觉得|认为|感到|同意|赞成|想|希望|喜欢)[^，。]*吗|(?<!否)(?<!不)(?:一定|肯定|想必|必定)(?!的|程度)[^，。]{0,24}(?:吧|吗)|作为(?:一[名位个])?(?:负责任|有爱心|有品位|明智|聪明|理性|爱国|合格|称职)"
    ),
    "en": re.compile(
        r"\b(?:don|doesn|didn|isn|aren|wasn|weren|wouldn|shouldn|won|haven|hasn|couldn|can)['’]t\s+(?:you|it|our|we|they|the|this)\b|\bas a (?:responsible|caring|loyal|smart)\b|\bsurely\b",
        re.IGNORECASE,
    ),
}
LOADED = {
    "zh": re.compile(
        rf"(?<!是否)(?<!不够)(?<!不)(?<!更)(?<!最)(?<!否)(?<!够)(?<!多)(?<!有)(?:(?:{PRAISE})(?:(?:而|又|且|、|和)(?:{PRAISE}))?|{BLAME})(?:的|地)?(?=(?:[^，。是否吗]{{0,4}})?(?:服务|产品|体验|环境|团队|客服|员工|品质|设计|功能|价格|菜品|门店|态度|活动|App|系统|平台|流程|收费|涨价|等待))"
    ),
    "en": re.compile(
        r"\b(?:award-winning|world-class|first-class|excellent|outstanding|superb|amazing|fantastic|wonderful|great|friendly|delicious|top-quality|high-quality|state-of-the-art|innovative|best-selling|terrible|awful|poor|horrible|overpriced)\s+(?=(?:new\s+)?(?:customer\s+)?(?:service|services|product|products|staff|team|support|food|app|experience|quality|design|features?|range|offers?|value|prices?|website|waiting)\b)",
        re.IGNORECASE,
    ),
}
HOW = re.compile(
    r"\bhow\s+(?:much\s+(?:did|do|have)\s+you\s+(?:really\s+)?(?:love|enjoy|like|appreciate)|(?:great|amazing|excellent|wonderful|fantastic|awesome|good|bad|terrible|awful|delighted|happy|pleased)\b)",
    re.IGNORECASE,
)
DESCRIBED = re.compile("^(?:为了?|感谢)[^？?]*?[，。](?=[^，。]*(?:您|你|请))")
"""A preface of thanks or purpose describes us, not what is asked about."""
HOW_GOOD = re.compile(r"\bhow good or|\bhow (?:happy|pleased|good) or ", re.IGNORECASE)
ONE_SIDED = {
    "zh": re.compile(rf"是否(?:也)?(?:同意|认同|赞成|赞同|认可)(?=[^，。]*(?:{PRAISE}|满意|更好|提升|值得|合理))"),
    "en": re.compile(r"(?<!extent )\b(?:do|would) you (?:also )?(?:agree|accept) that\b", re.IGNORECASE),
}


class Leading(Rule):
    name = "leading"
    order = 20

    def look(self, asking: Asking) -> Finding | None:
        for patterns, message in (
            (AUTHORITY, N_("“%(words)s” says what others think. Leave it out, or people will follow it.")),
            (CLAIM, N_("“%(words)s” praises before it asks. Leave it out.")),
            (RHETORICAL, N_("“%(words)s” asks for a yes. Ask it so that every answer is as easy to give.")),
            (TAG, N_("“%(words)s” at the end asks for a yes. Ask it so that every answer is as easy to give.")),
            (ONE_SIDED, N_("“%(words)s” names only one side. Ask how far people agree or disagree.")),
            (LOADED, N_("“%(words)s” already judges. A neutral question leaves the judging to people.")),
        ):
            if match := patterns[asking.language].search(
                DESCRIBED.sub("", asking.plain) if patterns is LOADED else asking.plain
            ):
                return Finding(message, {"words": match[0].strip(" ，,。.")}, stems=_neutral(asking))
        how = None if asking.is_chinese or HOW_GOOD.search(asking.plain) else HOW.search(asking.plain)
        if how:
            return Finding(
                N_("“%(words)s” already judges. A neutral question leaves the judging to people."),
                {"words": how[0]}, stems=_neutral(asking),
            )  # fmt: skip
        return None


def _neutral(asking: Asking) -> tuple[str, ...]:
    """The stem without everything that pushes."""
    code, text = asking.language, asking.text
    for patterns in (AUTHORITY, CLAIM):
        text = patterns[code].sub("", text)
    text = LOADED[code].sub("", text)
    made = _neutral_zh(text) if asking.is_chinese else _neutral_en(text)
    made = stem(made, code)
    return (made,) if made and made != asking.text else ()


def _neutral_zh(text: str) -> str:
    text = re.sub("难道|莫非|岂不", "", text)
    text = re.sub("不(?:也)?(觉得|认为|感到|同意|赞成|想|希望|喜欢)", r"是否\1", text)
    text = re.sub("是否(?:也)?(?:同意|认同|赞成|赞同|认可)", "在多大程度上同意或不同意：", text)
    text = re.sub("(?:一定|肯定|想必|必定)(?!的)(?:会|很|是)?", "是否", text)
    text = re.sub(
        "作为(?:一[名位个])?(?:负责任|有爱心|有品位|明智|聪明|理性|爱国|合格|称职)的[^，。]{1,6}[，,]?", "", text
    )
    if TAG["zh"].search(text):
        text = TAG["zh"].sub("", text)
        text = re.sub("(?:从来|从)?没有?(?=[\u4e00-\u9fff]*过)|从未", "是否", text)
        text = text if "是否" in text else re.sub("(您|你)", r"\1是否", text, count=1)
    return re.sub("是否(.*)吗", r"是否\1", text)


def _neutral_en(text: str) -> str:
    text = re.sub(
        r"\b(?:do|would) you (?:also )?(?:agree|accept) that\b",
        "How far do you agree or disagree:",
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(
        r"\b(?:don|wouldn)['’]t you (?:agree|think|believe|feel)(?: that)?\b",
        "How far do you agree or disagree:",
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(
        r"\b(is|are|was|were|would|should|could|have|has|do|does|did)n['’]t\b", r"\1", text, flags=re.IGNORECASE
    )
    text = re.sub(
        r"\bhow much (?:did|do) you (?:really )?(?:love|enjoy|like|appreciate)\b",
        "How would you rate",
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(
        r"\bhow (?:great|amazing|excellent|wonderful|fantastic|awesome|good|bad|terrible|awful|delighted|happy|pleased) (?:is|are|was|were)\b",
        "How would you rate",
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(r"\b(?:surely|obviously|clearly),?\s*", "", text, flags=re.IGNORECASE)
    return TAG["en"].sub("", text)
