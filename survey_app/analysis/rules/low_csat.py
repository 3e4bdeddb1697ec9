"""A dissatisfied customer: the lower two fifths of a satisfaction scale (2 of 5, 2 of 7, 4 of 10)."""

from .base import Facts, Rule, Trigger


class LowSatisfaction(Rule):
    name = "low_csat"
    label = "Dissatisfied"
    description = "In the lower two fifths of a satisfaction scale, such as 1 or 2 of 5 stars."
    score = "csat"
    share = 0.4

    def check(self, facts: Facts) -> Trigger | None:
        for _key, rating in facts.rated(self.score):
            if rating.value <= self.share * rating.scale:
                values = {"value": rating.value, "scale": rating.scale}
                return Trigger(self.name, "Satisfaction: %(value)g of %(scale)g", values)
        return None
