"""Opinions of groups and of two periods side by side, with what differs beyond chance."""

from flask import Blueprint, request

from ..errors import N_
from ..reporting import sides
from ..reporting.svg import SMALL_BASE, Span, span_of
from ..store import cuts
from ..store.columns import Answers
from .access import needs
from .cuts import Looking, code_label, looking, page
from .language import day

bp = Blueprint("sides", __name__, url_prefix="/opinions/compare")
BY = {
    "period": N_("Period before"), "segment": N_("Segment"), "tier": N_("Tier"), "channel": N_("Channel"),
    "language": N_("Language"), "version": N_("Version"),
}  # fmt: skip
"""What can be compared: an attribute of the answers, or the equally long period before."""

PERIODS = {"now": N_("This period"), "before": N_("Period before")}


@bp.get("")
@needs("look")
def show() -> str:
    """A row per aspect, a column per group; the cut's polarity chooses criticism or praise."""
    at = looking()
    chosen = request.args.get("by", "segment")
    chosen = chosen if chosen in BY else "segment"
    polarity = -1 if at.cut.polarity is None else at.cut.polarity
    whole = cuts.select(at.frame, at.cut.with_(aspect="", polarity=None))
    base = whole if isinstance(whole, Answers) else at.frame
    before = _before(at)
    found = sides.by_period(base, before, polarity) if chosen == "period" else sides.by_group(base, chosen, polarity)
    by_code = {one.code: code_label(chosen, one.code) for one in found.groups}
    return page(
        "opinions/compare.html", at, found=found, names=PERIODS if chosen == "period" else by_code, days=_days(at),
        by=BY, chosen=chosen, polarity=polarity, spans={row.name: span(row) for row in found.rows},
        has_before=bool(len(before)), has_figures=False,
    )  # fmt: skip


def _before(at: Looking) -> Answers:
    """The answers of the period before, under the same filters; none where the cut has no beginning."""
    earlier = at.cut.previous()
    if earlier is None:
        return Answers()
    found = cuts.select(at.frame, earlier.with_(aspect="", polarity=None))
    return found if isinstance(found, Answers) else Answers()


def _days(at: Looking) -> dict[str, str]:
    """From when to when the two periods go."""
    pairs = {"now": at.cut, "before": at.cut.previous() or at.cut}
    return {
        name: f"{day(cut.since) if cut.since else '…'} – {day(cut.until) if cut.until else '…'}"
        for name, cut in pairs.items()
    }


def span(row: sides.Row) -> Span:
    """The range to draw on; the wide intervals of small groups do not press the others together."""
    large = [("", cell.share) for cell in row.cells if cell.share.n >= SMALL_BASE]
    return span_of(large or [("", cell.share) for cell in row.cells])
