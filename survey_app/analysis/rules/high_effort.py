"""A customer who had a hard time: the lower two sevenths of an ease scale (2 of 7)."""

from .base import Facts, Rule, Trigger


class HighEffort(Rule):
    name = "high_effort"
    label = "Found it hard"
    description = "1 or 2 of 7 on how easy it was."
    score = "ces"
    share = 2 / 7

    def check(self, facts: Facts) -> Trigger | None:
        for _key, rating in facts.rated(self.score):
            # A hair of tolerance: two sevenths of seven is not exactly two in floating point.
            if rating.value <= self.share * rating.scale + 1e-9:
                values = {"value": rating.value, "scale": rating.scale}
                return Trigger(self.name, "Ease: %(value)g of %(scale)g", values)
        return None
