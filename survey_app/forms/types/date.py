"""A calendar day."""

import re
import unicodedata
from datetime import date, timedelta
from typing import Annotated, Any

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ... import clock
from ...analysis.columns import Frame
from ...errors import N_, SurveyError
from ._parts import one_value
from ._shapes import Day, Fit, Shape
from ._summing import answered, distribution, month_rows
from .base import AnswerError, Cell, ColumnSpec, QuestionType, Sent, Stored, Summary

EPOCH = date(1970, 1, 1)
_DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$", re.ASCII)


def _limit(text: str) -> str:
    if text not in ("", "today") and _day(text) is None:
        raise SurveyError("day", N_("Write a day as 2026-11-21, or the word today."))
    return text


Limit = Annotated[str, AfterValidator(_limit)]


class Date(QuestionType):
    name = "date"
    label = N_("Date")
    order = 100
    family = N_("Written answers")
    widget = "date"
    compared = "day"

    class Options(BaseModel):
        model_config = ConfigDict(frozen=True, extra="forbid")

        minimum: Limit = Field(default="", title=N_("Earliest day (or: today)"))
        maximum: Limit = Field(default="", title=N_("Latest day (or: today)"))

    def shape(self) -> Day:
        return Day(self.options.minimum, self.options.maximum)

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        """A day; limits that are no days are left out."""
        if not isinstance(shape, Day):
            return None
        limits = {"minimum": shape.minimum, "maximum": shape.maximum}
        options = {name: day for name, day in limits.items() if day == "today" or _day(day)}
        changed = (N_("Its time of day is not asked."),) if shape.has_time else ()
        return Fit(options, 1 if shape.has_time else 2, changed)

    @property
    def minimum(self) -> str:
        # It is still yesterday somewhere: a day counts as today as long as it is today anywhere.
        return _resolve(self.options.minimum, timedelta(hours=-12))

    @property
    def maximum(self) -> str:
        return _resolve(self.options.maximum, timedelta(hours=14))

    def read(self, sent: Sent) -> Stored:
        text = one_value(sent, self.item.key)
        if text is None:
            return None
        day = _day(unicodedata.normalize("NFKC", text).strip())
        if day is None:
            raise AnswerError(N_("Please give a day as year, month and day, such as 2026-11-21."))
        stored = day.isoformat()
        if self.minimum and stored < self.minimum:
            raise AnswerError(N_("Please give a day from %(minimum)s on."), minimum=self.minimum)
        if self.maximum and stored > self.maximum:
            raise AnswerError(N_("Please give a day up to %(maximum)s."), maximum=self.maximum)
        return stored

    def read_cell(self, cell: str) -> Stored:
        # Spreadsheets hand days over with a time of midnight.
        return self.read({self.item.key: [re.sub(r"[ T]00:00(:00)?$", "", cell.strip())]})

    def sent(self, stored: Stored) -> dict[str, list[str]]:
        if not isinstance(stored, str | None):
            raise TypeError("a date answer is a string")
        return {self.item.key: [stored]} if stored is not None else {}

    def columns(self) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(self.item.key, self.item.text),)

    def cells(self, stored: Stored) -> dict[str, Cell]:
        return {self.item.key: None if stored is None else (date.fromisoformat(stored) - EPOCH).days}

    def words(self, stored: Stored, language: str) -> str:
        if stored is None or language != "zh":
            return stored or ""
        day = date.fromisoformat(stored)
        return f"{day.year}年{day.month}月{day.day}日"

    def summarise(self, frame: Frame) -> Summary:
        """How the days spread over months."""
        return month_rows(answered(frame, self.item.key).astype(np.int64).astype("datetime64[D]"))

    def chart(self, summary: Summary, language: str) -> dict[str, Any] | None:
        """How often each value was given."""
        return distribution(summary, language)


def _day(text: str) -> date | None:
    """The day a text names: as browsers send it, or as people in China write it."""
    match = _DAY.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _resolve(limit: str, shift: timedelta) -> str:
    if limit == "today":
        return (clock.now() + shift).date().isoformat()
    day = _day(limit)
    return day.isoformat() if day else ""
