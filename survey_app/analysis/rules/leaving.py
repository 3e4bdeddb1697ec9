"""A customer who says that they leave, want their money back, or will complain to an authority."""

import re

from .base import URGENT, Facts, Rule, Trigger

SIGNS = re.compile(
    r"(?P<leaving>再也不(?:会)?(?:来|买|用(?!担心)|选|想|光顾|合作)|不会再(?:来|买|用|续|合作|选)|最后一次(?:买|用|来|合作)|换(?:一)?家|"
    r"不(?:再|打算)续(?:约|费|签)|终止合作|取消(?:订阅|合作)|拉黑|"
    r"never (?:again|buy|use|order)|switch(?:ing|ed)? to|cancel(?:l?ing|led)? (?:my|our|the)|last time (?:i|we))"
    r"|(?P<refund>要求退(?:款|货)|申请退(?:款|货)|全额退款|(?:want|demand) (?:a |my |our )?(?:refund|money back))"
    r"|(?P<authority>12315|12345|工信部|消协|消费者协会|市场监管|律师|起诉|法院|曝光|找媒体|lawyer|sue you|regulator)",
    re.IGNORECASE,
)
DENIED = re.compile(r"(?:不会|没有|没想|不想|不用|无需|never|not going to|won't|would not)$", re.IGNORECASE)
"""Words before a sign that turn it around: 不会换家, won't switch to."""


class Leaving(Rule):
    name = "leaving"
    label = "Says they leave or escalate"
    description = "Words of leaving, of wanting the money back, or of going to an authority or the press."
    reasons = {  # noqa: RUF012 - a constant of the class
        "leaving": "Says that they will leave",
        "refund": "Asks for the money back",
        "authority": "Speaks of an authority, a lawyer or the press",
    }

    def check(self, facts: Facts) -> Trigger | None:
        for text in facts.texts.values():
            for sign in SIGNS.finditer(text):
                if sign.lastgroup and not DENIED.search(text[: sign.start()].rstrip()):
                    return Trigger(self.name, self.reasons[sign.lastgroup], severity=URGENT)
        return None
