"""A policy from what was filled in; a number, an hour or a day that does not hold is a refusal in words."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import N_, SurveyError
from . import calendars
from .assigning import FIXED, MODES
from .policy import ALL_HOURS, COUNTS, WORKING_HOURS, Policy

HOURS = ("contact_hours", "urgent_contact_hours", "resolve_hours", "urgent_resolve_hours")
DAYS = ("close_after_days", "oldest_days")
LINES = 200


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent: all values of each field."""

    values: Mapping[str, Sequence[str]]

    def get(self, name: str) -> str:
        return next(iter(self.values.get(name, ())), "")

    def getlist(self, name: str) -> Sequence[str]:
        return self.values.get(name, ())


def read(values: Mapping[str, Sequence[str]], rules: Collection[str], workers: Collection[int]) -> Policy:
    """The policy of a form; SurveyError where something in it does not hold."""
    form = Form(values)
    hours: dict[str, Any] = {name: _number(form, name, 0.25, 24 * 90) for name in HOURS}
    days: dict[str, Any] = {name: int(_number(form, name, 1, 365)) for name in DAYS}
    tiers = tuple(part for part in re.split(r"[,，、;；\s]+", form.get("valued_tiers")) if part)
    on = form.getlist("on")
    return Policy(
        **hours, **days, **_calendar(form), **_assignment(form, rules, workers), valued_tiers=tiers[:50],
        valued_from=_number(form, "valued_from", 0, 1e12), rules_off=tuple(name for name in rules if name not in on),
        alarm_mail=bool(form.get("alarm_mail")),
    )  # fmt: skip


def _calendar(form: Form) -> dict[str, Any]:
    counts = form.get("counts") or ALL_HOURS
    if counts not in COUNTS:
        raise _not_offered(counts)
    days = tuple(sorted({int(day) for day in form.getlist("work_day") if day in "0123456" and len(day) == 1}))
    made: dict[str, Any] = {
        "counts": counts, "work_days": days, "work_hours": _hours(form),
        "days_off": _lines(form.get("days_off")), "extra_days": _lines(form.get("extra_days")),
    }  # fmt: skip
    for name in ("days_off", "extra_days"):
        calendars.special_days(made[name])
    if counts == WORKING_HOURS:
        calendars.spans(made["work_hours"])
        if not days:
            raise SurveyError("work-days", N_("No working days are chosen."), N_("Tick at least one day of the week."))
    return made


def _hours(form: Form) -> tuple[str, ...]:
    """The working hours, with a break in the middle if there is one."""
    opens, closes, rest, again = (form.get(f"work_{name}") for name in ("from", "to", "rest", "again"))
    texts = [f"{opens}-{rest}", f"{again}-{closes}"] if rest or again else [f"{opens}-{closes}"]
    return tuple(calendars.words(calendars.span(text)) for text in texts if text != "-")


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip()[:120] for line in text.splitlines() if line.strip())[:LINES]


def _assignment(form: Form, rules: Collection[str], workers: Collection[int]) -> dict[str, Any]:
    mode = form.get("assign")
    if mode not in MODES:
        raise _not_offered(mode)
    wanted = form.getlist("assign_to") if mode != FIXED else [form.get("assign_owner")]
    people = tuple(_person(text, workers) for text in wanted)
    fixed = {rule: form.get(f"rule_owner_{rule}") for rule in rules}
    by_rule = {rule: _person(text, workers) for rule, text in fixed.items() if text}
    return {"assign": mode, "assign_to": people, "assign_rules": by_rule}


def _person(text: str, workers: Collection[int]) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 12 and int(text) in workers):
        raise SurveyError("case-owner", N_("This person cannot work on cases."), N_("Choose an active case worker."))
    return int(text)


def _not_offered(value: str) -> SurveyError:
    return SurveyError("choice", N_("%(value)s is not among the choices."), value=value[:40])


def _number(form: Form, name: str, low: float, high: float) -> float:
    try:
        value = float(form.get(name))
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise SurveyError(
            "policy-number", N_("“%(value)s” does not fit: use a number from %(low)g to %(high)g."),
            value=form.get(name)[:40], low=low, high=high,
        )  # fmt: skip
    return value


def parts(policy: Policy) -> dict[str, str]:
    """The working hours as the form's fields have them."""
    opens, closes = policy.work_hours[0].split("-")[0], policy.work_hours[-1].split("-")[1]
    has_rest = len(policy.work_hours) > 1
    rest, again = (policy.work_hours[0].split("-")[1], policy.work_hours[1].split("-")[0]) if has_rest else ("", "")
    return {"from": opens, "to": closes, "rest": rest, "again": again}
