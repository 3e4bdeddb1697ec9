"""The demo company: complete, believable, the same for a seed, and not broken by being killed."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func
from sqlmodel import col, select

from survey_app import clock
from survey_app.analysis.compare import difference
from survey_app.analysis.scores import SCORES
from survey_app.config import Config
from survey_app.demo import is_made, loop, mailings, make_demo, plan, progress, responses, story, surveys
from survey_app.forms import doctor
from survey_app.forms.definition import Questionnaire
from survey_app.forms.logic import is_shown
from survey_app.improving.criteria import criterion
from survey_app.reporting.figures import FIGURES
from survey_app.store.database import reading
from survey_app.store.questionnaires import asked
from survey_app.tables import (
    Action,
    Campaign,
    Case,
    CaseEvent,
    Customer,
    Dashboard,
    Due,
    Event,
    Invitation,
    Message,
    Progress,
    Response,
    Setting,
    Survey,
    User,
    Verification,
    Version,
)  # fmt: skip

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
SMALL = 0.02


def _make(engine: Engine, config: Config, scale: float = SMALL, **more) -> None:
    with clock.at(NOW):
        make_demo(engine, config, scale=scale, **more)


def _counts(engine: Engine) -> dict[str, int]:
    with reading(engine) as session:
        tables = (Customer, Response, Invitation, Message, Case, CaseEvent, Action, Verification, Event, User)
        return {table.__name__: session.exec(select(func.count()).select_from(table)).one() for table in tables}


def _answers(engine: Engine) -> list[tuple]:
    with reading(engine) as session:
        rows = session.exec(select(Response).order_by(col(Response.ticket)))
        return [(r.ticket, json.dumps(r.answers, sort_keys=True), r.submitted_at, r.channel, r.segment) for r in rows]


@pytest.fixture
def made(engine: Engine, config: Config) -> Engine:
    _make(engine, config)
    return engine


def test_everything_is_there_in_the_right_numbers(made):
    counts = _counts(made)
    assert counts["Customer"] == 60
    with reading(made) as session:
        submitted = session.exec(select(func.count()).where(Response.state == "submitted")).one()
        assert submitted == 42 + 82 + 36
        assert 0 < counts["Response"] - submitted < 0.1 * submitted
        assert [survey.is_open for survey in session.exec(select(Survey))] == [True] * 3
        assert session.exec(select(func.count()).select_from(Version)).one() == 6
        assert Counter(session.exec(select(User.role))) == {"owner": 1, "analyst": 1, "case_worker": 3, "viewer": 1}
        assert session.get_one(Progress, progress.JOB).state == "done"
        boards = session.exec(select(Dashboard)).all()
        assert {tile["figure"] for board in boards for tile in board.tiles} <= FIGURES.keys() and len(boards) == 2
    assert is_made(made)


def test_the_same_seed_makes_the_same_answers_and_another_one_others(engine, config):
    with clock.at(NOW):
        demos = [progress.Demo(engine, config, SMALL, seed, NOW, {}) for seed in (1, 1, 2)]
        one, same, other = ([(v.person.name, v.at, v.channel) for v in plan.visits(demo)] for demo in demos)
    assert one == same
    assert one != other


def test_made_twice_is_made_once(made, config):
    before = _answers(made)
    _make(made, config)
    assert _answers(made) == before


@pytest.mark.parametrize(
    ("module", "name", "calls"),
    [(responses, "_write", 2), (mailings, "_write", 1), (loop.casework, "_work", 9), (loop.improvements, "_plan", 3)],
)
def test_killed_midway_it_goes_on_where_it_was(engine, config, tmp_path, monkeypatch, module, name, calls):
    """The same rows come out, whether it ran through or was stopped in the middle of a transaction."""
    monkeypatch.setattr(responses, "CHUNK", 25)
    done, real = [], getattr(module, name)

    def dies(*args, **more):
        done.append(1)
        if len(done) == calls:
            raise KeyboardInterrupt
        return real(*args, **more)

    monkeypatch.setattr(module, name, dies)
    with pytest.raises(KeyboardInterrupt):
        _make(engine, config)
    assert not is_made(engine)
    monkeypatch.setattr(module, name, real)
    with clock.at(NOW + timedelta(hours=3)):
        make_demo(engine, config)
    counts = _counts(engine)
    assert is_made(engine)
    assert counts["Customer"] == 60
    assert counts["User"] == len(surveys.TEAM)
    assert counts["Action"] == 5
    assert len({row[0] for row in _answers(engine)}) == counts["Response"]
    assert counts["Response"] == len(plan.visits(progress.Demo(engine, config, SMALL, progress.SEED, NOW, {})))


def test_every_answer_could_have_been_given(made):
    """Each is valid for its version, nothing hidden is answered and nothing shown is left out."""
    with reading(made) as session:
        for row in session.exec(select(Response).where(Response.state == "submitted")):
            version = asked(session, row.version_id)
            known = {}
            for item in version.questionnaire.items:
                shown = is_shown(item, known)
                assert shown == (item.key in row.answers), (item.key, row.answers)
                if shown:
                    stored = row.answers[item.key]
                    assert version.questions[item.key].check(stored) == stored
                    known[item.key] = stored
                    assert stored is not None or not item.is_required


def test_the_surveys_have_nothing_wrong_in_them():
    for name in surveys.SURVEYS:
        for version in (1, 2):
            assert doctor.errors(Questionnaire.model_validate(surveys.definition(name, version))) == []
        assert surveys.definition(name, 1) != surveys.definition(name, 2)


def test_nothing_lies_in_the_future_and_nobody_answers_before_being_asked(made):
    with reading(made) as session:
        rows = list(session.exec(select(Response)))
        asked_at = {row.id: row.created_at for row in session.exec(select(Invitation))}
        assert all(row.started_at < row.saved_at <= NOW for row in rows)
        assert all(row.saved_at > NOW - timedelta(days=story.DAYS + 4) for row in rows)
        assert all(asked_at[row.invitation_id] < row.saved_at for row in rows if row.invitation_id)
        assert all(event.at <= NOW for event in session.exec(select(CaseEvent)))


def test_events_of_cases_follow_each_other(made):
    with reading(made) as session:
        last = {}
        for event in session.exec(select(CaseEvent).order_by(col(CaseEvent.case_id), col(CaseEvent.number))):
            if event.kind not in ("linked", "told"):
                assert event.at >= last.get(event.case_id, event.at)
                last[event.case_id] = event.at


def test_old_answers_hand_over_no_cases(made):
    with reading(made) as session:
        assert not session.exec(select(Due).where(Due.kind == "case", col(Due.done_at).is_(None))).all()
        setting = session.get(Setting, "improving.policy")
        assert setting is None or setting.value["oldest_days"] > 0


# -- at full size ------------------------------------------------------------------------------------------------------
def _nps(values):
    return SCORES["nps"](values)


@pytest.mark.slow
def test_the_move_is_seen_the_cure_is_proven_and_the_words_vary(engine, config):
    _make(engine, config, scale=1.0)
    with reading(engine) as session:
        rows = list(session.exec(select(Response).where(Response.state == "submitted")))
        delivery = session.exec(select(Survey).order_by(col(Survey.id)).offset(1).limit(1)).one()
        actions = {action.title: action for action in session.exec(select(Action))}
        verdicts = {row.action_id: row for row in session.exec(select(Verification))}
        states = Counter(session.exec(select(Case.state)))
        late = [c for c in session.exec(select(Case)) if c.due_at < NOW and c.state in ("new", "in_progress")]
        mails = Counter(session.exec(select(Message.state)))
        campaigns = Counter(session.exec(select(Campaign.state)))
    assert len(rows) == 8000
    online = [
        ((NOW - row.submitted_at).total_seconds() / 86_400, row.answers["nps"])
        for row in rows
        if row.survey_id == delivery.id and row.segment == story.ONLINE
    ]
    before = _nps([score for days, score in online if story.MOVE_BEGAN < days < story.MOVE_BEGAN + 100])
    during = _nps([score for days, score in online if story.MOVE_ENDED < days < story.MOVE_BEGAN])
    assert during.high < before.low - 20
    assert difference(during, before).high < -30

    proven = next(action for action in actions.values() if action.state == "effective")
    assert verdicts[proven.id].difference["low"] > 0
    assert criterion(proven.criterion).change == 15
    assert proven.criterion_fixed_at < proven.implemented_at
    assert Counter(action.state for action in actions.values()) == {
        "effective": 1, "ineffective": 1, "inconclusive": 1, "in_progress": 1, "planned": 1,
    }  # fmt: skip
    assert set(states) >= {"new", "in_progress", "waiting", "resolved", "closed"}
    assert 3 <= len(late) <= 60
    assert set(mails) >= {"sent", "failed", "skipped", "queued"}
    assert campaigns == {"finished": 1, "running": 1}

    texts = [row.answers[key] for row in rows for key in ("why", "wish") if row.answers.get(key)]
    assert len(texts) > 4500
    assert len(set(texts)) / len(texts) >= 0.6
