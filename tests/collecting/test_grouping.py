"""Write transactions in groups: everybody's work under one commit, nobody's fault on another's account."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import bindparam, insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from survey_app.store.database import for_writing, reading, table_of
from survey_app.store.grouping import together
from survey_app.tables import Change
from tests import make

NOTE = insert(table_of(Change)).values(survey_id=bindparam("survey"), response_id=bindparam("response"))


def noted(engine) -> list[int]:
    with reading(engine) as session:
        return sorted(session.exec(select(Change.response_id)))


def test_work_that_waits_is_done_together_and_each_gets_its_own_answer(engine):
    survey = make.survey(engine).id
    threads, seen = 8, set()

    def write(number: int) -> int:
        def act(db) -> int:
            seen.add(threading.get_ident())
            db.execute(NOTE, {"survey": survey, "response": number})
            return number * 10

        return together(engine, act)

    with ThreadPoolExecutor(threads) as pool:
        assert list(pool.map(write, range(40))) == [number * 10 for number in range(40)]
    assert noted(engine) == list(range(40))


def test_a_piece_that_fails_takes_back_itself_alone(engine):
    survey, gate = make.survey(engine).id, threading.Barrier(6)

    def write(number: int) -> object:
        def act(db) -> None:
            db.execute(NOTE, {"survey": survey, "response": number})
            if number == 3:
                raise ValueError("mine alone")
            if number == 4:
                db.execute(NOTE, {"survey": 10**6, "response": number})

        gate.wait()
        try:
            return together(engine, act)
        except (ValueError, IntegrityError) as error:
            return type(error)

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(write, range(6)))
    assert outcomes == [None, None, None, ValueError, IntegrityError, None]
    assert noted(engine) == [0, 1, 2, 5]


def test_when_the_commit_fails_everybody_hears_of_it(engine):
    survey = make.survey(engine).id

    def act(db) -> None:
        db.execute(NOTE, {"survey": survey, "response": 1})
        db.driver = _Full(db.driver)

    with pytest.raises(OSError, match="disk full"):
        together(engine, act)
    assert noted(engine) == []
    together(for_writing(engine), lambda db: db.execute(NOTE, {"survey": survey, "response": 2}))
    assert noted(engine) == [2], "the connection is as good as before"


class _Full:
    """A connection whose commit finds no room."""

    def __init__(self, driver) -> None:
        self._driver = driver

    def commit(self) -> None:
        raise OSError("disk full")

    def __getattr__(self, name: str) -> object:
        return getattr(self._driver, name)
