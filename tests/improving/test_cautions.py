"""What speaks against taking a change for an effect: it moved before, the baseline was a trough, other questions."""

from copy import deepcopy
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine

from survey_app import clock
from survey_app.config import Config
from survey_app.improving import measuring
from survey_app.improving.cautions import Caution, cautions
from survey_app.improving.criteria import Criterion
from survey_app.tables import Survey
from tests import make

CHANGE = clock.now() - timedelta(days=60)


def days(first: int, last: int) -> range:
    """Days before (below zero) or after the change."""
    return range(first, last + 1)


def give(engine: Engine, survey: Survey, when: range, share: Any, *, a_day: int = 4, **more: Any) -> None:
    """Answers on some days: promoters with a share that may depend on the day, else detractors."""
    random = Random(when.start)
    chance = share if callable(share) else lambda _day: share
    given = [
        {"answers": {"nps": 10 if random.random() < chance(day) else 2}, "at": CHANGE + timedelta(days=day), **more}
        for day in when
        for _ in range(a_day)
    ]
    make.responses(engine, survey, given)


def found(engine: Engine, config: Config, survey: Survey, *, change: float = 10, **more: Any) -> list[Caution]:
    """The cautions of a baseline of 60 days and as many days after."""
    day = CHANGE.astimezone(clock.zone()).date()
    wanted = Criterion(
        survey_id=survey.id or 0, metric=more.pop("metric", "nps"), baseline_from=day - timedelta(60),
        baseline_to=day - timedelta(1), change=change,
    )  # fmt: skip

    def measured(first: int, last: int) -> measuring.Sample:
        return measuring.measure(engine, config.columns, wanted, day + timedelta(first), day + timedelta(last))

    after = measured(1, 59) if more.pop("is_after", True) else None
    return cautions(engine, config.columns, wanted, measured(-60, -1), eve=day - timedelta(1), after=after)


def test_an_even_time_before_gives_no_caution(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    give(engine, survey, days(-200, -1), 0.5)
    give(engine, survey, days(1, 55), 0.8)
    assert found(engine, config, survey) == []


def test_a_rise_before_the_action_is_told_with_where_it_would_have_led(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    give(engine, survey, days(-60, -1), lambda day: 0.8 + day / 100)
    give(engine, survey, days(1, 55), 0.8)
    [trend] = found(engine, config, survey)
    # Shares rise by 1 % a day, so the NPS by 2 points: 60 in 30 days, within what 240 answers can tell.
    assert trend["kind"] == "trend" and 40 < trend["slope"] < 80
    assert trend["expected"] == pytest.approx(trend["slope"] / 30 * 58.5, rel=0.05)
    assert trend["until"] == (CHANGE.astimezone(clock.zone()).date() - timedelta(1)).isoformat()
    assert "expected" not in found(engine, config, survey, is_after=False)[0]
    assert found(engine, config, survey, change=-10) == []


def test_a_baseline_in_a_trough_is_told_and_compared_with_what_is_usual(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    give(engine, survey, days(-300, -61), 0.7, a_day=2)
    give(engine, survey, days(-60, -1), 0.4)
    give(engine, survey, days(1, 55), 0.7)
    [dip] = found(engine, config, survey)
    assert dip["kind"] == "dip" and dip["baseline"] < 0 < dip["usual"]
    assert dip["low"] < 0 < dip["high"], "against the usual nothing was gained"
    [before] = found(engine, config, survey, is_after=False)
    assert "change" not in before


def test_a_peak_is_told_where_less_is_better(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    give(engine, survey, days(-300, -61), 0.4, a_day=2)
    give(engine, survey, days(-60, -1), 0.7)
    assert [one["kind"] for one in found(engine, config, survey, change=-10, is_after=False)] == ["peak"]
    assert found(engine, config, survey, is_after=False) == []


@pytest.mark.parametrize(("text", "kind"), [("还愿意推荐吗？", "question"), (None, "version")])
def test_another_version_is_told_and_whether_the_question_changed(
    engine: Engine, config: Config, text: str | None, kind: str
) -> None:
    survey = make.survey(engine)
    give(engine, survey, days(-60, -1), 0.5)
    definition = deepcopy(make.DEFINITION)
    item = next(item for page in definition["pages"] for item in page["items"] if item["key"] == "nps")
    definition["title"] = {"zh": "新标题"}
    if text:
        item["text"] = {"zh": text}
    make.version(engine, survey, definition=definition)
    give(engine, survey, days(1, 55), 0.6)
    assert found(engine, config, survey) == [{"kind": kind, "before": "1", "after": "2"}]


def test_few_answers_say_nothing(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    give(engine, survey, days(-100, -75), 0.9, a_day=1)
    give(engine, survey, days(-20, -1), lambda day: 1.0 if day > -10 else 0.0, a_day=1)
    assert found(engine, config, survey, is_after=False) == []
