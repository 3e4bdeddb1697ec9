"""Phrases that stand out, with their polarity, and in which groups more answers say them."""

from flask import Blueprint, request

from ..reporting import phrases
from .access import needs
from .cuts import code_label, looking, page
from .database import reading
from .sides import BY, span

bp = Blueprint("phrases", __name__, url_prefix="/opinions/phrases")
GROUPS = {name: label for name, label in BY.items() if name != "period"}
MOST = 24


@bp.get("")
@needs("look")
def show() -> str:
    """A row per phrase: how it is meant, in how many answers it stands, and its share in each group."""
    at = looking()
    chosen = request.args.get("by", "segment")
    chosen = chosen if chosen in GROUPS else "segment"
    with reading() as db:
        ranked = phrases.ranked(db, at.chosen, at.cut.aspect, at.cut.polarity, most=MOST)
    names = [theme.phrase for theme in ranked.themes]
    found = phrases.by_group(at.chosen, names, chosen)
    return page(
        "opinions/phrases.html", at, phrases=ranked, counts=phrases.counts(at.chosen, names), by=GROUPS, chosen=chosen,
        rows={row.name: row for row in found.rows}, spans={row.name: span(row) for row in found.rows},
        groups=found.groups, names={one.code: code_label(chosen, one.code) for one in found.groups}, has_figures=False,
    )  # fmt: skip
