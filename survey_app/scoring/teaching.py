"""Models that learn from people's labels: taught, compared on the checked sample, put to use, rolled back."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import Engine, func
from sqlmodel import Session, col, or_, select

from ..analysis.text.models import MODELS
from ..analysis.text.teaching import teach
from ..errors import N_, Conflict, SurveyError
from ..store import due
from ..store.database import reading, writing
from ..tables import Judgement, Label, ModelUse, ModelVersion, Opinion, Response
from .checking import by_people, check, check_again, meant, model_readings
from .labelling import CORRECTION, SAMPLE, TEACH, effective, is_for_measuring
from .reading import How, chosen, judge, loaded, texts_of
from .writing import write

log = logging.getLogger(__name__)
LEAST = 30
"""Labelled clauses from which on teaching is worth the time."""
PART = 500
"""Responses read anew in one transaction."""


def lessons(session: Session) -> list[Label]:
    """The labels that may teach: of the teaching half, whatever list they came from."""
    return [one for one in effective(session, None, [TEACH, CORRECTION]) if not is_for_measuring(one.response_id)]


def ask_to_teach(session: Session) -> None:
    """Have the worker teach a new version by the labels of today."""
    if len(lessons(session)) < LEAST:
        raise SurveyError(
            "few-labels", N_("There are too few labels to learn from."),
            N_("Label at least %(least)s clauses for teaching first."), least=LEAST,
        )  # fmt: skip
    if not due.is_waiting(session, "teach", 0):
        due.hand_over(session, "teach", [0], revision=due.revisions(session, "teach", [0]).get(0, 0) + 1)


def teach_due(engine: Engine) -> int:
    """Teach where somebody has asked for it; how many due rows were done."""
    rows = due.take(engine, "teach", limit=1)
    if not rows:
        return 0
    try:
        with reading(engine) as session:
            made = _taught(session)
    except Exception as error:
        log.warning("teaching: put back (%s)", type(error).__name__)
        due.put_back(engine, rows[0], type(error).__name__)
        return 1
    with writing(engine) as session:
        if due.finish(session, rows[0]) and made is not None:
            session.add(made)
            session.flush()
            how = replace(chosen(session), model=loaded(made))
            sampled = session.exec(select(Label.survey_id).where(Label.queue == SAMPLE).distinct()).all()
            session.add_all(check(session, survey_id, how) for survey_id in sampled)
    return 1


def _taught(session: Session) -> ModelVersion | None:
    """A version taught by all labels that may teach, compared with the model in use."""
    labels = lessons(session)
    words, said = _clauses(session, labels)
    if not words:
        return None
    now = chosen(session)
    base = MODELS[now.model.name]
    made = teach(base, words, said)
    return ModelVersion(
        base=base.name, base_version=base.version, lesson=made.to_bytes(), labels=len(words),
        last_label=max(one.id or 0 for one in labels),
        comparison=compared(session, now, replace(now, model=made)),
    )  # fmt: skip


def _clauses(session: Session, labels: Sequence[Label]) -> tuple[list[str], list[int]]:
    """Clauses in the customers' words and how they are meant; a clause without an opinion is a neutral one."""
    ids = sorted({one.response_id for one in labels})
    texts: dict[tuple[int, str], str] = {}
    for first in range(0, len(ids), PART):
        for number, given in texts_of(session, ids[first : first + PART]).items():
            texts |= {(number, key): words for key, words in given.texts.items()}
    pairs = [(texts.get((one.response_id, one.item_key), "")[one.start : one.stop], one.polarity) for one in labels]
    kept = [(words, polarity or 0) for words, polarity in pairs if words.strip()]
    return [words for words, _ in kept], [polarity for _, polarity in kept]


def compared(session: Session, old: How, new: How) -> dict[str, Any]:
    """How many clauses of the checked sample each model reads as people do, and the difference with its 95 % interval.

    The difference in percentage points is a ratio over answers, its error robust against what the clauses of one
    answer have in common: se = √Σ (dᵢ − d̄ nᵢ)² / Σ nᵢ, with dᵢ the gain and nᵢ the clauses of an answer.
    """
    truth = by_people(effective(session, None, [SAMPLE]))
    olds, news = model_readings(session, list(truth), old), model_readings(session, list(truth), new)
    counts = np.array(
        [
            (len(truth[place]), _right(truth[place], meant(truth[place], olds[place])),
             _right(truth[place], meant(truth[place], news[place])))
            for place in truth
            if place in olds and place in news
        ],
        float,
    ).reshape(-1, 3)  # fmt: skip
    clauses = float(counts[:, 0].sum())
    if not clauses:
        return {"n": 0, "clauses": 0}
    gains = counts[:, 2] - counts[:, 1]
    mean = float(gains.sum() / clauses)
    reach = 1.96 * float(np.sqrt(((gains - mean * counts[:, 0]) ** 2).sum())) / clauses
    return {
        "n": len(counts), "clauses": int(clauses), "old": int(counts[:, 1].sum()), "new": int(counts[:, 2].sum()),
        "value": 100 * mean, "low": 100 * (mean - reach), "high": 100 * (mean + reach), "against": " ".join(old.named),
    }  # fmt: skip


def _right(truth: Any, said: Any) -> int:
    return sum(truth[span][0] == said[span][0] for span in truth)


def is_better(version: ModelVersion) -> bool:
    """Whether the whole interval of its gain lies above nothing."""
    return float(version.comparison.get("low", 0)) > 0


def use(session: Session, version_id: int | None, *, user_id: int | None = None) -> None:
    """Use a version from now on (None: the model as it ships) and have all figures read anew. A version that was never
    used must have been better on the checked sample."""
    version = session.get(ModelVersion, version_id) if version_id else None
    if version_id and version is None:
        raise SurveyError("model-version", N_("There is no such version."), N_("Reload the page."))
    was_used = session.exec(select(ModelUse.id).where(ModelUse.version_id == version_id).limit(1)).first()
    if version is not None and was_used is None and not is_better(version):
        raise Conflict(
            "not-better", N_("This version has not been shown to be better."),
            N_("Check more answers of the random sample, then teach again."),
        )  # fmt: skip
    before = chosen(session).named
    surveys = session.exec(select(Judgement.survey_id).distinct()).all()
    session.add(
        ModelUse(version_id=version_id, before={str(one): figures(session, one) for one in surveys},
                 before_name=" ".join(before), user_id=user_id)
    )  # fmt: skip
    session.flush()
    if chosen(session).named != before:
        _read_anew(session, [one for one in surveys if not due.is_waiting(session, "rescore", one)])
        check_again(session)


def figures(session: Session, survey_id: int) -> dict[str, list[int]]:
    """Opinions on each aspect of a survey: negative, neutral, positive."""
    wanted = select(Opinion.aspect, Opinion.polarity, func.count()).where(Opinion.survey_id == survey_id)
    made: dict[str, list[int]] = {}
    for aspect, polarity, n in session.exec(wanted.group_by(col(Opinion.aspect), col(Opinion.polarity))):
        made.setdefault(aspect, [0, 0, 0])[polarity + 1] = n
    return made


def _read_anew(session: Session, survey_ids: Sequence[int]) -> None:
    last = due.revisions(session, "rescore", survey_ids)
    for survey_id in survey_ids:
        due.hand_over(session, "rescore", [survey_id], revision=last.get(survey_id, 0) + 1)


def rescore_due(engine: Engine) -> int:
    """Read a part of what another model had read; opens no cases, and what people corrected stays."""
    rows = due.take(engine, "rescore", limit=1)
    if not rows:
        return 0
    row = rows[0]
    try:
        with reading(engine) as session:
            how = chosen(session)
            ids = _read_by_others(session, row.subject, how)
            texts = texts_of(session, ids)
        judged = [judge(one, how) for one in texts.values()]
    except Exception as error:
        log.warning("reading anew: survey %s put back (%s)", row.subject, type(error).__name__)
        due.put_back(engine, row, type(error).__name__)
        return 1
    with writing(engine) as session:
        if due.finish(session, row):
            write(session, judged)
            if len(ids) == PART or chosen(session).named != how.named:
                due.hand_over(session, "rescore", [row.subject], revision=row.revision + 1)
    return 1


def _read_by_others(session: Session, survey_id: int, how: How) -> list[int]:
    name, version = how.named
    is_other = or_(Judgement.model != name, Judgement.model_version != version)
    wanted = select(Judgement.response_id).join(Response, col(Response.id) == col(Judgement.response_id))
    of_survey = wanted.where(Judgement.survey_id == survey_id, Response.state == "submitted", is_other).distinct()
    return list(session.exec(of_survey.order_by(col(Judgement.response_id)).limit(PART)))


def used_times(session: Session) -> Counter[int | None]:
    """How often each version has been put to use."""
    return Counter(session.exec(select(ModelUse.version_id)))
