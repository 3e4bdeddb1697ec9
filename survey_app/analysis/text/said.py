"""Was anything said at all: 无, 没有, 1, 暂无 and keyboard noise are answers without an opinion."""

import re

from .clean import has_chinese, prepare

_EMPTY = re.compile(
    r"(?:暂时|目前|暂且|现在|暂|都|真的|真|也|好像|我|嗯|额)*"
    r"(?:(?:没有|没|无|木有|没啥|没什么|没有什么|暂无)(?:了|什么|啥|任何|特别|太多|别的|其他|其它|更多|明显)*(?:的|好)?"
    r"(?:想法|意见|建议|看法|评价|反馈|要求|需求|补充|要说|可说|好说|想说|说|印象|感觉|想到|答案|内容|原因|理由|体会)?(?:的|了|吧|啦|呢|哦|啊|呀)*"
    r"|不知道|不清楚|不了解|不晓得|不好说|没想好|没想过|没用过|随便|无可奉告|略|同上|如题|如上|路过|测试|测试一下|占位)"
    r"(?:的|了|吧|啦|呢|哦|啊|呀|说什么|写什么|填什么|怎么说|谢谢)*"
)
_LATIN = re.compile(
    r"(?:none|nil|null|nothing(?: (?:to (?:say|add)|else|really))?|"
    r"no(?: (?:comments?|idea|reason|answer|suggestions?))?|n/?a|na|"
    r"not applicable|i ?don'?t know|idk|no idea|dunno|test(?:ing)?|asdf\w*|qwer\w*|zxcv\w*|[a-z]|x+|abc(?:d\w*)?)"
)
_FILLER = re.compile(r"[哈呵嘿嗯啊哦额呃噢哎唉嘻的]+|lol|(?:ha)+h?")
_FINE = re.compile(r"(?:都|挺|很|还|蛮|非常)?(?:好|行|可以|不错|满意|ok|okay|good|fine)(?:的|了|啊|吧|呀)*")
_LETTERS = re.compile(r"[\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
_SIGN = re.compile("[\U0001f300-\U0010ffff\u2600-\u27bf]")
_GAPS = re.compile(r"[\s\W_]+")
_KEYBOARD = re.compile(r"[bcdfghjklmnpqrstvwxz]{5,}|(?:qwert|asdfg|zxcvb|hjkl)\w*")


def nothing_said(text: str, asks: str = "reason") -> bool:
    """Whether an answer says nothing. Emoji say something; digits and punctuation do not.

    `asks` is what the question wants: to "improvement" (what could be better?) 好 and 挺好的 add nothing either,
    while as a "reason" for a score they are an opinion.
    """
    return says_nothing(prepare(text).matched, asks)


LONGEST_NOTHING = 40
"""Characters. A longer answer says something as soon as there is a letter in it."""


def says_nothing(matched: str, asks: str = "reason") -> bool:
    """The same of a text in its form for matching."""
    if len(matched) > LONGEST_NOTHING:
        return _LETTER.search(matched) is None and _SIGN.search(matched) is None
    if _SIGN.search(matched):
        return False
    words = _GAPS.sub(" ", matched).strip()
    joined = words.replace(" ", "") if has_chinese(words) else words
    if not _LETTERS.sub("", joined) or (len(set(joined)) == 1 and not has_chinese(joined)):
        return True
    if _EMPTY.fullmatch(joined) or _FILLER.fullmatch(joined) or _LATIN.fullmatch(joined):
        return True
    if _KEYBOARD.fullmatch(joined) or _LATIN.fullmatch(matched.strip(" .。")):
        return True
    return asks == "improvement" and _FINE.fullmatch(joined) is not None


_IMPROVEMENT = re.compile(r"改进|改善|提升|建议|意见|不足|做得更好|improve|better|suggest|change", re.IGNORECASE)


def asked_for(question: str) -> str:
    """What a question's words ask for: "improvement" or "reason" (see `nothing_said`)."""
    return "improvement" if _IMPROVEMENT.search(question) else "reason"
