"""A criterion's filter and what a verification has found, in sentences with numbers as their reader writes them."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlmodel import Session

from ..errors import SurveyError
from ..improving import cautions, measuring, wording
from ..improving.cautions import Caution
from ..improving.criteria import Criterion
from ..store.cuts import LISTS, Cut
from ..tables import Action, Verification
from .cuts import TITLES, code_label
from .filters import chips
from .language import day, language, listed, number, points, sentences, translate

OTHERS = ("attr", "answer", "flag", "aspect", "polarity")
"""The parameters of a filter that the page of a criterion carries along without offering them."""


def others(cut: Cut) -> list[tuple[str, str, str]]:
    """What came with a filter from an analysis page and no list offers: (parameter, value, words)."""
    given = {name: value for name, value in cut.query().items() if name in OTHERS}
    pairs = [(name, one) for name, held in given.items() for one in (held if isinstance(held, list) else [held])]
    return [(name, value, chips(Cut.from_query({name: [value]}), None)[0].label) for name, value in pairs]


def cut_words(query: str) -> str:
    """A criterion's filter in words; empty where all answers count."""
    try:
        cut = Cut.from_query(query)
    except SurveyError:
        return query
    parts = [
        f"{_(TITLES[name])} {' / '.join(code_label(name, code) for code in getattr(cut, field))}"
        for name, field in LISTS.items()
        if getattr(cut, field)
    ]
    return " · ".join([*parts, *(words for _name, _value, words in others(cut))])


def finding(db: Session, action: Action, wanted: Criterion, check: Verification) -> str:
    """What a verification has shown, in one sentence."""
    message = wording.message(check)
    if not message:
        return ""
    values, unit = wording.numbers(action, check), measuring.unit(db, wanted)
    values |= {name: amount(values[name], unit) for name in ("before", "after")}
    values |= {name: change(values[name], unit) for name in ("change", "low", "high")}
    metric = measuring.short(db, wanted, language(), translate)
    words = cut_words(wanted.query)
    values |= {
        "day": day(values["day"]), "metric": _("%(metric)s (%(cut)s)", metric=metric, cut=words) if words else metric,
        "target": change(wanted.change, unit), "confidence": f"{100 * wanted.confidence:g}%",
        "n": number(values["n"]), "min_n": number(wanted.min_n),
    }  # fmt: skip
    return translate(message, values)


def doubts(found: list[Caution], unit: str) -> list[str]:
    """What speaks against a verification or a baseline, a sentence or two for each."""
    return [_doubt(caution, unit) for caution in found if caution.get("kind") in cautions.CAUTIONS]


def _doubt(caution: Caution, unit: str) -> str:
    kind = caution["kind"]
    values: dict[str, Any] = {
        **caution,
        **{name: amount(caution[name], unit) for name in ("baseline", "usual") if name in caution},
        **{name: change(caution[name], unit) for name in ("slope", "expected", "change", "low", "high")
           if name in caution},
        **{name: listed(caution[name].split(", ")) for name in ("before", "after") if name in caution},
        **{name: day(date.fromisoformat(caution[name])) for name in ("since", "until") if name in caution},
    }  # fmt: skip
    is_after = "expected" in caution or "change" in caution
    more = translate(cautions.AFTERWARDS[kind], values) if is_after else ""
    return sentences(translate(cautions.CAUTIONS[kind], values), more)


def amount(value: float | None, unit: str) -> str:
    """A measured value as it is read: 51.0, 86.2%."""
    return f"{points(value, 1)}%" if unit == "percent" and value is not None else points(value, 1)


def change(value: float | None, unit: str) -> str:
    """A change with its sign and unit: +33.0 points, −4.1 percentage points."""
    units = {"points": _("points"), "percent": _("percentage points")}
    return f"{points(value, 1, True)} {units[unit]}" if unit in units else points(value, 1, True)
