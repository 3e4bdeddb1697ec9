"""A scale with more good than bad answers: it makes the figure before anybody has answered."""

import re

from ....errors import N_
from ..asking import Asking, Finding, Rule

NEUTRAL = re.compile(
    "^(?:一般|普通|中立|中等|尚可|还行|还可以|说不清|不好说|不确定|无所谓|无意见|没意见|没感觉|不适用|不了解|不清楚|不知道|未使用.*|没用过|符合(?:期望|预期)|差不多|合适|适中|正好|刚好|neutral|neither.*|average|okay|ok|fair|not sure|unsure|don['’]t know|n/?a|not applicable|no opinion|about (?:right|the same)|the same|undecided|as expected|acceptable)$",
    re.IGNORECASE,
)
BAD = re.compile(
    "(?:不|没|未|无|非)(?:太|大|怎么|很|是很|够|甚|那么|会|曾|能|算|可)?(?:满意|同意|认同|赞成|可能|重要|容易|好|喜欢|愿意|清楚|了解|方便|合理|信任|专业|及时|推荐|支持|关心|错过|值|符合|友好|干净|符)|差|糟|困难|费力|难|失望|反对|低于|讨厌|慢|贵|脏"
    "|\\b(?:dis\\w+|un\\w+|poor|bad|terrible|awful|worse|worst|difficult|hard|not (?:at all|very|so|really|too|satisfied|likely|important|good)|never|below|low|slow|expensive|hate|dislike)\\b",
    re.IGNORECASE,
)
GOOD = re.compile(
    "满意|同意|认同|赞成|可能|重要|容易|轻松|好|喜欢|愿意|清楚|了解|方便|合理|信任|专业|及时|推荐|支持|优|棒|超[过出]?|高于|不错|惊喜|完美|快|值|友好|干净"
    "|\\b(?:satisfied|agree|likely|important|easy|good|great|excellent|outstanding|perfect|superb|fantastic|amazing|better|best|above|exceed\\w*|happy|delighted|pleased|like|love|helpful|clear)\\b",
    re.IGNORECASE,
)
SCALES = (
    (re.compile("同意|认同|赞成"), ("非常同意", "同意", "一般", "不同意", "非常不同意")),
    (re.compile("可能|愿意"), ("非常可能", "可能", "说不清", "不太可能", "非常不可能")),
    (re.compile("重要"), ("非常重要", "重要", "一般", "不太重要", "完全不重要")),
    (re.compile("满意"), ("非常满意", "满意", "一般", "不满意", "非常不满意")),
    (re.compile("agree", re.IGNORECASE), ("Strongly agree", "Agree", "Neither", "Disagree", "Strongly disagree")),
    (re.compile("likely", re.IGNORECASE), ("Very likely", "Likely", "Neither", "Unlikely", "Very unlikely")),
    (re.compile("satisf", re.IGNORECASE), ("Very satisfied", "Satisfied", "Neither", "Dissatisfied", "Very dissatisfied")),
)  # fmt: skip
GENERAL = {"zh": ("非常好", "好", "一般", "差", "非常差"), "en": ("Very good", "Good", "Fair", "Poor", "Very poor")}


def tone_of(option: str) -> int | None:
    """1 for a good answer, -1 for a bad one, 0 for the middle, None for words that are no rating."""
    words = option.strip()
    if NEUTRAL.match(words):
        return 0
    if BAD.search(words):
        return -1
    return 1 if GOOD.search(words) else None


class UnbalancedOptions(Rule):
    name = "unbalanced_options"
    order = 130

    def look(self, asking: Asking) -> Finding | None:
        tones = [tone_of(option) for option in asking.options]
        short = all(len(option) <= (10 if asking.is_chinese else 28) for option in asking.options)
        if len(tones) < 3 or None in tones or not short:
            return None
        good, bad = tones.count(1), tones.count(-1)
        if good == bad:
            return None
        words = " ".join((*asking.options, asking.plain))
        scale = next((names for pattern, names in SCALES if pattern.search(words)), GENERAL[asking.language])
        return Finding(
            N_("%(good)s good and %(bad)s bad answers: the scale leans to one side. Offer as many of each."),
            {"good": good, "bad": bad}, options=scale,
        )  # fmt: skip
