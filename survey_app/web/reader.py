"""How figures are worded for a reader: language, numbers, what a cut is called, where the answers are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..analysis.columns import Estimate
from ..analysis.compare import Difference
from ..errors import N_
from ..forms.definition import Text, say
from ..forms.logic import without_pipes
from ..store.cuts import PERIODS, Cut
from .access import may
from .cuts import TITLES, Looking, amount, aspect_name, code_label, gap, go
from .language import day, language, number, percent, points, sentences, translate

SMALL_SHARE = 10.0
"""Shares below say more with a decimal."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Words for the figures about one survey. Without `is_linked` no address of an answer is given away."""

    at: Looking
    is_linked: bool = True

    @property
    def language(self) -> str:
        return language()

    @property
    def subject(self) -> str:
        return self.at.survey.name if self.at.survey else ""

    def say(self, text: Text | None) -> str:
        return without_pipes(say(text, language()))

    def tell(self, message: str, values: Mapping[str, object] | None = None) -> str:
        """A message with its values as the reader writes them; differences without their sign, which words tell."""
        text = translate(message)
        return text % {key: worded(value) for key, value in (values or {}).items()} if "%" in text else text

    def label(self, column: str, code: str) -> str:
        return translate(TITLES[column]) if code == "title" else code_label(column, code)

    def aspect(self, code: str) -> str:
        return aspect_name(code)

    def amount(self, value: float | None, unit: str, digits: int | None = None) -> str:
        if digits is None:
            return amount(value, unit)
        return percent(value, digits) if unit == "percent" else points(value, digits)

    def gap(self, moved: Difference) -> str:
        value = moved.value or 0.0
        text = gap(abs(value), moved.unit)
        return text if round(abs(value), 1) == 0 else f"{'+' if value > 0 else '−'}{text}"

    def number(self, value: float | None, digits: int = 0) -> str:
        return number(value, digits)

    def day(self, value: Any) -> str:
        return day(value)

    def join(self, *parts: str) -> str:
        return sentences(*parts)

    def about(self, cut: Cut) -> str:
        return " · ".join((self.subject, self.called(cut)))

    def called(self, cut: Cut) -> str:
        return " · ".join((period(cut), *(chip.label for chip in replace(self.at, cut=cut).chips)))

    def period(self, cut: Cut) -> str:
        return period(cut)

    def answers(self, cut: Cut) -> str:
        return go("responses.index", cut) if self.is_linked and may("look") else ""

    def figure(self, kind: str, cut: Cut, chosen: Mapping[str, Sequence[str]]) -> str:
        return go("figures.show", cut, dict(chosen), name=kind) if self.is_linked else ""


def period(cut: Cut) -> str:
    """The days of a cut in words."""
    if cut.period:
        return translate(PERIODS[cut.period])
    if cut.since is None and cut.until is None:
        return translate(PERIODS["all"])
    if cut.since is None:
        return translate(N_("until %(day)s"), {"day": day(cut.until)})
    if cut.until is None:
        return translate(N_("since %(day)s"), {"day": day(cut.since)})
    return f"{day(cut.since)} – {day(cut.until)}"


def worded(value: object) -> object:
    """A value of a sentence as the reader writes it."""
    if isinstance(value, Estimate):
        is_small = value.unit == "percent" and value.value is not None and value.value < SMALL_SHARE
        return percent(value.value, 1) if is_small else amount(value.value, value.unit)
    if isinstance(value, Difference):
        return gap(abs(value.value or 0.0), value.unit)
    if isinstance(value, dict):
        return say(value, language())
    if isinstance(value, int | float):
        return number(value, 0 if value == int(value) else 2)
    return value
