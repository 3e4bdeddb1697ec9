"""Stage 4: open answers get their text judged, once, by a named model; improving is told when it is done."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Engine, delete, func, insert
from sqlmodel import Session, col, select

from . import clock
from .analysis import text
from .analysis.text import Taxonomy, TaxonomyError, TextResult
from .config import Config
from .errors import N_, SurveyError
from .store import due
from .store.database import reading, writing
from .store.questionnaires import asked
from .tables import Due, Judgement, Opinion, Response, Setting

log = logging.getLogger(__name__)
CHUNK = 100


@dataclass(frozen=True, slots=True)
class How:
    """What texts are judged by: a model and a taxonomy, as the setting "text" says."""

    model: str
    taxonomy: Taxonomy


@dataclass(frozen=True, slots=True)
class Judged:
    """The results of one response by item key, with the texts they are about and what their questions ask for."""

    response: Response
    texts: dict[str, str]
    asks: dict[str, str]
    results: dict[str, TextResult]


def step(engine: Engine, config: Config) -> int:
    """Judge one chunk of what is due; how many rows were done."""
    return score_due(engine)


def score_due(engine: Engine, *, limit: int = CHUNK) -> int:
    """Take due responses, judge them outside any transaction, write what came out in one."""
    rows = due.take(engine, "score", limit=limit)
    if not rows:
        return 0
    with reading(engine) as session:
        how = chosen(session)
        texts = _texts(session, [row.subject for row in rows])
    done: list[tuple[Due, Judged | None]] = []
    for row in rows:
        try:
            done.append((row, _judge(texts[row.subject], how) if row.subject in texts else None))
        except Exception as error:
            # A text that breaks a model must not hold up the others; it is tried again, later each time.
            log.warning("scoring: response %s put back (%s)", row.subject, type(error).__name__)
            due.put_back(engine, row, type(error).__name__)
    _finish(engine, done)
    return len(rows)


def score_all(engine: Engine, survey_id: int, model: str | None = None) -> int:
    """Judge all submitted responses of a survey anew; corrected opinions stay. How many responses had text."""
    with reading(engine) as session:
        how = chosen(session)
        wanted = select(Response.id).where(Response.survey_id == survey_id, Response.state == "submitted")
        ids = [i for i in session.exec(wanted.order_by(col(Response.id))) if i is not None]
    how = How(model or how.model, how.taxonomy)
    count = 0
    for first in range(0, len(ids), CHUNK):
        with reading(engine) as session:
            texts = _texts(session, ids[first : first + CHUNK])
        judged = [_judge(one, how) for one in texts.values() if one.texts]
        with writing(engine) as session:
            _write(session, judged)
        count += len(judged)
    return count


def chosen(session: Session) -> How:
    """The model and taxonomy of this installation; what cannot be used falls back to what ships."""
    setting = session.get(Setting, "text")
    value: dict[str, Any] = setting.value if setting else {}
    taxonomy = text.general()
    if value.get("taxonomy"):
        try:
            taxonomy = Taxonomy.from_dict(value["taxonomy"])
        except (TaxonomyError, TypeError, AttributeError):
            log.warning("scoring: the saved taxonomy cannot be used, the general one is")
    model = value.get("model", text.DEFAULT)
    return How(model if model in text.MODELS else text.DEFAULT, taxonomy)


def _texts(session: Session, ids: Sequence[int]) -> dict[int, Judged]:
    """The open answers of submitted responses, each read by its own version."""
    found: dict[int, Judged] = {}
    wanted = select(Response).where(col(Response.id).in_(list(ids)), Response.state == "submitted")
    for response in session.exec(wanted):
        questions = asked(session, response.version_id).questions
        said = {key: question.text(response.answers.get(key)) for key, question in questions.items()}
        texts = {key: words for key, words in said.items() if words}
        asks = {key: text.asked_for(" ".join(questions[key].item.text.values())) for key in texts}
        found[response.id or 0] = Judged(response, texts, asks, {})
    return found


def _judge(one: Judged, how: How) -> Judged:
    results = {
        key: text.judge(words, how.model, taxonomy=how.taxonomy, asks=one.asks[key]) for key, words in one.texts.items()
    }
    return replace(one, results=results)


def _finish(engine: Engine, done: Sequence[tuple[Due, Judged | None]]) -> None:
    """Write a chunk and mark its rows done in one transaction; a row whose lease was lost is left to the other."""
    if not done:
        return
    with writing(engine) as session:
        kept = [judged for row, judged in done if due.finish(session, row) and judged is not None]
        _write(session, kept)
        _tell_improving(session, [judged.response for judged in kept])


def _write(session: Session, judged: Sequence[Judged]) -> None:
    """Replace what was written about these responses before; a person's corrections stay."""
    ids = [one.response.id or 0 for one in judged]
    if not ids:
        return
    session.execute(delete(Judgement).where(col(Judgement.response_id).in_(ids)))
    of_them = col(Opinion.response_id).in_(ids)
    session.execute(delete(Opinion).where(of_them, col(Opinion.is_corrected).is_(False)))
    corrected: dict[tuple[int, str], list[Opinion]] = defaultdict(list)
    for opinion in session.exec(select(Opinion).where(of_them)):
        corrected[opinion.response_id, opinion.item_key].append(opinion)
    now = clock.now()
    judgements: list[dict[str, Any]] = []
    opinions: list[dict[str, Any]] = []
    for one in judged:
        for key, result in one.results.items():
            base = {"survey_id": one.response.survey_id, "response_id": one.response.id, "item_key": key,
                    "model": result.model, "model_version": result.version}  # fmt: skip
            known = corrected[one.response.id or 0, key]
            rows = _rows(result, known)
            judgements.append({**base, "result": _result(result, rows, known), "at": now})
            opinions.extend({**base, **row} for row in rows)
    if judgements:
        session.execute(insert(Judgement), judgements)
    if opinions:
        session.execute(insert(Opinion), opinions)
    changed: dict[int, list[int]] = defaultdict(list)
    for one in judged:
        changed[one.response.survey_id].append(one.response.id or 0)
    for survey_id, response_ids in changed.items():
        due.note_changes(session, survey_id, response_ids)


def _rows(result: TextResult, corrected: Sequence[Opinion]) -> list[dict[str, Any]]:
    """Opinion rows, without those about a place that a person has corrected."""
    return [
        {"start": o.start, "stop": o.stop, "aspect": o.aspect, "polarity": o.polarity,
         "probability": o.probability, "is_corrected": False}
        for o in result.opinions
        if not any(o.start < c.stop and c.start < o.stop for c in corrected)
    ]  # fmt: skip


def _result(result: TextResult, rows: Sequence[dict[str, Any]], corrected: Sequence[Opinion]) -> str:
    """The result of a text, with what people have corrected in it."""
    if not corrected:
        return result.result
    said = [(row["polarity"], row["probability"]) for row in rows]
    return text.verdict([*said, *((one.polarity, one.probability) for one in corrected)])


def correct(session: Session, opinion: Opinion, *, aspect: str, polarity: int) -> dict[str, Any]:
    """Write what a person says about a clause: its aspect and polarity, the result of its text, the hand-overs.
    The same as the model said is a confirmation. What it was before."""
    if aspect and all(aspect != known.code for known in chosen(session).taxonomy.aspects):
        raise SurveyError("aspect", N_("There is no such aspect."), N_("Choose one from the list."))
    before = {"polarity": opinion.polarity, "aspect": opinion.aspect, "is_corrected": opinion.is_corrected}
    opinion.polarity, opinion.aspect, opinion.is_corrected, opinion.probability = polarity, aspect, True, 1.0
    session.add(opinion)
    session.flush()
    its = (Opinion.response_id == opinion.response_id, Opinion.item_key == opinion.item_key)
    said = session.exec(select(Opinion.polarity, Opinion.probability).where(*its)).all()
    judged = session.exec(
        select(Judgement).where(Judgement.response_id == opinion.response_id, Judgement.item_key == opinion.item_key)
    ).first()
    if judged is not None:
        judged.result = text.verdict(said)
        session.add(judged)
    due.note_changes(session, opinion.survey_id, [opinion.response_id])
    _tell_improving(session, [session.get_one(Response, opinion.response_id)])
    return before


def _tell_improving(session: Session, responses: Sequence[Response]) -> None:
    """Hand the scored responses over: with revision 2 the first time, then one more each time they are scored."""
    ids = [response.id or 0 for response in responses]
    if not ids:
        return
    last = dict(
        session.execute(
            select(Due.subject, func.max(Due.revision))
            .where(Due.kind == "case", col(Due.subject).in_(ids))
            .group_by(col(Due.subject))
        ).all()
    )
    by_revision: dict[int, list[int]] = defaultdict(list)
    for response in responses:
        # An imported answer opens a case only where its import said so, by a first row of this kind.
        if "batch" not in response.attributes or response.id in last:
            by_revision[max(2, last.get(response.id, 1) + 1)].append(response.id or 0)
    for revision, subjects in by_revision.items():
        due.hand_over(session, "case", subjects, revision=revision)
