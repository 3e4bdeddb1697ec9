"""Ratings: one whole number on a scale with words at its ends."""

from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ...analysis.columns import Frame
from ...errors import N_
from ..definition import LANGUAGES, Text, say
from ._parts import one_value, whole
from ._shapes import Fit, Scale, Shape
from ._summing import answered, distribution, share_rows
from .base import AnswerError, Cell, ColumnSpec, QuestionType, Sent, Stored, Summary


class RatingOptions(BaseModel):
    """The words at the two ends of a scale."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    low_label: Text = Field(default_factory=dict, title=N_("Words at the low end"))
    high_label: Text = Field(default_factory=dict, title=N_("Words at the high end"))


class Rating(QuestionType):
    """A family: a subclass states the scale, the words at its ends, and how it is scored."""

    Options = RatingOptions
    family = N_("Ratings")
    widget = "scale"
    base_seconds = 4.0
    low: int = 1
    low_words: Text = {}  # noqa: RUF012 - never changed
    high_words: Text = {}  # noqa: RUF012 - never changed

    @property
    def high(self) -> int:
        return int(self.options.points)

    def points(self, language: str) -> list[tuple[int, str]]:
        """The values to choose from with what stands on them."""
        return [(value, str(value)) for value in range(self.low, self.high + 1)]

    @property
    def score_options(self) -> dict[str, Any]:
        return {"scale": (self.low, self.high)}

    @property
    def tones(self) -> tuple[str, ...]:
        """The two boxes at the good end are positive, as top-box scores have it, those at the other end negative."""
        size = self.high - self.low + 1
        low = min(2, size - 2)
        made = ("negative",) * low + ("neutral",) * (size - low - 2) + ("positive",) * 2
        return made[::-1] if self.score_options.get("easy") == "low" else made

    def ends(self, language: str) -> tuple[str, str]:
        return (
            say(self.options.low_label, language) or say(self.low_words, language),
            say(self.options.high_label, language) or say(self.high_words, language),
        )

    @classmethod
    def unset(cls, option: str) -> Text:
        return {"low_label": cls.low_words, "high_label": cls.high_words}.get(option, {})

    looks = ""
    """How other tools call what the scale is drawn with."""

    def shape(self) -> Scale:
        low, high = self.options.low_label or self.low_words, self.options.high_label or self.high_words
        return Scale(self.low, self.high, low, high, self.looks, self.score_options.get("easy", ""))

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        """A scale of the same numbers. Words at the ends that are ours anyway are not written down."""
        if not isinstance(shape, Scale) or shape.low != cls.low:
            return None
        ends = {"low_label": (shape.low_words, cls.low_words), "high_label": (shape.high_words, cls.high_words)}
        said = {name: theirs for name, (theirs, ours) in ends.items() if theirs and theirs != ours}
        found = cls.scaled(shape)
        return None if found is None else Fit(found.options | said, found.closeness, found.changed)

    @classmethod
    def scaled(cls, shape: Scale) -> Fit | None:
        """What a subclass needs for a scale that begins where its own does."""
        return None

    def read(self, sent: Sent) -> Stored:
        text = one_value(sent, self.item.key)
        if text is None:
            return None
        value = whole(text)
        if not self.low <= value <= self.high:
            raise AnswerError(N_("Please choose a number from %(low)s to %(high)s."), low=self.low, high=self.high)
        return value

    def read_cell(self, cell: str) -> Stored:
        text = cell.strip()
        return self.read({self.item.key: [text.removesuffix(".0")]}) if text else None

    def sent(self, stored: Stored) -> dict[str, list[str]]:
        return {self.item.key: [str(stored)]} if stored is not None else {}

    def columns(self) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(self.item.key, self.item.text),)

    def cells(self, stored: Stored) -> dict[str, Cell]:
        return {self.item.key: stored}

    def rating(self, stored: Stored) -> float | None:
        return None if stored is None else float(stored)

    def words(self, stored: Stored, language: str) -> str:
        return "" if stored is None else str(stored)

    def summarise(self, frame: Frame) -> Summary:
        values = answered(frame, self.item.key)
        scale = range(self.low, self.high + 1)
        counts = np.bincount(values.astype(np.int64) - self.low, minlength=len(scale))
        labels: list[Text] = [{} for _ in scale]
        for language in LANGUAGES:
            for text, (_, words) in zip(labels, self.points(language), strict=True):
                text[language] = words
        rows = share_rows([str(value) for value in scale], labels, counts.tolist(), len(values))
        return Summary(len(values), rows, self.estimate(frame))

    def chart(self, summary: Summary, language: str) -> dict[str, Any] | None:
        """How often each value was given."""
        return distribution(summary, language, self.tones)
