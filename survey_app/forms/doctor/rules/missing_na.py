"""A required question about something that not everybody has met, without an answer for those who have not."""

import re

from ....errors import N_
from ..asking import Asking, Finding, Rule

MET = {
    "zh": re.compile(
        "(?:退货|换货|退款|投诉|报修|维修|安装|售后|客服热线|会员权益|优惠券|停车|儿童|自助(?:机|结账)|联系(?:我们的)?客服)[^，。]*(?:满意|评价|如何|怎么样|体验|及时|顺利)"
    ),
    "en": re.compile(
        r"\b(?:returns?|refund|complaint|repair|installation|after-sales|hotline|parking|coupon|self-checkout)\b[^.?]*\b(?:satisfied|rate|easy|how|helpful)\b|\b(?:satisfied|rate|easy|how|helpful)\b[^.?]*\b(?:returns?|refund|complaint|repair|installation|after-sales|hotline|parking|coupon|self-checkout)\b",
        re.IGNORECASE,
    ),
}
AWAY = re.compile(
    "不适用|没有|未|没用过|不了解|不清楚|无需|not applicable|n/?a|haven['’]t|did not|didn['’]t|never|none",
    re.IGNORECASE,
)


class MissingNa(Rule):
    name = "missing_na"
    order = 140

    def look(self, asking: Asking) -> Finding | None:
        if not asking.is_required or asking.is_conditional or not asking.options or not asking.found(MET):
            return None
        if any(AWAY.search(option) for option in asking.options):
            return None
        return Finding(
            N_("Not everybody has met this, yet everybody must answer. Offer “not applicable”."),
            options=(*asking.options, "不适用" if asking.is_chinese else "Not applicable"),
        )
