"""Dashboards are composed, looked at, changed and deleted; each figure keeps its own cut."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from survey_app.errors import SurveyError
from survey_app.reporting import dashboards
from survey_app.reporting.dashboards import MOST_TILES, Tile
from survey_app.store.database import reading
from survey_app.tables import AuditEntry, Dashboard
from tests import make
from tests.conftest import Browser
from tests.figures.conftest import filled

__all__ = ["filled"]

ACTS = st.lists(st.tuples(st.sampled_from(["put", "up", "down", "off", "wide"]), st.integers(1, 8)), max_size=20)


@settings(max_examples=50, deadline=None)
@given(acts=ACTS)
def test_figures_keep_their_order_whatever_is_done(acts: list[tuple[str, int]]) -> None:
    row, wanted = Dashboard(name="x"), list[int]()
    for act, which in acts:
        if act == "put":
            wanted.append(dashboards.put(row, Tile("score", f"survey={which}")).id)
        elif act == "off":
            dashboards.take_off(row, which)
            wanted = [one for one in wanted if one != which]
        elif which not in wanted:
            with pytest.raises(SurveyError):
                dashboards.move(row, which, 1)
        elif act == "wide":
            dashboards.resize(row, which, is_wide=True)
            assert dashboards.tile_of(row, which).is_wide
        else:
            place = wanted.index(which)
            by = -1 if act == "up" else 1
            dashboards.move(row, which, by)
            wanted.insert(max(0, place + by), wanted.pop(place))
        assert [tile.id for tile in dashboards.tiles_of(row)] == wanted
    assert len(set(wanted)) == len(wanted)


def test_a_full_dashboard_says_so() -> None:
    row = Dashboard(name="x")
    for _ in range(MOST_TILES):
        dashboards.put(row, Tile("score", ""))
    with pytest.raises(SurveyError, match="at most 24"):
        dashboards.put(row, Tile("score", ""))


def made(client: Browser, name: str = "每周例会") -> str:
    """The address of a new dashboard."""
    answer = client.post_form("/dashboards", {"name": name}, page="/dashboards")
    assert answer.status_code == 302
    return answer.location.removesuffix("/edit")


def put(client: Browser, board: str, figure: str, query: str, **more: str) -> None:
    """What the form of a figure's page sends."""
    page = f"/dashboards/figure?figure={figure}&dashboard={board.rpartition('/')[2]}&{query}"
    found = re.search(r'id="tile-query"><input type="hidden" name="query" value="([^"]+)"', client.get(page).text)
    assert found
    data = {"figure": figure, "dashboard": board.rpartition("/")[2], "query": found[1].replace("&amp;", "&"), **more}
    assert client.post_form("/dashboards/figure", data, page=page).status_code == 302


def shown(client: Browser, board: str, query: str = "lang=en") -> list[tuple[str, str]]:
    """(title, subtitle) of the figures of a dashboard in their order."""
    page = client.get(f"{board}?{query}")
    assert page.status_code == 200
    return re.findall(r'id="tile-\d+" data-name="([^"]*)" data-about="([^"]*)"', page.text)


def test_each_figure_keeps_its_own_cut_and_choices(client: Browser, filled: Any) -> None:
    board = made(client)
    put(client, board, "score", "period=90d&segment=a")
    put(client, board, "crosstab", "period=all&rows=shop&columns=tier", title="门店", is_wide="1")
    put(client, board, "groups", "period=365d&group=shop")
    found = shown(client, board)
    assert [title for title, _ in found] == ["NPS", "门店", "NPS by Shop"]
    assert "Segment a" in found[0][1] and "Last 90 days" in found[0][1]
    assert "All time" in found[1][1]
    assert 'class="tile wide"' in client.get(board).text
    assert {about.split(" · ")[1] for _, about in shown(client, board, "lang=en&period=30d")} == {"Last 30 days"}
    assert "每周例会" in client.get("/dashboards").text


def test_figures_are_moved_changed_and_taken_off(client: Browser, filled: Any) -> None:
    board = made(client)
    for figure in ("score", "trend", "groups"):
        put(client, board, figure, "period=90d")

    def act(tile: int, name: str) -> int:
        return client.post_form(f"{board}/figures/{tile}", {"act": name}, page=f"{board}/edit").status_code

    assert act(3, "up") == act(1, "down") == act(1, "wide") == 302
    assert [title for title, _ in shown(client, board)] == ["NPS by Segment", "NPS", "NPS over time"]
    assert act(1, "remove") == act(1, "remove") == 302
    assert act(1, "up") == 404
    assert act(2, "explode") == 404
    put(client, board, "trend", "period=365d&step=quarter&metric=csat", tile="2", title="季度")
    assert [title for title, _ in shown(client, board)] == ["NPS by Segment", "季度"]
    page = client.get(f"{board}/edit?lang=en").text
    assert "metric=csat" in page and "step=quarter" in page
    client.post_form(f"{board}/edit", {"name": " 新  名 "}, page=f"{board}/edit")
    assert "<h1>新 名</h1>" in client.get(board).text


def test_a_figure_of_the_analysis_pages_goes_to_a_new_dashboard(client: Browser, filled: Any) -> None:
    page = client.get("/analysis/groups?period=90d&segment=a&group=shop").text
    address = re.search(r'href="(/dashboards/figure\?[^"]+)"', page)
    assert address and "segment=a" in address[1] and "group=shop" in address[1]
    query = address[1].replace("&amp;", "&").partition("?")[2]
    answer = client.post_form(
        "/dashboards/figure", {"figure": "groups", "query": query, "name": "店面"}, page=f"/dashboards/figure?{query}"
    )
    [(title, about)] = shown(client, answer.location)
    assert title == "NPS by Shop" and "Segment a" in about


def test_a_dashboard_is_deleted_and_that_is_written_down(client: Browser, engine: Any, filled: Any) -> None:
    board = made(client)
    assert client.post_form(f"{board}/delete", page=f"{board}/edit").location == "/dashboards"
    for address in (board, f"{board}/edit", f"/dashboards/figure?figure=score&dashboard={board.rpartition('/')[2]}"):
        assert client.get(address).status_code == 404
    with reading(engine) as session:
        acts = session.exec(select(AuditEntry.action).where(AuditEntry.subject == "dashboard")).all()
    assert acts == ["dashboard.made", "dashboard.deleted"]


def test_what_cannot_be_drawn_says_why_in_its_place(client: Browser, engine: Any, filled: Any) -> None:
    board = made(client)
    put(client, board, "score", "period=all")
    put(client, board, "crosstab", "period=all&segment=nobody")
    with reading(engine) as session:
        row = session.exec(select(Dashboard)).one()
    row.tiles = [
        *row.tiles, {**row.tiles[0], "id": 7, "query": "survey=999"}, {**row.tiles[0], "id": 8, "figure": "pie"},
        {**row.tiles[0], "id": 9, "query": f"survey={filled.id}&attr=gone:1"},
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(Dashboard.__table__.update().values(tiles=row.tiles))  # type: ignore[attr-defined]
    page = client.get(f"{board}?lang=en")
    assert page.status_code == 200 and page.text.count('class="notice"') == 4
    for said in ("No answers in this view", "no such page", "no such kind of figure", "attr"):
        assert said in page.text
    assert client.get(f"{board}/edit?lang=en").status_code == 200


@pytest.mark.parametrize(("figure", "name", "status"), [("pie", "x", 404), ("score", "  ", 400)])
def test_what_makes_no_sense_is_refused(figure: str, name: str, status: int, client: Browser, filled: Any) -> None:
    data = {"figure": figure, "query": "period=90d", "name": name}
    answer = client.post_form("/dashboards/figure", data, page="/dashboards")
    assert answer.status_code == status
    assert client.get("/dashboards/figure?figure=pie").status_code == 404


def test_names_and_titles_are_written_not_run(client: Browser, filled: Any) -> None:
    board = made(client, "<script>alert(1)</script>")
    put(client, board, "score", "period=90d", title='"><script>alert(2)</script>')
    for page in (board, f"{board}/edit", "/dashboards"):
        assert "<script>alert" not in client.get(page).text


@pytest.mark.parametrize("role", ["viewer", "case_worker"])
def test_who_only_looks_is_offered_no_change(
    role: str, client: Browser, as_role: Callable[[str], Browser], filled: Any
) -> None:
    board = made(client)
    put(client, board, "score", "period=90d")
    page = as_role(role).get(board).text
    assert 'id="tile-1"' in page and "/edit" not in page
    assert "<form" not in as_role(role).get("/dashboards").text.partition("<main")[2]
    assert "/dashboards/figure" not in as_role(role).get("/analysis/groups").text


def test_a_survey_without_a_version_and_none_at_all_are_no_fault(client: Browser, engine: Any) -> None:
    assert client.get("/dashboards/figure?figure=score").status_code == 200
    make.survey(engine)
    assert client.get("/dashboards/figure?figure=funnel").status_code == 200
