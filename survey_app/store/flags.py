"""Signs of quality that are kept with a response as it comes in, each with its reason; they never take it away."""

from collections.abc import Iterable

from ..errors import N_

STORED = {
    "trap": N_("Filled in what only machines see"),
    "hasty": N_("Sent before it can have been read"),
    "repeat": N_("Answered before"),
}
"""The name in the database and in addresses, and the words. The place in this list is the bit in the columnar copy:
new ones come at the end."""


def bits(flags: Iterable[str]) -> int:
    """The flags of a response as one number.

    >>> bits(["trap", "repeat"])
    5
    """
    return sum(1 << place for place, name in enumerate(STORED) if name in flags)
