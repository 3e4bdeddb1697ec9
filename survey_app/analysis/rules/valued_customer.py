"""A customer worth much to us who is unhappy: always urgent."""

from .base import URGENT, Facts, Rating, Rule, Trigger


class ValuedCustomerUnhappy(Rule):
    name = "valued_customer"
    label = "Important customer unhappy"
    description = "A customer of a top tier or high yearly value rates in the lower half, or mostly complains."

    def check(self, facts: Facts) -> Trigger | None:
        if not facts.is_valued:
            return None
        if any(self.is_low(rating) for rating in facts.ratings.values()):
            return Trigger(self.name, "Important customer, low rating", severity=URGENT)
        if len(facts.complaints) > len(facts.praises):
            return Trigger(self.name, "Important customer, complains in words", severity=URGENT)
        return None

    def is_low(self, rating: Rating) -> bool:
        return rating.value <= rating.scale / 2
