"""A time of day. Kept: 14:05."""

from typing import Any

import numpy as np

from ...analysis.columns import Frame
from ...errors import N_
from ._parts import one_value
from ._summing import answered, distribution, same_in_all, share_rows
from .base import AnswerError, Cell, ColumnSpec, QuestionType, Sent, Stored, Summary
from .date_time import read_clock


class TimeOfDay(QuestionType):
    name = "time"
    label = N_("Time of day")
    order = 104
    family = N_("Written answers")
    widget = "time"
    compared = "text"

    def read(self, sent: Sent) -> Stored:
        text = one_value(sent, self.item.key)
        if text is None:
            return None
        if (clock := read_clock(text)) is None:
            raise AnswerError(N_("Please give a time of day, such as 14:05."))
        return clock

    def sent(self, stored: Stored) -> dict[str, list[str]]:
        if not isinstance(stored, str | None):
            raise TypeError("a time is a string")
        return {self.item.key: [stored]} if stored is not None else {}

    def columns(self) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(self.item.key, self.item.text),)

    def cells(self, stored: Stored) -> dict[str, Cell]:
        """Minutes since midnight."""
        return {self.item.key: int(stored[:2]) * 60 + int(stored[3:]) if stored else None}

    def words(self, stored: Stored, language: str) -> str:
        return stored or ""

    def summarise(self, frame: Frame) -> Summary:
        """How the times spread over the hours of the day, from the first to the last that was named."""
        hours = answered(frame, self.item.key).astype(np.int64) // 60
        if not len(hours):
            return Summary(0)
        span = range(int(hours.min()), int(hours.max()) + 1)
        counts = np.bincount(hours - span.start, minlength=len(span)).tolist()
        names = [f"{hour:02}:00" for hour in span]
        spans = [(hour * 60, hour * 60 + 59) for hour in span]
        return Summary(len(hours), share_rows(names, [same_in_all(name) for name in names], counts, len(hours), spans))

    def chart(self, summary: Summary, language: str) -> dict[str, Any] | None:
        """How often each hour was named."""
        return distribution(summary, language)
