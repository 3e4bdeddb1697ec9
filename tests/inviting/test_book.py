"""Several lines write into one book: few commits, and nobody's trouble becomes another's."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from survey_app import inviting
from survey_app.channels import channel
from survey_app.channels.base import Receipt
from survey_app.inviting import book, ledger
from survey_app.inviting.book import Book
from survey_app.store.database import reading
from survey_app.tables import Message

TAKEN = Receipt(250, "taken")


@pytest.fixture
def claimed(campaign, engine, config):
    """Claimed messages, each with a reminder to follow."""

    def make(count):
        made = campaign([f"a{n}@example.com" for n in range(count)], reminder_after=3)
        inviting.freeze(engine, config, made.id)
        jobs, _ = ledger.claim(engine, made, channel("email"), count)
        assert len(jobs) == count
        return jobs

    return make


def states(engine):
    with reading(engine) as session:
        return sorted(session.exec(select(Message.state)))


def test_lines_that_write_at_once_share_a_commit(claimed, engine, monkeypatch):
    monkeypatch.setattr(book, "LINGER", 0.5)
    jobs, commits = claimed(6), []
    event.listen(engine, "commit", commits.append)
    with Book(engine) as one, ThreadPoolExecutor(6) as lines:
        assert all(lines.map(one.sending, jobs))
        before = len(commits)
        for job in jobs:
            one.sent(job, TAKEN)
    assert len(commits) - before <= 2
    assert states(engine) == ["queued"] * 6 + ["sent"] * 6


def test_what_went_is_written_before_the_same_line_hands_over_the_next(claimed, engine, monkeypatch):
    monkeypatch.setattr(book, "LINGER", 60)
    first, second = claimed(2)
    with Book(engine) as one:
        one.sending(first)
        one.sent(first, TAKEN)
        assert one.sending(second)
        assert states(engine) == ["queued", "sending", "sent"]


def test_what_cannot_be_written_is_told_where_it_was_made_and_stops_nobody_else(claimed, engine, monkeypatch):
    monkeypatch.setattr(book, "LINGER", 0.5)
    first, second = claimed(2)
    nowhere = first.following.model_copy(update={"campaign_id": 999_999})
    broken = replace(first, following=nowhere)

    def send():
        with Book(engine) as one:
            assert one.sending(first)
            assert one.sending(second)
            one.sent(broken, TAKEN)
            one.sent(second, TAKEN)

    with pytest.raises(SQLAlchemyError):
        send()
    assert states(engine) == ["queued", "sending", "sent"]
