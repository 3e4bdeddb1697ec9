"""A cut is which answers are looked at: a survey, days, filters and weights, kept in a page's address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ... import clock
from .words import NONE, answer_of, attribute_of, days_of, first_of, lists_of, whole_of

LISTS = {
    "segment": "segments", "tier": "tiers", "channel": "channels", "language": "languages", "version": "versions",
}  # fmt: skip
"""Parameter, which is also the column's key → field of `Cut`."""

NARROWING = (*LISTS.values(), "attributes", "answers", "flags", "aspect", "polarity", "words", "tags")
"""The fields that choose among the answers of a period."""


@dataclass(frozen=True, slots=True)
class Cut:
    """`since` and `until` are days in the installation's zone, both included. Values of one filter are
    alternatives; different filters must all hold. `period` remembers the preset that gave the days."""

    survey_id: int | None = None
    since: date | None = None
    until: date | None = None
    segments: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    """(name, value): what was known of the customer or came with the link or the file."""
    answers: tuple[tuple[str, str], ...] = ()
    """(column key, code): a code, a number, a range such as 0-6 or 1.5..3, NONE or ANY."""
    flags: tuple[str, ...] = ()
    """Signs of quality: only answers that show "fast"; with a minus before it, only those that do not."""
    tags: tuple[str, ...] = ()
    aspect: str = ""
    polarity: int | None = None
    words: str = ""
    """Words, or the initials of their pinyin, that must all stand in the open answers."""
    weights: str = ""
    """The weighting that answers are counted with; it chooses none of them."""
    period: str = ""

    @classmethod
    def from_query(cls, query: "Mapping[str, Any] | str") -> "Cut":
        """The cut of an address; unknown parameters are left alone, wrong values are a SurveyError."""
        given = lists_of(query)
        period, since, until = days_of(given)
        survey, polarity = first_of(given, "survey"), first_of(given, "polarity")
        lists = {
            field: tuple("" if value == NONE else value[:200] for value in dict.fromkeys(given.get(name, ())) if value)
            for name, field in LISTS.items()
        }
        return cls(
            survey_id=whole_of("survey", survey, 1, 2**31 - 1) if survey else None,
            since=since,
            until=until,
            attributes=tuple(attribute_of(text) for text in dict.fromkeys(given.get("attr", ())) if text),
            answers=tuple(answer_of(text) for text in dict.fromkeys(given.get("answer", ())) if text),
            flags=tuple(text[:40] for text in dict.fromkeys(given.get("flag", ())) if text),
            tags=tuple(text[:40] for text in dict.fromkeys(given.get("tag", ())) if text),
            aspect=first_of(given, "aspect")[:60],
            polarity=whole_of("polarity", polarity, -1, 1) if polarity else None,
            words=" ".join(first_of(given, "words").split())[:60],
            weights=first_of(given, "weights")[:60],
            period=period,
            **lists,
        )

    def query(self) -> dict[str, str | list[str]]:
        """The parameters of an address that gives this cut again."""
        made: dict[str, str | list[str]] = {}
        if self.survey_id is not None:
            made["survey"] = str(self.survey_id)
        if self.period:
            made["period"] = self.period
        else:
            made |= {name: day.isoformat() for name, day in (("since", self.since), ("until", self.until)) if day}
        for name, field in LISTS.items():
            if values := getattr(self, field):
                made[name] = [value or NONE for value in values]
        if self.attributes:
            made["attr"] = [f"{name}:{value or NONE}" for name, value in self.attributes]
        if self.answers:
            made["answer"] = [f"{key}:{code}" for key, code in self.answers]
        if self.flags:
            made["flag"] = list(self.flags)
        if self.tags:
            made["tag"] = list(self.tags)
        if self.polarity is not None:
            made["polarity"] = str(self.polarity)
        plain = (("aspect", self.aspect), ("words", self.words), ("weights", self.weights))
        return made | {name: text for name, text in plain if text}

    @property
    def is_narrowed(self) -> bool:
        """Whether it chooses by anything but the period."""
        return any(getattr(self, field) not in ((), "", None) for field in NARROWING)

    def with_(self, **changes: Any) -> "Cut":
        """A changed copy; new days end a preset."""
        if {"since", "until"} & changes.keys():
            changes = {"period": "", **changes}
        return replace(self, **changes)

    def without(self, field: str, value: Any = None) -> "Cut":
        """A copy without one value of a filter, or without the whole filter."""
        held = getattr(self, field)
        if isinstance(held, tuple):
            return self.with_(**{field: tuple(one for one in held if one != value) if value is not None else ()})
        return self.with_(**{field: "" if isinstance(held, str) else None})

    def whole_period(self) -> "Cut":
        """A copy that chooses by the period alone."""
        return replace(
            self, segments=(), tiers=(), channels=(), languages=(), versions=(), attributes=(), answers=(), flags=(),
            tags=(), aspect="", polarity=None, words="",
        )  # fmt: skip

    def previous(self) -> "Cut | None":
        """The equally long period just before; None where this cut has no beginning."""
        if self.since is None:
            return None
        until = self.until or max(clock.today(), self.since)
        try:
            return self.with_(since=self.since - (until - self.since) - timedelta(1), until=self.since - timedelta(1))
        except OverflowError:
            return None
