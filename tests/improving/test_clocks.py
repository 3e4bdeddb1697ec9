"""Clocks as pure functions of events: whatever happens to a case, the sums are right."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from survey_app.improving import casebook, clocks
from survey_app.improving.clocks import Happening

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
TARGETS = {"normal": {"contact": 24, "resolve": 168}, "urgent": {"contact": 2, "resolve": 48}}
KINDS = ("waiting", "resumed", "resolved", "reopened", "noted", "contacted", "severity", "assigned", "cause", "closed")


def opened(severity: str = "normal", **more: object) -> Happening:
    return Happening("opened", START, {"severity": severity, "targets": TARGETS, **more})


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[Happening], datetime]:
    """Any events in any order after the opening, and a moment after them all."""
    events, at = [opened(draw(st.sampled_from(["normal", "urgent"])))], START
    for kind in draw(st.lists(st.sampled_from(KINDS), max_size=12)):
        at += timedelta(minutes=draw(st.integers(0, 3000)))
        data = {
            "severity": {"severity": draw(st.sampled_from(["normal", "urgent"]))},
            "contacted": {"outcome": draw(st.sampled_from(["reached", "no_answer"]))},
            "assigned": {"owner_id": draw(st.sampled_from([None, 1]))},
        }
        events.append(Happening(kind, at, data.get(kind, {})))
    return events, at + timedelta(minutes=draw(st.integers(0, 3000)))


@given(lives())
def test_elapsed_and_remaining_make_the_target(life: tuple[list[Happening], datetime]) -> None:
    for clock in (clocks.contact(*life), clocks.resolve(*life)):
        assert clock.elapsed + clock.remaining == clock.target
        assert timedelta() <= clock.elapsed
        assert clock.is_missed == (clock.elapsed > clock.target)


@given(lives())
def test_a_running_clock_is_missed_exactly_when_its_due_time_is_over(life: tuple[list[Happening], datetime]) -> None:
    events, now = life
    for clock in (clocks.contact(events, now), clocks.resolve(events, now)):
        if clock.is_running:
            assert clock.is_missed == (now > clock.due_at)


@given(lives(), st.integers(0, 5000))
def test_a_stopped_or_paused_clock_does_not_go_on(life: tuple[list[Happening], datetime], minutes: int) -> None:
    events, now = life
    later = now + timedelta(minutes=minutes)
    for of in (clocks.contact, clocks.resolve):
        before, after = of(events, now), of(events, later)
        if before.is_running:
            assert after.elapsed - before.elapsed == timedelta(minutes=minutes)
        else:
            assert after.elapsed == before.elapsed


@given(lives())
def test_pausing_and_going_on_at_once_changes_nothing(life: tuple[list[Happening], datetime]) -> None:
    events, now = life
    plain = clocks.resolve(events, now)
    if plain.is_running:
        both = [*events, Happening("waiting", now), Happening("resumed", now)]
        assert clocks.resolve(both, now) == plain


@given(lives())
def test_the_row_is_the_same_however_often_it_is_derived(life: tuple[list[Happening], datetime]) -> None:
    row = casebook.derive(*life)
    assert row == casebook.derive(*life)
    assert row["state"] in casebook.STATES and row["severity"] in TARGETS


def test_a_new_severity_counts_from_the_start() -> None:
    now = START + timedelta(hours=3)
    raised = [opened(), Happening("severity", now, {"severity": "urgent"})]
    clock = clocks.contact(raised, now)
    assert clock.due_at == START + timedelta(hours=2) and clock.is_missed


def test_waiting_stops_the_solution_but_not_the_first_contact() -> None:
    events = [opened(), Happening("waiting", START + timedelta(hours=1))]
    now = START + timedelta(hours=30)
    assert clocks.contact(events, now).is_missed
    assert clocks.resolve(events, now).elapsed == timedelta(hours=1)


def test_nobody_answering_is_no_contact() -> None:
    events = [opened(), Happening("contacted", START + timedelta(hours=1), {"outcome": "no_answer"})]
    assert clocks.contact(events, START + timedelta(hours=2)).stopped_at is None
    assert casebook.derive(events, START + timedelta(hours=2))["contacted_at"] is None


def test_where_nobody_can_be_called_our_reaction_counts() -> None:
    events = [opened(reachable=False), Happening("assigned", START + timedelta(hours=1), {"owner_id": 1})]
    assert clocks.contact(events, START + timedelta(hours=5)).elapsed == timedelta(hours=1)


def test_the_clock_starts_with_the_answer_not_with_the_worker() -> None:
    since = START - timedelta(hours=5)
    assert clocks.contact([opened(since=since.isoformat())], START).elapsed == timedelta(hours=5)


def test_reopening_starts_a_new_clock() -> None:
    later = START + timedelta(days=20)
    events = [opened(), Happening("resolved", START + timedelta(days=1), {"outcome": "recovered"}),
              Happening("reopened", later)]  # fmt: skip
    clock = clocks.resolve(events, later + timedelta(hours=1))
    assert clock.elapsed == timedelta(hours=1) and clock.is_running
    assert casebook.derive(events, later)["outcome"] == ""
