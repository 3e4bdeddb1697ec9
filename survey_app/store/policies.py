"""The policy of a survey: how many may answer, and what people read who may not (any more)."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Text as SqlText
from sqlalchemy import cast
from sqlmodel import col

from .. import clock
from ..forms.definition import Text
from ..forms.logic import Values, holds
from ..tables import Survey

CAP = "cap"
"""The key of the limit that every response counts to."""

SCREENED, COUNTED, LEFT_OUT = "screened", "counted", "left_out"
"""What becomes of a response that is not finished, as its outcome says it."""

HIGHEST = 10_000_000
LONGEST = 365
"""Days that an unfinished response waits at most where a survey closes them."""


class _Part(BaseModel):
    # A policy written by a newer version of the program is read as far as it is known.
    model_config = ConfigDict(frozen=True, extra="ignore")


class Limit(_Part):
    """So many responses for which an expression holds; empty: all of them."""

    key: str
    name: str = ""
    condition: str = ""
    most: int = Field(ge=0, le=HIGHEST)


class Lapse(_Part):
    """Unfinished responses are closed when nothing has been saved for so many days, and then counted or left out."""

    days: int = Field(ge=1, le=LONGEST)
    is_counted: bool = False


class Guard(_Part):
    """What is looked at in who answers. `by`: what somebody who answers again is known by (`collecting.guarding`)."""

    least_seconds: int = Field(default=0, ge=0, le=3600)
    by: tuple[str, ...] = ()
    is_refused: bool = False
    """Whoever is surely known to have answered is turned away; otherwise the response is only flagged."""
    per_hour: int | None = Field(default=None, ge=1, le=HIGHEST)
    """Responses from one network."""


class Policy(_Part):
    """What a survey is set to beside its name and times. An empty document is the open survey without limits."""

    cap: int | None = Field(default=None, ge=0, le=HIGHEST)
    quotas: tuple[Limit, ...] = ()
    closed_text: Text = Field(default_factory=dict)
    full_text: Text = Field(default_factory=dict)
    lapse: Lapse | None = None
    guard: Guard | None = None
    password: str = ""
    """Its hash; asked for at the public link."""
    is_anonymous: bool = False
    """Who answers is not kept, nor the time, but the day; once there are responses it stays so."""

    def moment(self, now: datetime) -> datetime:
        """The time as it may be kept: in an anonymous survey the beginning of the day."""
        if not self.is_anonymous:
            return now
        return now.astimezone(clock.zone()).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """All limits in the order of their keys, which is the order in which places are taken."""
        cap = (Limit(key=CAP, most=self.cap),) if self.cap is not None else ()
        return tuple(sorted((*cap, *self.quotas), key=lambda limit: limit.key))

    def wanted(self, answers: Mapping[str, Any], attributes: Mapping[str, Any]) -> tuple[Limit, ...]:
        """The limits that a response with these answers counts to."""
        values = Values(answers, attributes)
        return tuple(limit for limit in self.limits if holds(limit.condition, values))


OPEN = Policy()
POLICY = cast(col(Survey.policy), SqlText)
"""The policy as a statement selects it: as text, so that one and the same is read once."""


@lru_cache(maxsize=512)
def read(text: str) -> Policy:
    return Policy.model_validate(json.loads(text))


def policy_of(survey: Survey) -> Policy:
    return Policy.model_validate(survey.policy)


def plain(policy: Policy) -> dict[str, Any]:
    """A policy as the database keeps it."""
    return policy.model_dump(mode="json", exclude_defaults=True)
