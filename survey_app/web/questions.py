"""Question pages: every question with the figure of its type, its table, its base, and who answered it."""

from typing import Any

from flask import Blueprint

from ..reporting import questions as reports
from ..reporting.figures.question import RESULTS, QuestionFigure, drawn
from ..store.questionnaires import Asked
from .access import needs
from .cuts import Looking, go, looking, page
from .errors import missing
from .figures import tabs, view_of
from .language import language

bp = Blueprint("questions", __name__, url_prefix="/questions")
GROUPS = ("segment", "tier", "channel", "version")


@bp.get("")
@needs("look")
def index() -> str:
    """All questions of the survey's latest version, in its order."""
    at = looking()
    found = []
    if at.asked is not None:
        found = [reports.report(at.chosen, at.asked, key, language()) for key in _asked(at.asked)]
    return page(
        "questions/index.html", at, reports=found, has_figures=bool(found), tabs=tabs(at), **_values(at),
    )  # fmt: skip


def _asked(of: Asked) -> list[str]:
    """The items that take an answer."""
    return [key for key, question in of.questions.items() if question.is_asked]


@bp.get("/<key>")
@needs("look")
def show(key: str) -> str:
    """One question, split by segment, tier, channel and version."""
    at = looking()
    if at.asked is None or key not in _asked(at.asked):
        raise missing()
    found = reports.report(at.chosen, at.asked, key, language())
    splits: dict[str, Any] = {}
    tables: dict[str, Any] = {}
    if len(at.chosen):
        for column in GROUPS:
            if found.metric is not None:
                groups = reports.by_groups(at.chosen, found.metric, column)
                splits |= {column: groups} if len(groups) > 1 else {}
            elif found.summary.rows:
                table = reports.crosstab(at.chosen, found.question, column)
                tables |= {column: table} if len(table[0]) > 1 else {}
    return page(
        "questions/show.html",
        at,
        one=found,
        splits=splits,
        tables=tables,
        page_args={"key": key},
        **_values(at),
    )


def _values(at: Looking) -> dict[str, Any]:
    """What the report of a question needs on its page: its drawing with links, and its table as files."""
    view = view_of(at)

    def files(one: reports.QuestionReport) -> dict[str, str]:
        asked, kind = {"item": [one.key]}, QuestionFigure.name
        return {ext: go("figures.table", at.cut, asked, name=kind, ext=ext) for ext in ("xlsx", "csv")}

    return {
        "definition": reports.definition, "results": RESULTS, "files": files,
        "plot": lambda one: drawn(view, one), "about": view.words.about(at.cut),
    }  # fmt: skip
