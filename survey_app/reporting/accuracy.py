"""How often the model is right here: its readings of a checked sample, and figures corrected by them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlmodel import Session, col, select

from ..analysis.agreement import Agreement
from ..analysis.columns import Estimate
from ..analysis.intervals import wilson
from ..analysis.misclassification import ClassQuality, class_quality, corrected_shares, rogan_gladen
from ..analysis.text.models import MODELS
from ..store.columns import Answers
from ..store.columns.frames import Numbers
from ..tables import ModelCheck

CORRECTED = "opinion.corrected"
CLASSES = ("negative", "neutral", "positive", "none")
ENOUGH = 30
"""Clauses or answers that a share must stand on before it is more than a hint."""


@dataclass(frozen=True, slots=True)
class AspectQuality:
    """How an aspect is found in clauses, and the share of answers that criticise it: as counted and as corrected."""

    aspect: str
    precision: Estimate
    recall: Estimate
    counted: Estimate
    corrected: Estimate


@dataclass(frozen=True, slots=True)
class Share:
    """The share of answers of one result: as the model counts them, and corrected by the checked sample."""

    result: str
    counted: Estimate
    corrected: Estimate


@dataclass(frozen=True, slots=True)
class Card:
    """`n` answers and `clauses` clauses were checked. `right` is the share of clauses read as people read them.
    `reference` is how many percent of labelled texts elsewhere the model judged rightly, None where unmeasured."""

    model: str
    version: str
    label: str
    reference: float | None
    n: int
    clauses: int
    right: Estimate
    classes: Mapping[str, ClassQuality]
    aspects: tuple[AspectQuality, ...]
    shares: tuple[Share, ...]
    people: int
    polarity_alpha: Agreement
    aspect_alpha: Agreement


def card(session: Session, survey_id: int, model: tuple[str, str], frame: Answers) -> Card:
    """The accuracy card of a survey for a model of a name and version, and the figures of a cut corrected by it."""
    name, version = model
    found = newest_check(session, survey_id, name, version)
    counts: Mapping[str, Any] = found.counts if found else {}
    known = MODELS.get(name)
    table = counts.get("clauses", [[0] * 4] * 4)
    hits, clauses = sum(table[i][i] for i in range(4)), sum(map(sum, table))
    people = counts.get("people", {})
    written = answers_by_result(frame)
    return Card(
        name, version, known.label if known else name,
        known.accuracy if known and known.version == version else None, int(counts.get("n", 0)), clauses,
        wilson(hits, clauses),
        dict(zip(CLASSES, class_quality(table), strict=True)), _aspects(counts, frame, int(written.sum())),
        _shares(counts, written), int(people.get("people", 0)), _agreement(people.get("polarity")),
        _agreement(people.get("aspects")),
    )  # fmt: skip


def newest_check(session: Session, survey_id: int, name: str, version: str) -> ModelCheck | None:
    """The newest measurement of a model on a survey."""
    its = (ModelCheck.survey_id == survey_id, ModelCheck.model == name, ModelCheck.model_version == version)
    return session.exec(select(ModelCheck).where(*its).order_by(col(ModelCheck.id).desc()).limit(1)).first()


def answers_by_result(frame: Answers) -> Numbers:
    """How many open answers of a cut are negative, neutral (or empty of opinions), positive and mixed."""
    written = sum(frame.states(key)["answered"] for key in _open_items(frame))
    keys, rows = np.unique(_places(frame), return_inverse=True)
    polarity: Numbers = frame.opinions["polarity"].values if len(keys) else np.empty(0)
    bad = np.bincount(rows[polarity == -1], minlength=len(keys)) > 0
    good = np.bincount(rows[polarity == 1], minlength=len(keys)) > 0
    counts = np.array([int((bad & ~good).sum()), 0, int((good & ~bad).sum()), int((good & bad).sum())], np.int64)
    counts[1] = max(written - int(counts.sum()), 0)
    return counts


def _places(frame: Answers) -> Numbers:
    """A number for the open answer that each opinion is about."""
    said = frame.opinions
    if not len(said):
        return np.empty(0, np.int64)
    items: Numbers = said["item"].values
    return said["response"].values.astype(np.int64) * (len(said["item"].codes) or 1) + items


def _open_items(frame: Answers) -> list[str]:
    """The questions whose answers hold opinions."""
    items = frame.opinions["item"].codes if len(frame.opinions) else ()
    return [key for key in items if f"state:{key}" in frame.columns]


def _shares(counts: Mapping[str, Any], written: Numbers) -> tuple[Share, ...]:
    table = counts.get("texts")
    total = int(written.sum())
    if not table or not total:
        return ()
    corrected = corrected_shares(written.tolist(), table, draws=400)
    names = ("negative", "neutral", "positive", "mixed")
    return tuple(
        Share(name, wilson(int(n), total), right) for name, n, right in zip(names, written, corrected, strict=True)
    )


def _aspects(counts: Mapping[str, Any], frame: Answers, written: int) -> tuple[AspectQuality, ...]:
    critics = critics_of(frame)
    made = []
    for code, (hit, false, missed, _none) in counts.get("aspects", {}).items():
        hits, wrong, lost, right = counts["critics"].get(code, [0, 0, 0, 0])
        said = min(critics.get(code, 0), written)
        corrected = rogan_gladen(said, written, sensitivity=(hits, hits + lost), specificity=(right, right + wrong))
        made.append(
            AspectQuality(code, wilson(hit, hit + false), wilson(hit, hit + missed), wilson(said, written), corrected)
        )
    return tuple(sorted(made, key=lambda one: (-one.recall.n - one.precision.n, one.aspect)))


def critics_of(frame: Answers) -> dict[str, int]:
    """How many open answers criticise each aspect."""
    places = _places(frame)
    if not len(places):
        return {}
    codes: Sequence[str] = frame.opinions["aspect"].codes
    bad, about = frame.opinions["polarity"].values == -1, np.asarray(frame.opinions["aspect"].values, np.int64)
    pairs = np.unique(places[bad] * len(codes) + about[bad])
    counts = np.bincount(pairs % len(codes), minlength=len(codes))
    return {code: int(n) for code, n in zip(codes, counts, strict=True)}


def _agreement(plain: Mapping[str, Any] | None) -> Agreement:
    return (
        Agreement(plain["value"], plain["low"], plain["high"], plain["n"]) if plain else Agreement(None, None, None, 0)
    )
