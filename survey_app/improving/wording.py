"""What a verification has shown, as one sentence: the message for each reason, and the numbers that go into it."""

from typing import Any

from ..errors import N_
from ..tables import Action, Verification

FINDINGS = {
    "reached": N_(
        "Since “%(title)s” took effect on %(day)s, %(metric)s has gone from %(before)s to %(after)s: a change of "
        "%(change)s (%(confidence)s interval %(low)s to %(high)s) that is real and reaches the target of %(target)s."
    ),
    "partly": N_(
        "Since “%(title)s” took effect on %(day)s, %(metric)s has gone from %(before)s to %(after)s: a change of "
        "%(change)s (%(confidence)s interval %(low)s to %(high)s) that is real, while the target of %(target)s is not "
        "certainly reached."
    ),
    "improved": N_(
        "Since “%(title)s” took effect on %(day)s, %(metric)s has gone from %(before)s to %(after)s: a change of "
        "%(change)s (%(confidence)s interval %(low)s to %(high)s) that is real but, even at best, below the target of "
        "%(target)s."
    ),
    "opposite": N_(
        "Since “%(title)s” took effect on %(day)s, %(metric)s has gone from %(before)s to %(after)s: a change of "
        "%(change)s (%(confidence)s interval %(low)s to %(high)s) that is real but in the wrong direction; the target "
        "was %(target)s."
    ),
    "short": N_(
        "Since “%(title)s” took effect on %(day)s, %(metric)s has gone from %(before)s to %(after)s: a change of "
        "%(change)s (%(confidence)s interval %(low)s to %(high)s) that, even at best, stays below the target of "
        "%(target)s."
    ),
    "noise": N_(
        "Since “%(title)s” took effect on %(day)s, %(metric)s has gone from %(before)s to %(after)s: a change of "
        "%(change)s (%(confidence)s interval %(low)s to %(high)s) that may be noise; the target of %(target)s is not "
        "shown."
    ),
    "few_after": N_(
        "Since “%(title)s” took effect on %(day)s, only %(n)s answers have come for %(metric)s, and at least %(min_n)s "
        "were wanted: nothing is shown yet."
    ),
    "few_before": N_(
        "Before “%(title)s” took effect on %(day)s, only %(n)s answers had come for %(metric)s, and at least %(min_n)s "
        "were wanted: nothing can be shown."
    ),
}


def message(check: Verification) -> str:
    """The sentence for a verification; empty for one whose reason is not known any more."""
    return FINDINGS.get(str(check.difference.get("reason", "")), "")


def numbers(action: Action, check: Verification) -> dict[str, Any]:
    """What the sentence is filled with, still as numbers; the edge writes them as the reader does."""
    few = check.before if check.difference.get("reason") == "few_before" else check.after
    return {
        "title": action.title, "day": action.implemented_at, "before": check.before.get("value"),
        "after": check.after.get("value"), "change": check.difference.get("value"),
        "low": check.difference.get("low"), "high": check.difference.get("high"), "n": few.get("n", 0),
    }  # fmt: skip
