"""Figures are valid Plotly JSON, small, in the palette, and nothing where there is nothing to draw."""

import json
import re
from datetime import date

import plotly.graph_objects as go
import pytest

from survey_app.analysis import charts, control_limits, nps, wilson
from survey_app.analysis.charts.style import TONES, wrapped

SOME = [nps([10] * 40 + [2] * 10), nps([10, 2]), nps([])]
LABELS = ["华东", "华南 <b>", "North"]
DAYS = [date(2026, month, 1) for month in (1, 2, 3)]
FIGURES = {
    "distribution": charts.distribution_bars(["0", "1"], [3, 1], ["negative", "positive"]),
    "shares": charts.share_bars(["a", "b"], [wilson(3, 10), wilson(7, 10)]),
    "estimates": charts.estimate_bars(LABELS, SOME),
    "aspects": charts.aspect_bars(["价格", "物流"], [4, 0], [1, 9], [2, 2]),
    "segments": charts.segments(LABELS, SOME, nps([10, 9, 3])),
    "trend": charts.trend(DAYS, SOME, control_limits(SOME), [(date(2026, 2, 10), "仓库搬迁")]),
    "importance": charts.importance(["价格", "物流"], [20, 60], [70, 40]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_plotly_json_in_our_colours(name: str) -> None:
    figure = FIGURES[name]
    go.Figure(figure)
    text = json.dumps(figure)
    assert len(text) < 6000
    known = set(TONES.values())
    assert set(re.findall(r"#[0-9a-f]{6}", text)) <= known
    assert figure["layout"]["meta"]["tones"]["#2563a8"] == "--positive"
    assert "NaN" not in text


def test_nothing_to_draw_is_no_figure() -> None:
    nobody = [nps([])]
    assert charts.distribution_bars(["0"], [0]) is None
    assert charts.share_bars(["a"], [wilson(0, 0)]) is None
    assert charts.estimate_bars(["a"], nobody) is None
    assert charts.segments(["a"], nobody) is None
    assert charts.aspect_bars(["a"], [0], [0]) is None
    assert charts.trend(DAYS[:1], nobody) is None
    assert charts.importance([], [], []) is None


def test_a_point_stands_in_the_middle_of_its_month_and_an_event_on_its_day() -> None:
    points = FIGURES["trend"]["data"][-1]
    assert points["x"] == ["2026-01-16", "2026-02-15", "2026-03-15"]
    assert points["text"] == ["2026-01", "2026-02", "2026-03"]
    assert FIGURES["trend"]["data"][0]["x"] == points["x"][:2], "the band goes with its points"
    assert FIGURES["trend"]["layout"]["shapes"][0]["x0"] == "2026-02-10"
    days = charts.trend([date(2026, 2, 1), date(2026, 2, 2)], SOME[:2])["data"][-1]
    assert days["x"] == days["text"] == ["2026-02-01", "2026-02-02"]


def test_words_of_neighbouring_dots_stand_apart() -> None:
    near = charts.importance(["客户服务", "售后维修", "物流配送"], [17, 16.5, 40], [72, 73, 88])
    assert near is not None
    first, second, far = near["data"][0]["textposition"]
    assert (first, far) == ("top center", "top center") and second != first


def test_small_bases_are_grey_and_kept() -> None:
    colours = FIGURES["segments"]["data"][0]["marker"]["color"]
    assert colours == [TONES["primary"], TONES["neutral"], TONES["neutral"]]


def test_labels_break_into_three_lines_and_carry_no_tags() -> None:
    assert wrapped(["企业客户（年度合约）华东大区第三分公司办事处东区二组"], 10)[0].count("<br>") == 2
    assert wrapped(["企业客户（年度合约）华东大区第三分公司办事处东区二组特约服务网点"], 10)[0].endswith("…")
    assert wrapped(["<script>"]) == ["‹script›"]


def test_labels_that_read_alike_keep_their_own_places() -> None:
    assert len({*wrapped(["其他", "其他", "其他"])}) == 3


def test_an_unknown_tone_is_refused() -> None:
    with pytest.raises(ValueError, match="no tone"):
        charts.distribution_bars(["a"], [1], ["mauve"])


def test_small_figures_are_plain_numbers() -> None:
    pieces = charts.strip([1, 1, 2])
    assert [(p.start, p.width) for p in pieces] == [(0, 25), (25, 25), (50, 50)]
    assert charts.strip([0, 0]) == []
    assert charts.spark([1, None, 3, 5], 30, 10) == [[(0.0, 10.0)], [(20.0, 5.0), (30.0, 0.0)]]
    assert charts.spark([None]) == []
