"""One place in a tree, such as province, city, district: a list of paths, chosen step by step."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator

from ...analysis.columns import Frame
from ...errors import N_
from ..definition import LANGUAGES, Text, say
from ..remarks import Remark
from ._parts import Choice, Line, unique_codes
from ._shapes import Fit, Shape
from ._summing import answered, share_rows
from .base import Stored, Summary
from .single import Single

STEP = re.compile(r"\s*[/／＞>]\s*")
FEW = 12
"""No more paths than this are counted one by one; of more, their first steps are."""


def steps(words: str) -> tuple[str, ...]:
    """The steps of a path: 广东 / 深圳 / 南山."""
    return tuple(step for step in STEP.split(words.strip()) if step)


class Cascade(Single):
    name = "cascade"
    label = N_("Step by step (province, city …)")
    order = 44
    widget = "cascade"
    base_seconds = 8.0
    are_lines_read = False
    starter = {  # noqa: RUF012
        "choices": [
            {"code": "a1", "text": {"zh": "华东 / 上海 / 徐汇店", "en": "East / Shanghai / Xuhui"}},
            {"code": "a2", "text": {"zh": "华东 / 杭州 / 西湖店", "en": "East / Hangzhou / Xihu"}},
            {"code": "b1", "text": {"zh": "华南 / 广州 / 天河店", "en": "South / Guangzhou / Tianhe"}},
        ]
    }

    class Options(BaseModel):
        model_config = ConfigDict(frozen=True, extra="forbid")

        choices: tuple[Line, ...] = Field(default=(), max_length=4000, title=N_("Paths, their steps divided by /"))

        @field_validator("choices")
        @classmethod
        def _codes(cls, choices: tuple[Line, ...]) -> tuple[Line, ...]:
            return tuple(unique_codes(choices))

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.options.choices  # type: ignore[no-any-return]

    @property
    def other(self) -> Choice | None:
        return None

    def shape(self) -> None:  # type: ignore[override]
        """No other tool has such a list."""

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        return None

    def remarks(self, languages: Sequence[str]) -> Iterator[Remark]:
        yield from super().remarks(languages)
        for language in languages:
            paths = [steps(line.text.get(language, "")) for line in self.lines]
            if len(set(paths)) < len(paths) and all(paths):
                yield Remark("error", N_("The same path stands in the list twice."), field="options")
                return

    def branches(self, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
        """The paths under all of their steps but the last: (heading, [(code, last step)])."""
        found: dict[str, list[tuple[str, str]]] = {}
        for line in self.lines:
            path = steps(say(line.text, language)) or (line.code,)
            found.setdefault(" / ".join(path[:-1]), []).append((line.code, path[-1]))
        return list(found.items())

    def words(self, stored: Stored, language: str) -> str:
        return " / ".join(steps(super().words(stored, language)))

    def summarise(self, frame: Frame) -> Summary:
        """The share of each path, or of each first step where there are many paths."""
        if len(self.lines) <= FEW:
            return super().summarise(frame)
        values = answered(frame, self.item.key)
        counts = np.bincount(values.astype(np.int64), minlength=len(self.lines))
        firsts: dict[str, tuple[Text, int]] = {}
        for line, count in zip(self.lines, counts.tolist(), strict=True):
            text = {code: steps(line.text[code])[0] for code in LANGUAGES if steps(line.text.get(code, ""))}
            label, so_far = firsts.get(say(text, "zh"), (text, 0))
            firsts[say(text, "zh")] = (label, so_far + int(count))
        labels, sums = zip(*firsts.values(), strict=True)
        return Summary(len(values), share_rows(list(firsts), labels, sums, len(values)))
