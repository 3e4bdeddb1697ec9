"""Working hours: the sums are right across nights, lunches, weekends, holidays, make-up days and changing clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from survey_app import clock, improving
from survey_app.errors import SurveyError
from survey_app.improving import calendars, casebook, cases, clocks, policy
from survey_app.improving.calendars import ALWAYS, Always, Working
from survey_app.improving.clocks import Happening
from survey_app.improving.policy import Policy
from survey_app.store.database import reading, writing
from tests import make

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = frozenset(range(5))
PLAIN = Working(WEEK, ((540, 1080),))
WITH_LUNCH = Working(WEEK, ((540, 720), (810, 1080)))
CHINA = Working(
    WEEK, ((540, 720), (810, 1080)), calendars.special_days(["2026-10-01 ~ 2026-10-07 国庆节"]),
    calendars.special_days(["2026-09-20 调休", "2026-10-10"]),
)  # fmt: skip
BERLIN = Working(frozenset(range(7)), ((0, 1440),), zone="Europe/Berlin")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


moments = st.datetimes(datetime(2026, 8, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
hours = st.timedeltas(timedelta(), timedelta(hours=200))
all_calendars = st.sampled_from([ALWAYS, PLAIN, WITH_LUNCH, CHINA, BERLIN])


@given(all_calendars, moments, hours)
def test_so_much_time_lies_between_a_moment_and_the_moment_after_it(
    calendar: calendars.Calendar, start: datetime, span: timedelta
) -> None:
    assert calendar.between(start, calendar.after(start, span)) == span


@given(all_calendars, moments, hours, hours)
def test_times_add_up(calendar: calendars.Calendar, start: datetime, one: timedelta, other: timedelta) -> None:
    middle, end = start + one, start + one + other
    assert calendar.between(start, middle) + calendar.between(middle, end) == calendar.between(start, end)
    assert calendar.after(start, one) <= calendar.after(start, one + other)


@given(all_calendars, moments, hours)
def test_no_more_time_counts_than_has_passed(calendar: calendars.Calendar, start: datetime, span: timedelta) -> None:
    assert timedelta() <= calendar.between(start, start + span) <= span
    assert calendar.between(start + span, start) == timedelta()


@given(moments, hours)
def test_the_due_moment_lies_in_working_time(start: datetime, span: timedelta) -> None:
    due = CHINA.after(start, span + timedelta(minutes=1)).astimezone(SHANGHAI)
    minutes = due.hour * 60 + due.minute + due.second / 60
    assert CHINA.is_worked(due.date()) and any(low <= minutes <= high for low, high in CHINA.spans)


@pytest.mark.parametrize(
    ("answered", "hours_given", "due"),
    [
        ("2026-11-20 17:00", 2, "2026-11-23 10:00"),  # Friday evening to Monday
        ("2026-11-21 03:00", 1, "2026-11-23 10:00"),  # in the night before a weekend
        ("2026-11-23 11:30", 1, "2026-11-23 14:00"),  # across lunch
        ("2026-11-23 12:30", 1, "2026-11-23 14:30"),  # within lunch
        ("2026-09-30 17:00", 3, "2026-10-08 11:00"),  # across the holidays
        ("2026-10-09 17:00", 3, "2026-10-10 11:00"),  # Saturday is a make-up day
        ("2026-09-19 12:00", 1, "2026-09-20 10:00"),  # and so is a Sunday
    ],
)
def test_known_cases(answered: str, hours_given: int, due: str) -> None:
    assert CHINA.after(at(answered), timedelta(hours=hours_given)) == at(due)


def test_days_of_23_and_25_hours_are_counted_as_they_are() -> None:
    spring, autumn = (at(day, ZoneInfo("Europe/Berlin")) for day in ("2026-03-29 00:00", "2026-10-25 00:00"))
    next_spring, next_autumn = (at(day, ZoneInfo("Europe/Berlin")) for day in ("2026-03-30 00:00", "2026-10-26 00:00"))
    assert BERLIN.between(spring, next_spring) == timedelta(hours=23)
    assert BERLIN.between(autumn, next_autumn) == timedelta(hours=25)


@given(all_calendars)
def test_a_calendar_is_the_same_when_a_case_has_kept_it(calendar: calendars.Calendar) -> None:
    assert calendars.stored_calendar(calendar.stored(date(2026, 9, 1))) == calendar


def test_only_the_special_days_of_its_time_are_kept_with_a_case() -> None:
    old = Working(WEEK, ((540, 1080),), calendars.special_days(["2020-01-01", "2026-10-01"]))
    assert old.stored(date(2026, 9, 30))["off"] == ["2026-10-01"]


@pytest.mark.parametrize("line", ["soon", "2026-02-30", "2026-10-07 ~ 2026-10-01", "2026-01-01 ~ 2027-01-01", "1"])
def test_a_line_that_is_no_day_is_refused_with_the_line(line: str) -> None:
    with pytest.raises(SurveyError) as refused:
        calendars.special_days(["2026-10-01", line])
    assert line in str(refused.value)


@pytest.mark.parametrize(
    "line", ["2026-10-01至2026-10-07", "2026/10/1 ~ 2026/10/7 国庆节", "2026年10月1日 到 2026年10月7日"]
)
def test_days_are_read_as_people_write_them(line: str) -> None:
    assert len(calendars.special_days([line, ""])) == 7


@pytest.mark.parametrize("texts", [[], ["9-18"], ["18:00-09:00"], ["09:00-13:00", "12:00-18:00"], ["09:00-25:00"]])
def test_hours_that_do_not_hold_are_refused(texts: list[str]) -> None:
    with pytest.raises(SurveyError):
        calendars.spans(texts)


def opened(calendar: calendars.Calendar, since: datetime) -> Happening:
    data = {
        "severity": "normal", "since": since.isoformat(), "calendar": calendar.stored(since.date()),
        "targets": {"normal": {"contact": 4, "resolve": 16}, "urgent": {"contact": 1, "resolve": 8}},
    }  # fmt: skip
    return Happening("opened", since, data)


@given(st.sampled_from([PLAIN, WITH_LUNCH, CHINA]), moments, st.timedeltas(timedelta(), timedelta(days=20)))
def test_a_running_clock_of_working_hours_is_late_exactly_when_its_due_time_is_over(
    calendar: Working, since: datetime, later: timedelta
) -> None:
    running = clocks.contact([opened(calendar, since)], since + later)
    assert running.is_missed == (since + later > running.due_at)
    assert running.elapsed + running.remaining == running.target
    if running.elapsed > running.target:
        assert running.is_missed


def test_waiting_over_a_weekend_costs_no_working_time() -> None:
    since, friday, monday = at("2026-11-20 09:00"), at("2026-11-20 12:00"), at("2026-11-23 12:00")
    events = [opened(PLAIN, since), Happening("waiting", friday), Happening("resumed", monday)]
    clock_of = clocks.resolve(events, monday)
    assert clock_of.elapsed == timedelta(hours=3)
    assert clock_of.due_at == PLAIN.after(monday, timedelta(hours=13))


def test_what_was_due_on_friday_evening_is_late_on_friday_night() -> None:
    since = at("2026-11-20 14:00")
    assert not clocks.contact([opened(PLAIN, since)], at("2026-11-20 18:00")).is_missed
    assert clocks.contact([opened(PLAIN, since)], at("2026-11-20 18:01")).is_missed


def test_a_case_keeps_the_hours_and_the_calendar_it_was_opened_with(engine: Engine) -> None:
    answered = at("2026-11-20 17:00")
    with writing(engine) as session, clock.at(answered):
        policy.save(session, Policy(contact_hours=2, counts=policy.WORKING_HOURS))
    survey = make.survey(engine)
    response = make.response(engine, survey, answers={"nps": 5}, at=answered)
    with writing(engine) as session, clock.at(answered):
        case = improving.open_cases_for(session, response.id or 0)
        assert case is not None and case.due_at == at("2026-11-23 10:00")
        policy.save(session, Policy(contact_hours=50))
    with writing(engine) as session, clock.at(answered + timedelta(minutes=5)):
        found = casebook.find(session, case.id or 0)
        cases.note(session, found, "看过了", user_id=None)
        assert found.due_at.astimezone(SHANGHAI).date() >= date(2026, 11, 23)
        kept = casebook.events_of(session, case.id or 0)[0].data
    assert kept["policy"] == 1 and kept["calendar"]["spans"] == ["09:00-18:00"]
    with reading(engine) as session:
        assert policy.load(session).version == 2 and isinstance(policy.load(session).calendar, Always)
