"""A clear complaint in an open answer, whatever score was given with it."""

from .base import Facts, Rule, Trigger


class NegativeOpinion(Rule):
    name = "negative_opinion"
    label = "Clear complaint in words"
    description = "A negative opinion of a probability of 0.85 or more, and no fewer complaints than praises."
    certainty = 0.85

    def check(self, facts: Facts) -> Trigger | None:
        sure = [said for said in facts.complaints if said.probability >= self.certainty]
        if not sure or len(facts.complaints) < len(facts.praises):
            return None
        named = [said for said in sure if said.aspect]
        if not named:
            return Trigger(self.name, "Complains in words")
        return Trigger(self.name, "Complains about: %(aspect)s", {"aspect": named[0].aspect})
