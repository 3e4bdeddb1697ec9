"""Workbooks to take along: the tracking table of all actions, and the cases. What people wrote stays text in them."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from sqlmodel import Session, col, select

from .. import clock
from ..analysis.rules import RULES
from ..errors import N_
from ..forms.definition import say
from ..tables import Action, Survey, User, Verification
from . import actions, casebook, cases, causes, measuring, telling
from .browse import Row
from .cautions import Caution
from .criteria import Criterion, criterion
from .judging import REASONS
from .measuring import Translate

Describe = Callable[[str], str]
"""A filter as words, from the address that keeps it."""

Value = str | float | int | datetime | date | None


Doubts = Callable[[list[Caution], str], list[str]]
"""What speaks against a verification, as sentences, from its cautions and the metric's unit."""


def actions_workbook(
    session: Session, language: str, translate: Translate, describe: Describe, doubts: Doubts
) -> bytes:
    """One line per action: what for, who, until when, judged by what, and what came of it."""
    heads = (
        N_("No."), N_("Improvement action"), N_("State"), N_("Cause"), N_("In charge"), N_("Due"),
        N_("Cases"), N_("Customers told"), N_("Survey"), N_("Metric"), N_("Filter"),
        N_("Target change"), N_("Baseline from"), N_("Baseline to"), N_("Implemented on"), N_("To be verified"),
        N_("Before"), N_("Before, low"), N_("Before, high"), N_("Before, n"),
        N_("After"), N_("After, low"), N_("After, high"), N_("After, n"), N_("Difference"), N_("Difference, low"),
        N_("Difference, high"), N_("Verdict"), N_("Verified by"), N_("Verified on"),
        N_("To be kept in mind"),
    )  # fmt: skip
    found = list(session.exec(select(Action).order_by(col(Action.id))))
    known = _Known(session, language, translate, describe, doubts)
    lines = [_action_line(session, action, known) for action in found]
    return _workbook(translate(N_("Actions"), None), [translate(head, None) for head in heads], lines)


class _Known:
    """The names that lines refer to, read once, and how they are said."""

    def __init__(
        self, session: Session, language: str, translate: Translate, describe: Describe, doubts: Doubts
    ) -> None:
        self.language, self.translate, self.describe, self.doubts = language, translate, describe, doubts
        self.paths = causes.paths(session)
        self.users = {user.id: user.name for user in session.exec(select(User))}
        self.surveys = {survey.id: survey.name for survey in session.exec(select(Survey))}
        self.told = telling.told_counts(session)
        self.checks = latest_checks(session)


def latest_checks(session: Session) -> dict[int, Verification]:
    """The last verification of each action."""
    return {check.action_id: check for check in session.exec(select(Verification).order_by(col(Verification.id)))}


def _action_line(session: Session, action: Action, known: _Known) -> list[Value]:
    assert action.id is not None
    check = known.checks.get(action.id)
    linked, told = known.told.get(action.id, (0, 0))
    wanted = criterion(action.criterion) if action.criterion else None
    return [
        action.id, action.title, known.translate(actions.STATES[action.state], None),
        path_words(known.paths.get(action.cause_id or 0, []), known.language), known.users.get(action.owner_id, ""),
        action.due_on, linked, told, *_criterion_cells(session, wanted, known), action.implemented_at,
        action.verify_at, *_check_cells(check, known, wanted), _doubt_cell(session, check, known, wanted),
    ]  # fmt: skip


def _criterion_cells(session: Session, wanted: Criterion | None, known: _Known) -> list[Value]:
    if wanted is None:
        return [None] * 6
    return [
        known.surveys.get(wanted.survey_id, ""), measuring.title(session, wanted, known.language, known.translate),
        known.describe(wanted.query), wanted.change, wanted.baseline_from, wanted.baseline_to,
    ]  # fmt: skip


def _check_cells(check: Verification | None, known: _Known, wanted: Criterion | None) -> list[Value]:
    if check is None:
        return [None] * 14
    translate = known.translate
    sides: list[Value] = [
        side.get(key) for side in (check.before, check.after) for key in ("value", "low", "high", "n")
    ]
    change: list[Value] = [check.difference.get(key) for key in ("value", "low", "high")]
    reason = reason_words(check, wanted, translate)
    words = translate(
        N_("%(name)s: %(words)s"), {"name": translate(actions.STATES[check.verdict], None), "words": reason}
    )
    return [
        *sides,
        *change,
        words,
        known.users.get(check.user_id, translate(N_("Automatically, when due"), None)),
        check.at,
    ]


def _doubt_cell(session: Session, check: Verification | None, known: _Known, wanted: Criterion | None) -> Value:
    if check is None or wanted is None:
        return None
    return "\n".join(known.doubts(check.difference.get("cautions", []), measuring.unit(session, wanted)))


def reason_words(check: Verification, wanted: Criterion | None, translate: Translate) -> str:
    """Why a verification says what it says, with its numbers."""
    reason = str(check.difference.get("reason", ""))
    side = check.before if reason == "few_before" else check.after
    values = {"n": side.get("n", 0), "min_n": wanted.min_n if wanted else 0}
    return translate(REASONS[reason], values) if reason in REASONS else ""


def cases_workbook(session: Session, rows: Sequence[Row], language: str, translate: Translate) -> bytes:
    """One line per case, without what customers wrote: a workbook travels further than it should."""
    heads = (
        N_("No."), N_("Survey"), N_("Customer"), N_("Rating"), N_("Highest rating"), N_("Rule"), N_("Severity"),
        N_("State"), N_("In charge"), N_("Cause"), N_("Opened at"), N_("Due"), N_("First contact"),
        N_("Hours to contact"), N_("Resolved at"), N_("Hours to solution"), N_("Outcome"),
    )  # fmt: skip
    paths = causes.paths(session)
    lines = [_case_line(row, paths, language, translate) for row in rows]
    return _workbook(translate(N_("Cases"), None), [translate(head, None) for head in heads], lines)


def _case_line(row: Row, paths: dict[int, list[dict[str, str]]], language: str, translate: Translate) -> list[Value]:
    case = row.case
    ratings: list[Value] = [_whole(number) for number in (row.ratings[0] if row.ratings else (None, None))]
    return [
        case.id, row.survey, row.customer, *ratings,
        translate(RULES[case.rule].label, None) if case.rule in RULES else case.rule,
        translate(SEVERITIES[case.severity], None), translate(casebook.STATES[case.state], None), row.owner,
        path_words(paths.get(case.cause_id or 0, []), language), case.opened_at, case.due_at, case.contacted_at,
        _hours(case.opened_at, case.contacted_at), case.resolved_at, _hours(case.opened_at, case.resolved_at),
        translate(cases.OUTCOMES[case.outcome], None) if case.outcome in cases.OUTCOMES else "",
    ]  # fmt: skip


def _whole(number: float | None) -> Value:
    return int(number) if number is not None and number == int(number) else number


def _hours(start: datetime, end: datetime | None) -> float | None:
    return round((end - start).total_seconds() / 3600, 2) if end is not None else None


SEVERITIES = {"normal": N_("Normal"), "urgent": N_("Urgent")}


def path_words(path: Sequence[dict[str, str]], language: str) -> str:
    return " › ".join(say(name, language) for name in path)


def _workbook(title: str, heads: Sequence[str], lines: Sequence[Sequence[Value]]) -> bytes:
    """Strings are written as strings: nothing a customer typed becomes a formula or a link."""
    import xlsxwriter  # here, because few processes ever need it

    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True,
              "nan_inf_to_errors": True},
    )  # fmt: skip
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    shapes = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd", float: "0.0"}
    formats = {kind: book.add_format({"num_format": shape}) for kind, shape in shapes.items()}
    sheet.write_row(0, 0, heads, bold)
    for number, line in enumerate(lines, 1):
        for column, value in enumerate(line):
            _cell(sheet, number, column, value, formats.get(type(value)))
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(1, len(lines)), len(heads) - 1)
    sheet.autofit(360)
    book.close()
    return out.getvalue()


def _cell(sheet: Any, row: int, column: int, value: Value, form: Any) -> None:
    if isinstance(value, str):
        # Signs that other programs take for the start of a formula when they read the sheet as text.
        sheet.write_string(row, column, f"'{value}" if value[:1] in "=+-@\t\r" and value else value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value.astimezone(clock.zone()), form)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, form)
    elif value is not None:
        sheet.write_number(row, column, value, form)
