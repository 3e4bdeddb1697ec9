"""One row of a file as the values of one response, or the reason why it is none."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from ... import clock
from ...errors import N_
from ...forms.types import AnswerError, Stored
from ...store.questionnaires import Asked
from ...store.tabular import Cells
from .mapping import NOT_ANSWERED, Plan

_MOMENT = re.compile(
    r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[ T]+(\d{1,2})[:：时](\d{1,2})(?:分)?(?:[:：](\d{1,2})(?:\.\d+)?)?秒?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?$"
)
_CHANNEL = re.compile(r"^[\w-]{1,40}$")


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row was left out: its number in the spreadsheet, the column, and words with their values."""

    row: int
    column: str
    message: str
    values: dict[str, Any] = field(default_factory=dict)


class BadCell(ValueError):
    """A cell that cannot be taken, with the column it is in."""

    def __init__(self, position: int, message: str, **values: Any) -> None:
        super().__init__(message)
        self.position, self.message, self.values = position, message, values


class RowReader:
    """Reads rows by a plan. The same cell in the same column is worked out once: real files repeat a few values."""

    def __init__(
        self, asked: Asked, plan: Plan, headers: Cells, *, missing: frozenset[str], timezone: str, language: str
    ) -> None:
        self.asked, self.plan, self.headers = asked, plan, headers
        self.missing = NOT_ANSWERED | {text.strip().casefold() for text in missing}
        self.zone, self.language, self.latest = ZoneInfo(timezone), language, clock.now() + timedelta(days=1)
        self.answer = lru_cache(maxsize=20_000)(self._answer)

    def read(self, cells: Cells) -> dict[str, Any]:
        """Column values of the response; BadCell where the row cannot be taken."""
        if len(cells) > len(self.headers):
            raise BadCell(
                len(self.headers) - 1, N_("The row has more cells than the header; a separator is not quoted.")
            )
        answers = {
            key: self._known(key, tuple((name, position, cells[position]) for name, position in fields))
            for key, fields in self.plan.items.items()
        }
        return {"answers": answers, **{name: self._special(name, cells) for name in ("@segment", "@tier")}} | {
            "@at": self._moment(cells),
            "@language": self._language(cells),
            "@channel": self._channel(cells),
            "@reference": self._special("@reference", cells),
            "attributes": {name: cells[position][:200] for name, position in self.plan.attributes.items()},
        }

    def _cell(self, name: str, cells: Cells) -> tuple[int, str]:
        position = self.plan.specials.get(name, -1)
        text = cells[position] if position >= 0 else ""
        return position, "" if text.casefold() in self.missing else text

    def _special(self, name: str, cells: Cells) -> str:
        position, text = self._cell(name, cells)
        if len(text) > 100:
            raise BadCell(position, N_("This text is longer than %(max)s characters."), max=100)
        return text

    def _known(self, key: str, fields: tuple[tuple[str, int, str], ...]) -> Stored:
        # Long texts are never the same twice, and keeping them would only fill the memory.
        is_short = all(len(text) < 40 for _, _, text in fields)
        return self.answer(key, fields) if is_short else self._answer(key, fields)

    def _answer(self, key: str, fields: tuple[tuple[str, int, str], ...]) -> Stored:
        question = self.asked.questions[key]
        given = [(name, position, text) for name, position, text in fields if text.casefold() not in self.missing]
        if not given:
            return None
        position = given[0][1]
        try:
            if given[0][0] == key:
                return question.read_cell(given[0][2])
            return question.read_cells({name[len(key) + 1 :]: text for name, _, text in given})
        except AnswerError as error:
            raise BadCell(position, error.message, **error.values) from error

    def _moment(self, cells: Cells) -> datetime | None:
        position, text = self._cell("@at", cells)
        if not text:
            return None
        moment = parse_moment(text, self.zone)
        if moment is None:
            raise BadCell(position, N_("“%(text)s” is not a time; write it as 2026-11-21 14:05."), text=text[:40])
        if moment > self.latest:
            raise BadCell(position, N_("%(text)s lies in the future."), text=text[:40])
        return moment

    def _language(self, cells: Cells) -> str:
        position, text = self._cell("@language", cells)
        language = text.lower().replace("_", "-").split("-")[0]
        if language and language not in self.asked.questionnaire.languages:
            raise BadCell(position, N_("The survey is not offered in the language “%(text)s”."), text=text[:20])
        return language or self.language

    def _channel(self, cells: Cells) -> str:
        position, text = self._cell("@channel", cells)
        if text and not _CHANNEL.match(text):
            raise BadCell(position, N_("“%(text)s” is no name of a channel."), text=text[:40])
        return text.lower()


def parse_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A moment as spreadsheets and people in China write it; without a zone it is the installation's."""
    match = _MOMENT.match(text.strip())
    if match is None:
        return None
    try:
        naive = datetime(*(int(part or 0) for part in match.groups()[:6]))  # type: ignore[arg-type]
        offset = match[7]
        if offset is None:
            return naive.replace(tzinfo=zone).astimezone(UTC)
        return datetime.fromisoformat(f"{naive.isoformat()}{'+00:00' if offset == 'Z' else offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
