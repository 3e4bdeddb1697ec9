"""Phrases are counted by answers: neither two aspects of a clause nor a second open question make two of one."""

from copy import deepcopy
from pathlib import Path
from typing import Any

from survey_app.analysis.text import Opinion, TextResult, themes
from survey_app.reporting import phrases
from survey_app.store import columns, due
from survey_app.store.database import reading, writing
from survey_app.tables import Opinion as Row
from tests import make

BOTH = "物流客服都差劲"


def test_a_clause_with_two_aspects_counts_once_and_as_its_lowest_opinion() -> None:
    said = (Opinion(0, 7, "logistics", -1, 0.9), Opinion(0, 7, "service", 1, 0.9))
    for opinions in (said, said[::-1]):
        found = {theme.phrase: theme for theme in themes([BOTH] * 3, [TextResult("", opinions)] * 3)}
        assert {(one.n, one.negative, one.positive) for one in found.values()} == {(3, 3, 0)}


def test_what_is_said_in_two_open_answers_is_one_answer(engine: Any, tmp_path: Path) -> None:
    definition = deepcopy(make.DEFINITION)
    definition["pages"][0]["items"].append({"key": "more", "type": "long_text", "text": {"zh": "还有什么想说的?"}})
    survey = make.survey(engine, definition=definition)
    assert survey.id is not None
    ids = [make.response(engine, survey, answers={"nps": 2, "why": BOTH, "more": BOTH}).id or 0 for _ in range(4)]
    with writing(engine) as session:
        for one in ids:
            for key in ("why", "more"):
                for aspect in ("logistics", "service"):
                    session.add(Row(survey_id=survey.id, response_id=one, item_key=key, start=0, stop=7, aspect=aspect,
                                    polarity=-1, probability=0.9, model="m", model_version="1"))  # fmt: skip
        due.note_changes(session, survey.id, ids)
    frame = columns.load(engine, tmp_path, survey.id)
    with reading(engine) as session:
        found = phrases.ranked(session, frame, "", None)
        assert found.read == 4 and found.themes
        for theme in found.themes:
            assert theme.n == theme.negative == phrases.counts(frame, [theme.phrase])[theme.phrase] == 4
