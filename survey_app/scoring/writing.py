"""What a reading leaves in the database: judgements, opinions, and word to improving and to the columns."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from .. import clock
from ..analysis import text
from ..analysis.text import TextResult
from ..store import due
from ..tables import Judgement, Opinion, Response
from .reading import Judged


def write(session: Session, judged: Sequence[Judged]) -> None:
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


def tell_improving(session: Session, responses: Sequence[Response]) -> None:
    """Hand the scored responses over: with revision 2 the first time, then one more each time they are scored."""
    ids = [response.id or 0 for response in responses]
    if not ids:
        return
    last = due.revisions(session, "case", ids)
    by_revision: dict[int, list[int]] = defaultdict(list)
    for response in responses:
        # An imported answer opens a case only where its import said so, by a first row of this kind.
        if "batch" not in response.attributes or response.id in last:
            by_revision[max(2, last.get(response.id or 0, 1) + 1)].append(response.id or 0)
    for revision, subjects in by_revision.items():
        due.hand_over(session, "case", subjects, revision=revision)
