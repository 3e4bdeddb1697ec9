"""The book: what several lines have to write down goes into one commit, as soon as the one before it is done."""

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType

from sqlalchemy import Engine

from .. import clock
from ..channels.base import Receipt
from ..store.database import for_writing
from . import ledger
from .ledger import Job

LINGER = 0.03
"""Seconds that "sent" waits for company. Nobody waits for it, but a crash in between would leave it unknown."""


@dataclass(slots=True)
class _Mark:
    """A mail is about to go, or has gone (then with its receipt)."""

    job: Job
    at: datetime
    receipt: Receipt | None = None
    is_written: Future[bool] = field(default_factory=Future)


class Book:
    """Open while a batch is sent; when it is closed, everything is written."""

    def __init__(self, engine: Engine) -> None:
        self._engine = for_writing(engine)
        self._marks: list[_Mark] = []
        self._sent: list[_Mark] = []
        self._is_closed = False
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> "Book":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._news:
            self._is_closed = True
            self._news.notify()
        self._thread.join()
        for mark in self._sent:
            mark.is_written.result()

    def sending(self, job: Job) -> bool:
        """Write down that a mail is about to go, and wait until it is. False: it must not go any more."""
        mark = _Mark(job, clock.now() + ledger.LEASE)
        self._add(mark)
        return mark.is_written.result()

    def sent(self, job: Job, receipt: Receipt) -> None:
        """Write down that a mail has gone, a moment later."""
        mark = _Mark(job, clock.now(), receipt)
        self._sent.append(mark)
        self._add(mark)

    def _add(self, mark: _Mark) -> None:
        with self._news:
            self._marks.append(mark)
            self._news.notify()

    def _keep(self) -> None:
        while marks := self._next():
            self._write(marks)

    def _next(self) -> list[_Mark]:
        """What is to be written next; nothing when the book is closed."""
        with self._news:
            self._news.wait_for(lambda: self._marks or self._is_closed)
            self._news.wait_for(self._is_urgent, LINGER)
            marks, self._marks = self._marks, []
            return marks

    def _is_urgent(self) -> bool:
        return self._is_closed or any(mark.receipt is None for mark in self._marks)

    def _write(self, marks: list[_Mark]) -> None:
        try:
            done = self._commit(marks)
        except Exception as error:  # it is raised where the mark was made
            if len(marks) == 1:
                marks[0].is_written.set_exception(error)
                return
            # One that cannot be written must not take the others with it.
            for mark in marks:
                self._write([mark])
            return
        for mark, is_done in zip(marks, done, strict=True):
            mark.is_written.set_result(is_done)

    def _commit(self, marks: list[_Mark]) -> list[bool]:
        # In the order of their rows, so that two workers on PostgreSQL cannot wait for each other.
        marks.sort(key=lambda mark: mark.job.id)
        with self._engine.begin() as connection:
            done = []
            for mark in marks:
                job = mark.job
                if mark.receipt is None:
                    done.append(ledger.mark_sending(connection, job, mark.at))
                    continue
                done.append(ledger.mark_sent(connection, job, mark.receipt, mark.at))
                if done[-1] and job.following is not None:
                    domain = job.message_id.rpartition("@")[2]
                    ledger.queue_following(connection, job.invitation_id, job.nonce, job.following, domain, mark.at)
            return done
