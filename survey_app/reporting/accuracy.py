"""How often the model is right here: what people said about opinions against what it had said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from ..analysis.columns import Estimate
from ..analysis.intervals import wilson
from ..analysis.text.models import MODELS
from ..tables import AuditEntry, Opinion

CORRECTED = "opinion.corrected"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of the opinions that a person has looked at: in how many polarity and aspect stayed as the model had them.
    `reference` is how many percent of labelled texts elsewhere the model judged rightly, None where unmeasured."""

    polarity: Estimate
    aspect: Estimate
    reference: float | None
    label: str

    @property
    def n(self) -> int:
        return self.polarity.n


def agreement(session: Session, survey_id: int, model: str) -> Agreement:
    """The agreement on a survey's opinions, each counted by the first person who looked at it."""
    rows = session.exec(
        select(AuditEntry.subject_id, AuditEntry.data)
        .join(Opinion, col(Opinion.id) == col(AuditEntry.subject_id))
        .where(AuditEntry.action == CORRECTED, Opinion.survey_id == survey_id)
        .order_by(col(AuditEntry.id))
    )
    first: dict[int | None, Mapping[Any, Any]] = {}
    for opinion_id, data in rows:
        if not data["before"].get("is_corrected"):
            first.setdefault(opinion_id, data)
    same = [(said["before"]["polarity"] == said["polarity"], said["before"]["aspect"] == said["aspect"])
            for said in first.values()]  # fmt: skip
    known = MODELS.get(model)
    return Agreement(
        wilson(sum(tone for tone, _ in same), len(same)),
        wilson(sum(about for _, about in same), len(same)),
        known.accuracy if known else None,
        known.label if known else model,
    )
