"""A detractor: 6 or less on the question whether they would recommend; very unhappy at 2 or less."""

from .base import NORMAL, URGENT, Facts, Rule, Trigger


class LowRecommendation(Rule):
    name = "low_nps"
    label = "Unlikely to recommend"
    description = "0 to 6 on the recommendation question; urgent at 2 or less."
    score = "nps"
    limit, urgent_limit = 6, 2

    def check(self, facts: Facts) -> Trigger | None:
        for _key, rating in facts.rated(self.score):
            if rating.value <= self.limit:
                severity = URGENT if rating.value <= self.urgent_limit else NORMAL
                values = {"value": rating.value, "scale": rating.scale}
                return Trigger(self.name, "Likely to recommend: %(value)g of %(scale)g", values, severity)
        return None
