"""The columnar copy says what the rows say, whatever happened to them and in whatever order."""

import json
import multiprocessing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlmodel import Session, SQLModel, col, select

from survey_app import crypto
from survey_app.analysis.columns import MISSING
from survey_app.store import columns, due
from survey_app.store.columns import follow, shelf
from survey_app.store.database import connect, reading, writing
from survey_app.tables import Change, Opinion, Response
from tests import make

QUESTIONS: dict[str, Any] = {
    "title": {"zh": "调查"},
    "pages": [
        {
            "items": [
                {"key": "nps", "type": "nps", "text": {"zh": "推荐?"}},
                {"key": "use", "type": "single", "text": {"zh": "用途"}, "options": {
                    "choices": [{"code": "home"}, {"code": "work"}]}},
                {"key": "age", "type": "number", "text": {"zh": "年龄"}},
                {"key": "why", "type": "long_text", "text": {"zh": "原因"}},
            ]
        }
    ],
}  # fmt: skip


def decoded(frame: columns.Answers) -> dict[int, dict[str, Any]]:
    """A frame as words by response, so that two copies with other code numbers compare equal."""
    made: dict[int, dict[str, Any]] = {}
    for row, response in enumerate(frame["response"].values.tolist()):
        made[response] = {}
        for key in frame.columns:
            column, value = frame[key], frame[key].values[row]
            if value == MISSING or value != value:
                made[response][key] = None
            else:
                made[response][key] = column.codes[value] if column.codes else float(value)
        if len(frame.opinions):
            said = frame.opinions
            rows = np.flatnonzero(said["response"].values == response)
            made[response]["said"] = sorted(
                (said["aspect"].codes[said["aspect"].values[i]], int(said["polarity"].values[i])) for i in rows
            )
        else:
            made[response]["said"] = []
    return made


def from_rows(session: Session, survey_id: int) -> dict[int, tuple[Any, ...]]:
    """What the rows say, read without columns."""
    found = session.exec(select(Response).where(Response.survey_id == survey_id, Response.state == "submitted"))
    return {row.id or 0: (row.answers.get("nps"), row.answers.get("use"), row.segment) for row in found}


def short(frame: columns.Answers) -> dict[int, tuple[Any, ...]]:
    return {
        key: (None if row["nps"] is None else int(row["nps"]), row["use"], row["segment"])
        for key, row in decoded(frame).items()
    }


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["submit", "change", "invalidate", "restore", "erase", "opinion", "read"]),
        st.integers(0, 10),
        st.integers(0, 30),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_order_of_events_gives_what_a_rebuilt_copy_gives(
    steps: list[tuple[str, int, int]], engine: Any, tmp_path: Path
) -> None:
    survey = make.survey(engine, definition=QUESTIONS)
    assert survey.id is not None
    known: list[int] = []
    for act, value, which in steps:
        if act == "submit":
            answers = {"nps": value, "use": "home" if which % 2 else "work", "age": None}
            row = make.response(engine, survey, answers=answers, segment="ab"[which % 2])
            known.append(row.id or 0)
        elif act == "read":
            columns.load(engine, tmp_path / "columns", survey.id)
        elif known:
            change(engine, survey.id, known[which % len(known)], act, value)
    frame = columns.load(engine, tmp_path / "columns", survey.id)
    rebuilt = columns.load(engine, tmp_path / f"rebuilt{survey.id}", survey.id)
    assert decoded(frame) == decoded(rebuilt)
    with reading(engine) as session:
        assert short(frame) == from_rows(session, survey.id)


def change(engine: Any, survey_id: int, response_id: int, act: str, value: int) -> None:
    with writing(engine) as session:
        row = session.get(Response, response_id)
        if row is None:
            return
        if act == "erase":
            session.execute(delete(Opinion).where(col(Opinion.response_id) == response_id))
            session.delete(row)
        elif act == "opinion":
            session.add(opinion(survey_id, response_id, "price" if value % 2 else "service", value % 3 - 1))
        else:
            row.state = {"invalidate": "invalid", "restore": "submitted"}.get(act, row.state)
            row.answers = {**row.answers, "nps": value} if act == "change" else row.answers
            session.add(row)
        due.note_changes(session, survey_id, [response_id])


def opinion(survey_id: int, response_id: int, aspect: str, polarity: int) -> Opinion:
    return Opinion(
        survey_id=survey_id, response_id=response_id, item_key="why", start=0, stop=2, aspect=aspect,
        polarity=polarity, probability=0.9, model="test", model_version="1",
    )  # fmt: skip


def test_an_answer_is_seen_as_soon_as_it_is_submitted(engine: Any, tmp_path: Path) -> None:
    survey = make.survey(engine)
    assert survey.id is not None
    for count in (1, 2, 3):
        make.response(engine, survey)
        assert len(columns.load(engine, tmp_path, survey.id)) == count


def test_missing_kinds_are_kept_apart(engine: Any, tmp_path: Path) -> None:
    survey = make.survey(engine, definition=QUESTIONS)
    assert survey.id is not None
    make.response(engine, survey, answers={"nps": 0, "use": None})
    make.response(engine, survey, answers={"nps": 9})
    second = {**QUESTIONS, "pages": [{"items": [*QUESTIONS["pages"][0]["items"],
                                                {"key": "new", "type": "csat", "text": {"zh": "新题"}}]}]}  # fmt: skip
    make.version(engine, survey, definition=second)
    make.response(engine, survey, answers={"nps": 3, "new": 5})
    frame = columns.load(engine, tmp_path, survey.id)
    assert frame.states("use") == {"answered": 0, "skipped": 1, "not shown": 2, "not in version": 0}
    assert frame.states("new") == {"answered": 1, "skipped": 0, "not shown": 0, "not in version": 2}
    assert frame["nps"].answered.tolist() == [0, 9, 3]


def test_codes_follow_versions_and_a_new_scale_gets_its_own_column(engine: Any, tmp_path: Path) -> None:
    def asks(codes: str, points: int) -> dict[str, Any]:
        items = [
            {"key": "use", "type": "single", "text": {}, "options": {"choices": [{"code": code} for code in codes]}},
            {"key": "csat", "type": "csat", "text": {}, "options": {"points": points}},
        ]
        return {"title": {"zh": "调查"}, "pages": [{"items": items}]}

    survey = make.survey(engine, definition=asks("ab", 5))
    assert survey.id is not None
    make.response(engine, survey, answers={"use": "b", "csat": 5})
    make.version(engine, survey, definition=asks("cba", 7))
    make.response(engine, survey, answers={"use": "c", "csat": 7})
    make.response(engine, survey, answers={"use": "b", "csat": 5})
    frame = columns.load(engine, tmp_path, survey.id)
    assert [row["use"] for row in decoded(frame).values()] == ["b", "c", "b"]
    with reading(engine) as session:
        first, second = columns.versions(session, survey.id)
    assert frame.of(second.questions["use"])["use"].values.tolist() == [1, 0, 1]
    assert frame.of(first.questions["csat"])["csat"].answered.tolist() == [5]
    assert frame.of(second.questions["csat"])["csat"].answered.tolist() == [7, 5]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_writer_killed_around_its_manifest_loses_and_doubles_nothing(
    when: str, engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = make.survey(engine)
    assert survey.id is not None
    for _ in range(5):
        make.response(engine, survey)
    columns.load(engine, tmp_path, survey.id)
    rows = [make.response(engine, survey).id or 0 for _ in range(3)]
    change(engine, survey.id, rows[0], "change", 1)
    write = shelf.Manifest.write

    def killed(self: shelf.Manifest, folder: Path) -> None:
        if when == "after":
            write(self, folder)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shelf.Manifest, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            columns.load(engine, tmp_path, survey.id)
    make.response(engine, survey)
    frame = columns.load(engine, tmp_path, survey.id)
    assert decoded(frame) == decoded(columns.load(engine, tmp_path / "rebuilt", survey.id))
    assert len(frame) == 9


@pytest.mark.parametrize("harm", ["manifest", "short", "gone", "all"])
def test_a_damaged_copy_is_made_again(harm: str, engine: Any, tmp_path: Path) -> None:
    survey = make.survey(engine)
    assert survey.id is not None
    for _ in range(5):
        make.response(engine, survey)
    columns.load(engine, tmp_path, survey.id)
    columns.forget_memory()
    home = follow.folder_of(tmp_path, survey.id)
    if harm == "manifest":
        (home / "manifest.json").write_text('{"tables": 1')
    elif harm == "all":
        columns.forget(tmp_path, survey.id)
    else:
        file = home / json.loads((home / "manifest.json").read_text())["tables"]["responses"]["files"]["nps"]
        file.write_bytes(b"1234") if harm == "short" else file.unlink()
    assert columns.load(engine, tmp_path, survey.id)["nps"].values.tolist() == [9] * 5


def test_readers_keep_what_they_opened_while_a_writer_goes_on(engine: Any, tmp_path: Path) -> None:
    survey = make.survey(engine)
    assert survey.id is not None
    first = [make.response(engine, survey, answers={"nps": value}).id or 0 for value in range(10)]
    before = columns.load(engine, tmp_path, survey.id)
    change(engine, survey.id, first[0], "erase", 0)
    change(engine, survey.id, first[5], "change", 9)
    after = columns.load(engine, tmp_path, survey.id)
    assert before["nps"].values.tolist() == list(range(10))
    assert sorted(after["nps"].values.tolist()) == [1, 2, 3, 4, 6, 7, 8, 9, 9]


def submit_and_read(url: str, folder: Path, survey_id: int, count: int) -> None:
    crypto.use_key(b"x" * 32)
    engine = connect(url)
    with reading(engine) as session:
        survey = session.get_one(make.Survey, survey_id)
    for value in range(count):
        make.response(engine, survey, answers={"nps": value % 11})
        columns.load(engine, folder, survey_id)


@pytest.mark.slow
def test_two_processes_that_write_and_read_at_once_agree(tmp_path: Path) -> None:
    crypto.use_key(b"x" * 32)
    url = f"sqlite:///{tmp_path / 'two.db'}"
    engine = connect(url)
    SQLModel.metadata.create_all(engine)
    survey = make.survey(engine)
    assert survey.id is not None
    spawn = multiprocessing.get_context("spawn")
    jobs = [spawn.Process(target=submit_and_read, args=(url, tmp_path / "c", survey.id, 40)) for _ in range(2)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join(300)
    assert [job.exitcode for job in jobs] == [0, 0]
    frame = columns.load(engine, tmp_path / "c", survey.id)
    assert len(frame) == 80
    assert decoded(frame) == decoded(columns.load(engine, tmp_path / "rebuilt", survey.id))
    with reading(engine) as session:
        assert session.exec(select(Change.id).where(col(Change.seq).is_(None))).all() == []
    engine.dispose()


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "Europe/London", "America/St_Johns"])
def test_days_are_those_of_the_zone(zone: str) -> None:
    where = columns.ZoneInfo(zone)
    moments = [datetime(2026, month, day, hour, 59, tzinfo=UTC) for month in (3, 10) for day in (1, 28, 29, 25)
               for hour in (0, 1, 15, 16, 23)]  # fmt: skip
    minutes = np.array([int(moment.timestamp() // 60) for moment in moments], np.int32)
    wanted = [moment.astimezone(where).date().toordinal() - 719_163 for moment in moments]
    assert columns.days_of(minutes, where).tolist() == wanted
