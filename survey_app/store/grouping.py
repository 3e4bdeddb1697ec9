"""Write transactions of many visitors at once: who waits for the lock is served by the one who holds it.

SQLite writes one transaction after the other, and each waits for the disk. Threads that come while one is writing
leave their work in a line; the next to get the lock does all of it under one commit, each piece within a savepoint,
and everybody is answered after that commit. Nobody sleeps and looks again, as SQLite's own waiting does.
"""

import threading
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar, cast

from sqlalchemy import Engine

from .straight import Straight

T = TypeVar("T")
MOST = 64
"""Pieces of work under one commit."""


class _Piece:
    __slots__ = ("act", "error", "is_done", "result")

    def __init__(self, act: Callable[[Straight], Any]) -> None:
        self.act, self.result, self.is_done = act, cast(Any, None), False
        self.error: BaseException | None = None


class _Line:
    """Who waits to write to one database."""

    def __init__(self) -> None:
        self.lock, self.waiting = threading.Lock(), deque[_Piece]()

    def serve(self, engine: Engine) -> None:
        pieces = [self.waiting.popleft() for _ in range(min(len(self.waiting), MOST))]
        try:
            _one_transaction(engine, pieces)
        except BaseException as error:
            for piece in pieces:
                piece.error = piece.error or error
            if not isinstance(error, Exception):
                raise
        finally:
            for piece in pieces:
                piece.is_done = True


_lines: "weakref.WeakKeyDictionary[Any, _Line]" = weakref.WeakKeyDictionary()
_opening = threading.Lock()


def together(engine: Engine, act: Callable[[Straight], T]) -> T:
    """Run a piece of work in a write transaction that is committed when this returns; an error takes back the piece.

    The work may run in another thread: it must bring along what it needs, the time among it, and be short.
    """
    piece = _Piece(act)
    if engine.dialect.name != "sqlite":
        _one_transaction(engine, [piece])
    else:
        with _opening:
            line = _lines.setdefault(engine.pool, _Line())
        line.waiting.append(piece)
        with line.lock:
            while not piece.is_done:
                line.serve(engine)
    if piece.error is not None:
        raise piece.error
    return cast(T, piece.result)


def _one_transaction(engine: Engine, pieces: list[_Piece]) -> None:
    pooled = engine.raw_connection()
    try:
        db = Straight(pooled.dbapi_connection, engine)
        is_sqlite = engine.dialect.name == "sqlite"
        if is_sqlite:
            db.say("BEGIN IMMEDIATE")
        try:
            for piece in pieces:
                _within_savepoint(db, piece) if len(pieces) > 1 else _do(db, piece)
            with db.errors():
                db.driver.commit()
        except BaseException:
            db.driver.rollback()
            raise
    finally:
        pooled.close()


def _do(db: Straight, piece: _Piece) -> None:
    piece.result = piece.act(db)


def _within_savepoint(db: Straight, piece: _Piece) -> None:
    db.say("SAVEPOINT piece")
    try:
        _do(db, piece)
    except Exception as error:
        # A full disk takes the whole transaction back: then nothing of it was kept, for nobody.
        if not db.driver.in_transaction:
            raise
        db.say("ROLLBACK TO piece")
        piece.error = error
    db.say("RELEASE piece")
