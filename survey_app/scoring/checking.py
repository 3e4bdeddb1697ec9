"""Models against people: the readings of a survey's checked sample, counted by class and aspect."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, select

from ..analysis.agreement import Agreement, krippendorff
from ..analysis.text import TextResult
from ..store import due
from ..store.database import reading, writing
from ..tables import Label, ModelCheck
from .labelling import SAMPLE, Place, effective, measure, place_of
from .reading import How, chosen, judge, texts_of

log = logging.getLogger(__name__)
CHUNK = 200
Span = tuple[int, int]
Meant = tuple[int | None, frozenset[str]]
"""A polarity (None: no opinion) and the aspects of a clause."""


@dataclass(frozen=True, slots=True)
class Checked:
    """An open answer as people and a model read it, clause by clause."""

    people: Mapping[Span, Meant]
    model: Mapping[Span, Meant]


def check_due(engine: Engine) -> int:
    """Measure the model in use on the surveys whose labels have changed; how many due rows were done."""
    rows = due.take(engine, "check")
    if not rows:
        return 0
    try:
        with reading(engine) as session:
            how = chosen(session)
            made = {survey_id: check(session, survey_id, how) for survey_id in {row.subject for row in rows}}
    except Exception as error:
        log.warning("checking: put back (%s)", type(error).__name__)
        for row in rows:
            due.put_back(engine, row, type(error).__name__)
        return len(rows)
    with writing(engine) as session:
        if [row for row in rows if due.finish(session, row)]:
            session.add_all(made.values())
    return len(rows)


def check_again(session: Session) -> None:
    """Have the model in use measured on every survey with a checked sample that it was not measured on yet."""
    name, version = chosen(session).named
    of_it = select(ModelCheck.survey_id).where(ModelCheck.model == name, ModelCheck.model_version == version)
    known = set(session.exec(of_it.distinct()))
    labelled = session.exec(select(Label.survey_id).where(Label.queue == SAMPLE).distinct())
    measure(session, [one for one in labelled if one not in known])


def check(session: Session, survey_id: int, how: How) -> ModelCheck:
    """A model's readings of a survey's checked sample, counted; empty where all labels were taken back."""
    labels = effective(session, survey_id, [SAMPLE])
    truth = by_people(labels)
    read = model_readings(session, list(truth), how)
    pairs = [Checked(truth[place], meant(truth[place], read[place])) for place in truth if place in read]
    model, version = how.named
    return ModelCheck(survey_id=survey_id, model=model, model_version=version,
                      counts=counted(pairs, labels) if pairs else {},
                      last_label=max((one.id or 0 for one in labels), default=0))  # fmt: skip


def by_people(labels: Sequence[Label]) -> dict[Place, dict[Span, Meant]]:
    """What holds for each clause: the word of the first person who labelled it."""
    found: dict[Place, dict[Span, Meant]] = defaultdict(dict)
    for one in labels:
        said = one.polarity, frozenset(one.aspects)
        found[place_of(one)].setdefault((one.start, one.stop), said)
    return dict(found)


def model_readings(session: Session, places: Sequence[Place], how: How) -> dict[Place, TextResult]:
    """The model's results for some open answers."""
    ids = sorted({response_id for response_id, _ in places})
    made: dict[Place, TextResult] = {}
    for first in range(0, len(ids), CHUNK):
        for response_id, given in texts_of(session, ids[first : first + CHUNK]).items():
            for key, result in judge(given, how).results.items():
                made[response_id, key] = result
    return made


def meant(clauses: Mapping[Span, Meant], result: TextResult) -> dict[Span, Meant]:
    """What a model says about the same clauses: the opinions that lie in each."""
    found: dict[Span, Meant] = {}
    for start, stop in clauses:
        within = [one for one in result.opinions if one.start < stop and start < one.stop]
        sure = max(within, key=lambda one: one.probability, default=None)
        found[start, stop] = (sure.polarity if sure else None, frozenset(one.aspect for one in within if one.aspect))
    return found


def counted(pairs: Sequence[Checked], labels: Sequence[Label]) -> dict[str, Any]:
    """The counts that a card is made of: confusions [true][said], and per aspect [hits, false, missed, rightly not]."""
    clauses, texts = [[0] * 4 for _ in range(4)], [[0] * 4 for _ in range(4)]
    aspects: dict[str, list[int]] = defaultdict(lambda: [0] * 4)
    critics: dict[str, list[int]] = defaultdict(lambda: [0] * 4)
    codes = sorted(
        {code for one in pairs for side in (one.people, one.model) for _, said in side.values() for code in said}
    )
    for one in pairs:
        for span, (polarity, about) in one.people.items():
            said, found = one.model[span]
            clauses[clause_class(polarity)][clause_class(said)] += 1
            for code in codes:
                aspects[code][_cell(code in about, code in found)] += 1
        texts[text_class(one.people.values())][text_class(one.model.values())] += 1
        for code in codes:
            critics[code][_cell(_blames(one.people, code), _blames(one.model, code))] += 1
    return {"n": len(pairs), "clauses": clauses, "texts": texts, "aspects": dict(aspects), "critics": dict(critics),
            "people": _people(labels)}  # fmt: skip


def clause_class(polarity: int | None) -> int:
    return 3 if polarity is None else polarity + 1


def text_class(said: Any) -> int:
    """The class of a whole answer from its clauses: praise and blame together are mixed, neither is neutral."""
    signs = {polarity for polarity, _ in said if polarity}
    return 3 if signs == {-1, 1} else 0 if -1 in signs else 2 if 1 in signs else 1


def _cell(is_true: bool, is_said: bool) -> int:  # noqa: FBT001
    return (0 if is_said else 2) if is_true else (1 if is_said else 3)


def _blames(clauses: Mapping[Span, Meant], code: str) -> bool:
    return any(polarity == -1 and code in about for polarity, about in clauses.values())


def _people(labels: Sequence[Label]) -> dict[str, Any]:
    """How far the people agree on clauses that two or more of them labelled."""
    by_clause: dict[tuple[int, str, int, int], dict[int | None, Label]] = defaultdict(dict)
    for one in labels:
        by_clause[one.response_id, one.item_key, one.start, one.stop][one.user_id] = one
    units = [list(each.values()) for each in by_clause.values() if len(each) > 1]
    polarity = krippendorff([[clause_class(one.polarity) for one in unit] for unit in units])
    aspects = krippendorff([["+".join(sorted(one.aspects)) for one in unit] for unit in units])
    return {"polarity": _plain(polarity), "aspects": _plain(aspects),
            "people": len({one.user_id for unit in units for one in unit})}  # fmt: skip


def _plain(found: Agreement) -> dict[str, Any]:
    return {"value": found.value, "low": found.low, "high": found.high, "n": found.n}
