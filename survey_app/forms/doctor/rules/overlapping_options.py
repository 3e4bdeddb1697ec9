"""Ranges that share a number: who is exactly there has two answers."""

from ....errors import N_
from ..asking import Asking, Finding, Rule
from ..ranges import overlaps, ranges


class OverlappingOptions(Rule):
    name = "overlapping_options"
    order = 110

    def look(self, asking: Asking) -> Finding | None:
        found = ranges(asking.options)
        pairs = overlaps(found)
        if not pairs:
            return None
        first, second = pairs[0]
        moved = {}
        for before, after in pairs:
            if before.high is not None and (after.high is None or before.high + after.step <= after.high):
                moved[after.words] = after.written(before.high + after.step)
        options = tuple(moved.get(words.strip(), words) for words in asking.options)
        return Finding(
            N_("“%(first)s” and “%(second)s” overlap. Let each range begin after the one before it."),
            {"first": first.words, "second": second.words}, options=options if options != asking.options else (),
        )  # fmt: skip
