"""A day and a time of day, as the clock of who answers shows it. Kept: 2026-11-21T14:05."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

import numpy as np

from ...analysis.columns import Frame
from ...errors import N_
from ._parts import one_value
from ._shapes import Day, Fit, Shape
from ._summing import answered, month_rows
from .base import AnswerError, Cell, Sent, Stored, Summary
from .date import EPOCH, Date

CLOCK = re.compile(r"^(\d{1,2})[:：时](\d{1,2})(?::\d{2}(?:\.\d+)?|分)?$", re.ASCII)
_BOTH = re.compile(r"^(?P<day>\S+?)(?:[T ]|日\s*(?=\d))\s*(?P<time>\S+)$", re.ASCII)


def read_clock(text: str) -> str | None:
    """A time of day as 14:05, None for what is none."""
    match = CLOCK.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return f"{int(match[1]):02}:{int(match[2]):02}"


class DateTime(Date):
    name = "date_time"
    label = N_("Date and time")
    order = 102
    widget = "date_time"
    base_seconds = 9.0

    def shape(self) -> Day:
        return Day(self.options.minimum, self.options.maximum, has_time=True)

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        found = super().fits(shape)
        return Fit(found.options, 3) if found and isinstance(shape, Day) and shape.has_time else None

    def read(self, sent: Sent) -> Stored:
        day, time = super().read(sent), one_value(sent, f"{self.item.key}.time")
        if day is None and time is None:
            return None
        clock = read_clock(time) if time else None
        if day is None:
            raise AnswerError(N_("Please give the day, too."))
        if clock is None:
            raise AnswerError(N_("Please give the time of day, too, such as 14:05."))
        return f"{day}T{clock}"

    def read_cell(self, cell: str) -> Stored:
        match = _BOTH.match(unicodedata.normalize("NFKC", cell).strip())
        if match is None:
            return self.read({self.item.key: [cell]})
        return self.read({self.item.key: [match["day"]], f"{self.item.key}.time": [match["time"]]})

    def sent(self, stored: Stored) -> dict[str, list[str]]:
        if not isinstance(stored, str | None):
            raise TypeError("a date answer is a string")
        if stored is None:
            return {}
        day, _, time = stored.partition("T")
        return {self.item.key: [day], f"{self.item.key}.time": [time]}

    def cells(self, stored: Stored) -> dict[str, Cell]:
        """Minutes since the beginning of 1970."""
        if stored is None:
            return {self.item.key: None}
        gone = datetime.fromisoformat(stored) - datetime(EPOCH.year, EPOCH.month, EPOCH.day)
        return {self.item.key: int(gone.total_seconds() // 60)}

    def export(self, stored: Stored, language: str) -> Mapping[str, str | None]:  # type: ignore[override]
        return {self.item.key: stored.replace("T", " ") if stored else None}

    def words(self, stored: Stored, language: str) -> str:
        if stored is None:
            return ""
        day, _, time = stored.partition("T")
        return f"{super().words(day, language)} {time}"

    def summarise(self, frame: Frame) -> Summary:
        """How the moments spread over months."""
        minutes = answered(frame, self.item.key).astype(np.int64).astype("datetime64[m]")
        return month_rows(minutes)
