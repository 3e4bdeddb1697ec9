"""Due open answers are judged, each once; a survey can be judged anew."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Engine
from sqlmodel import col, select

from ..analysis.text.models import MODELS
from ..store import due
from ..store.database import reading, writing
from ..tables import Due, Response
from .reading import Judged, chosen, judge, texts_of
from .writing import tell_improving, write

log = logging.getLogger(__name__)
CHUNK = 100


def score_due(engine: Engine, *, limit: int = CHUNK) -> int:
    """Take due responses, judge them outside any transaction, write what came out in one."""
    rows = due.take(engine, "score", limit=limit)
    if not rows:
        return 0
    with reading(engine) as session:
        how = chosen(session)
        texts = texts_of(session, [row.subject for row in rows])
    done: list[tuple[Due, Judged | None]] = []
    for row in rows:
        try:
            done.append((row, judge(texts[row.subject], how) if row.subject in texts else None))
        except Exception as error:
            # A text that breaks a model must not hold up the others; it is tried again, later each time.
            log.warning("scoring: response %s put back (%s)", row.subject, type(error).__name__)
            due.put_back(engine, row, type(error).__name__)
    finish(engine, done)
    return len(rows)


def finish(engine: Engine, done: Sequence[tuple[Due, Judged | None]]) -> None:
    """Write a chunk and mark its rows done in one transaction; a row whose lease was lost is left to the other."""
    if not done:
        return
    with writing(engine) as session:
        kept = [judged for row, judged in done if due.finish(session, row) and judged is not None]
        write(session, kept)
        tell_improving(session, [judged.response for judged in kept])


def score_all(engine: Engine, survey_id: int, model: str | None = None) -> int:
    """Judge all submitted responses of a survey anew; corrected opinions stay. How many responses had text."""
    with reading(engine) as session:
        how = chosen(session)
        wanted = select(Response.id).where(Response.survey_id == survey_id, Response.state == "submitted")
        ids = [i for i in session.exec(wanted.order_by(col(Response.id))) if i is not None]
    how = replace(how, model=MODELS[model]) if model else how
    count = 0
    for first in range(0, len(ids), CHUNK):
        with reading(engine) as session:
            texts = texts_of(session, ids[first : first + CHUNK])
        judged = [judge(one, how) for one in texts.values() if one.texts]
        with writing(engine) as session:
            write(session, judged)
        count += len(judged)
    return count
