"""Cuts: what an address says, what it lets through, and what it refuses."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app import clock
from survey_app.errors import SurveyError
from survey_app.store import columns
from survey_app.store.cuts import PERIODS, Cut, select
from tests import make

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
WORDS = st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8).filter(
    lambda text: text != "~"), unique=True, max_size=3).map(tuple)  # fmt: skip
CUTS = st.builds(
    Cut,
    survey_id=st.none() | st.integers(1, 1000),
    segments=WORDS,
    channels=WORDS,
    answers=st.lists(st.sampled_from([("nps", "9"), ("nps", "0-6"), ("use", "a")]), unique=True).map(tuple),
    aspect=st.sampled_from(["", "price"]),
    polarity=st.sampled_from([None, -1, 0, 1]),
    period=st.just("all"),
)


@given(cut=CUTS)
def test_an_address_gives_the_same_cut_again(cut: Cut) -> None:
    assert Cut.from_query(cut.query()) == cut


@given(since=DAYS, length=st.integers(0, 1000))
def test_the_period_before_is_as_long_and_ends_the_day_before(since: date, length: int) -> None:
    cut = Cut(since=since, until=since + timedelta(length))
    before = cut.previous()
    assert before is not None
    assert before.since is not None
    assert before.until == since - timedelta(1)
    assert before.until - before.since == timedelta(length)


@pytest.mark.parametrize("query", [
    "since=x", "since=2026-13-01", "until=0001-01-01", "since=2026-02-01&until=2026-01-01", "period=soon", "survey=x",
    "survey=-1", "survey=99999999999999999999", "polarity=2", "polarity=-", "answer=nps", "answer=:1", "answer=nps:",
])  # fmt: skip
def test_wrong_values_are_refused_with_words(query: str) -> None:
    with pytest.raises(SurveyError) as refused:
        Cut.from_query(query)
    assert refused.value.status == 400
    assert str(refused.value)


def test_presets_are_days_of_today() -> None:
    with clock.at(datetime(2026, 3, 1, 17, tzinfo=UTC)):  # 2 March in Shanghai
        found = {period: Cut.from_query({"period": period}) for period in PERIODS}
    assert found["month"].since == date(2026, 3, 1)
    assert found["month"].until == date(2026, 3, 2)
    assert (found["last-month"].since, found["last-month"].until) == (date(2026, 2, 1), date(2026, 2, 28))
    assert found["30d"].since == date(2026, 2, 1)
    assert found["all"].since is None


def test_days_are_both_included_and_counted_in_the_installations_zone(engine: Any, tmp_path: Path) -> None:
    survey = make.survey(engine)
    assert survey.id is not None
    for hour in (15, 16, 17):  # 23:00, 00:00 and 01:00 in Shanghai
        make.response(engine, survey, at=datetime(2026, 5, 1, hour, tzinfo=UTC))
    frame = columns.load(engine, tmp_path, survey.id)
    assert len(select(frame, Cut(until=date(2026, 5, 1)))) == 1
    assert len(select(frame, Cut(since=date(2026, 5, 2), until=date(2026, 5, 2)))) == 2


def test_values_of_one_filter_are_alternatives_and_filters_add_up(engine: Any, tmp_path: Path) -> None:
    survey = make.survey(engine)
    assert survey.id is not None
    for value, segment in ((1, "a"), (9, "a"), (9, "b"), (7, "")):
        make.response(engine, survey, answers={"nps": value}, segment=segment)
    frame = columns.load(engine, tmp_path, survey.id)
    assert len(select(frame, Cut.from_query("segment=a&segment=b"))) == 3
    assert len(select(frame, Cut.from_query("segment=~"))) == 1
    assert len(select(frame, Cut.from_query("segment=a&answer=nps:9"))) == 1
    assert len(select(frame, Cut.from_query("answer=nps:0-6&answer=nps:7"))) == 2
    assert len(select(frame, Cut.from_query("segment=nowhere"))) == 0


MANY: dict[str, Any] = {
    "title": {"zh": "调查"},
    "pages": [{"items": [
        {"key": "nps", "type": "nps", "text": {"zh": "推荐?"}},
        {"key": "use", "type": "single", "text": {"zh": "用途"}, "options": {
            "choices": [{"code": "home", "text": {"zh": "家用"}}, {"code": "work", "text": {"zh": "公用"}}]}},
        {"key": "seen", "type": "multiple", "text": {"zh": "渠道"}, "options": {
            "choices": [{"code": "tv", "text": {"zh": "电视"}}, {"code": "web", "text": {"zh": "网络"}}]}},
        {"key": "parts", "type": "matrix", "text": {"zh": "各方面"}, "options": {
            "rows": [{"code": code, "text": {"zh": code}} for code in "abcd"]}},
        {"key": "age", "type": "number", "text": {"zh": "年龄"}},
    ]}],
}  # fmt: skip


@pytest.fixture
def answered(engine: Any, tmp_path: Path) -> columns.Answers:
    """Ten answers to every closed type, with times, shops and grids that differ."""
    survey = make.survey(engine, definition=MANY)
    assert survey.id is not None
    at = datetime(2026, 5, 1, 8, tzinfo=UTC)
    make.responses(engine, survey, [
        {"answers": {
            "nps": i, "use": "home" if i < 4 else "work" if i < 8 else None, "seen": {"codes": ["tv", "web"][: i % 3]},
            "parts": dict.fromkeys("abcd", 3) if i == 2 else {"a": i % 5 + 1, "b": 2, "c": 3, "d": 3},
            "age": 20.5 + i if i else -3,
         },
         "attributes": {"门店": "南京路" if i % 2 else "徐家汇"} if i < 9 else {}, "at": at,
         "started_at": at - timedelta(seconds=5 if i == 7 else 100)}
        for i in range(10)
    ])  # fmt: skip
    return columns.load(engine, tmp_path, survey.id)


@pytest.mark.parametrize(("query", "rows"), [
    ("answer=use:home", [0, 1, 2, 3]), ("answer=use:home&answer=use:work", list(range(8))),
    ("answer=use:~", [8, 9]), ("answer=use:*", list(range(8))), ("answer=use:gone", []),
    ("answer=nps:9..", [9]), ("answer=nps:..1", [0, 1]), ("answer=nps:2-3&answer=nps:8", [2, 3, 8]),
    ("answer=age:-5..0", [0]), ("answer=age:21.5..22.5", [1, 2]), ("answer=age:-3", [0]),
    ("answer=seen.tv:1", [1, 2, 4, 5, 7, 8]), ("answer=seen.tv:1&answer=seen.web:1", [2, 5, 8]),
    ("answer=parts.a:5", [4, 9]), ("attr=门店:南京路", [1, 3, 5, 7]), ("attr=门店:~", [9]),
    ("attr=门店:南京路&attr=门店:~", [1, 3, 5, 7, 9]), ("flag=straight", [2]), ("flag=fast", [7]),
    ("flag=-fast&flag=-straight", [0, 1, 3, 4, 5, 6, 8, 9]),
])  # fmt: skip
def test_every_closed_answer_attribute_and_sign_can_be_cut_by(
    query: str, rows: list[int], answered: columns.Answers
) -> None:
    cut = Cut.from_query(query)
    assert Cut.from_query(cut.query()) == cut
    assert select(answered, cut)["nps"].values.tolist() == rows


@pytest.mark.parametrize("query", [
    "answer=nps:x", "answer=nps:..", "answer=age:1..x", "answer=age:1e999", "answer=age:nan..", "answer=gone:1",
    "attr=地区:1", "flag=slow", "attr=x", "answer=nps:" + "9" * 30,
])  # fmt: skip
def test_what_the_survey_does_not_have_is_refused_with_words(query: str, answered: columns.Answers) -> None:
    with pytest.raises(SurveyError) as refused:
        select(answered, Cut.from_query(query))
    assert refused.value.status == 400
