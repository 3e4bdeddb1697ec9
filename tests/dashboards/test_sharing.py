"""Dashboards behind links: read only, for a time, without a way to answers; and they follow what comes in."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from survey_app import clock, crypto
from survey_app.config import ROOT
from survey_app.store.database import reading, writing
from survey_app.tables import AuditEntry, DashboardLink, Survey
from tests import make
from tests.conftest import Browser
from tests.dashboards.test_composing import made, put
from tests.figures.conftest import filled

__all__ = ["filled"]


@pytest.fixture
def board(client: Browser, filled: Survey) -> str:
    """A dashboard with three figures."""
    address = made(client)
    for figure in ("score", "trend", "crosstab"):
        put(client, address, figure, "period=90d")
    return address


def shared(client: Browser, board: str, days: int = 7) -> str:
    """The path of a fresh link."""
    answer = client.post_form(f"{board}/share", {"days": str(days)}, page=f"{board}/share")
    found = re.search(r'value="http://survey\.test(/shared/[\w-]+)"', answer.text)
    assert answer.status_code == 200 and found
    return found[1]


@pytest.fixture
def stranger(as_role: Callable[[str], Browser]) -> Browser:
    return as_role("")


def test_a_link_is_shown_once_and_only_its_hash_is_kept(client: Browser, board: str, engine: Any) -> None:
    path = shared(client, board)
    token = path.rpartition("/")[2]
    assert token not in client.get(f"{board}/share").text
    with reading(engine) as session:
        link = session.exec(select(DashboardLink)).one()
        acts = session.exec(select(AuditEntry).where(AuditEntry.action == "dashboard.shared")).all()
    assert link.token_hash == crypto.hash_token(token) and len(token) >= 22
    assert timedelta(days=6) < link.expires_at - clock.now() <= timedelta(days=7)
    assert len(acts) == 1 and token not in str(acts[0].data)


@pytest.mark.parametrize("page", ["", "/wall"])
def test_behind_the_link_are_figures_and_no_way_on(page: str, client: Browser, board: str, stranger: Browser) -> None:
    answer = stranger.get(f"{shared(client, board)}{page}?lang=en")
    assert answer.status_code == 200
    assert answer.text.count("data-tile=") == 3 and "95% interval" in answer.text and "NPS over time" in answer.text
    assert set(re.findall(r'(?:href|src|action)="/(\w+)', answer.text)) <= {"static", "shared"}
    assert "customdata" not in answer.text and "<form" not in answer.text and "<nav" not in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"] and 'name="robots" content="noindex"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in stranger.get(f"{shared(client, board)}{page}").headers


@pytest.mark.parametrize("page", ["", "/wall"])
@pytest.mark.parametrize(("language", "said"), [("zh", "已过期"), ("en", "This link has expired.")])
def test_an_expired_link_is_refused_in_the_visitors_language(
    page: str, language: str, said: str, client: Browser, board: str, stranger: Browser
) -> None:
    path = shared(client, board)
    with clock.at(clock.now() + timedelta(days=7, seconds=1)):
        answer = stranger.get(f"{path}{page}", headers={"Accept-Language": language})
    assert answer.status_code == 410
    assert said in answer.text and "data-tile" not in answer.text
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_a_link_taken_back_and_a_dashboard_deleted_are_refused(client: Browser, board: str, stranger: Browser) -> None:
    first, second = shared(client, board), shared(client, board)
    client.post_form(f"{board}/share/1", page=f"{board}/share")
    assert stranger.get(f"{first}?lang=en").status_code == 410
    assert "withdrawn" in stranger.get(f"{first}?lang=en").text
    assert stranger.get(second).status_code == 200
    assert client.post_form(f"{board}/share/9", page=f"{board}/share").status_code == 404
    client.post_form(f"{board}/delete", page=f"{board}/edit")
    for path in (first, second, "/shared/x", f"/shared/{'x' * 3000}", "/shared/%ff%00/wall"):
        assert stranger.get(path).status_code == 404


@pytest.mark.parametrize("days", ["0", "2", "x", "99999999999", ""])
def test_a_link_works_for_one_of_the_offered_times(days: str, client: Browser, board: str, engine: Any) -> None:
    assert client.post_form(f"{board}/share", {"days": days}, page=f"{board}/share").status_code == 400
    with reading(engine) as session:
        assert not session.exec(select(DashboardLink)).all()


def test_a_link_of_another_dashboard_is_not_taken_back(client: Browser, board: str, stranger: Browser) -> None:
    path, other = shared(client, board), made(client, "另一个")
    assert client.post_form(f"{other}/share/1", page=f"{other}/share").status_code == 404
    assert stranger.get(path).status_code == 200


def asked_again(browser: Browser, path: str, mark: str) -> int:
    return browser.get(path, headers={"If-None-Match": f'W/"{mark}"'}).status_code


def test_what_is_shown_follows_new_answers_cheaply(
    client: Browser, board: str, stranger: Browser, engine: Any, filled: Survey
) -> None:
    path = f"{shared(client, board)}/wall"
    with clock.at(clock.now()):
        for browser, page in ((stranger, path), (client, board), (client, f"{board}/wall")):
            answer = browser.get(page)
            mark = re.search(r'data-mark="(\w+)"', answer.text)
            assert mark and answer.headers["ETag"] == f'W/"{mark[1]}"'
            assert asked_again(browser, page, mark[1]) == 304
            assert asked_again(browser, page, "other") == 200
            make.response(engine, filled)
            assert asked_again(browser, page, mark[1]) == 200


@pytest.mark.parametrize("change", ["tiles", "event", "language", "other survey"])
def test_the_mark_changes_with_what_is_shown(
    change: str, client: Browser, board: str, engine: Any, filled: Survey
) -> None:
    with clock.at(clock.now()):
        mark = re.search(r'data-mark="(\w+)"', client.get(f"{board}?lang=en").text)
        assert mark
        if change == "tiles":
            with clock.at(clock.now() + timedelta(seconds=1)):
                client.post_form(f"{board}/figures/1", {"act": "down"}, page=f"{board}/edit")
        elif change == "event":
            client.post_form("/events", {"survey": str(filled.id), "day": "2026-01-05", "text": "x"}, page="/")
        elif change == "other survey":
            make.response(engine, make.survey(engine))
        page = f"{board}?lang=zh" if change == "language" else board
        assert asked_again(client, page, mark[1]) == (304 if change == "other survey" else 200)


def test_a_figure_counted_from_rows_is_looked_at_every_minute(client: Browser, filled: Survey) -> None:
    boards = {}
    for figure in ("funnel", "score"):
        boards[figure] = made(client, figure)
        put(client, boards[figure], figure, "period=90d")
    with clock.at(clock.now().replace(minute=3, second=5)):
        marks = {name: re.search(r'data-mark="(\w+)"', client.get(page).text) for name, page in boards.items()}
    with clock.at(clock.now().replace(minute=4, second=5)):
        for name, wanted in (("funnel", 200), ("score", 304)):
            found = marks[name]
            assert found and asked_again(client, boards[name], found[1]) == wanted


def test_the_dark_of_the_wall_is_the_dark_of_every_page() -> None:
    style = (ROOT / "static/app.css").read_text()
    usual = style.partition("@media screen and (prefers-color-scheme: dark) {\n  :root {")[2].partition("}")[0]
    always = style.partition(":root[data-scheme=dark] {\n  color-scheme: dark;")[2].partition("}")[0]
    assert usual.split() == always.split() != []


def test_links_do_not_outlive_an_expiry_that_passes_while_somebody_looks(
    client: Browser, board: str, stranger: Browser, engine: Any
) -> None:
    path = shared(client, board)
    mark = re.search(r'data-mark="(\w+)"', stranger.get(path).text)
    with writing(engine) as session:
        link = session.exec(select(DashboardLink)).one()
        link.expires_at = clock.now()
        session.add(link)
    assert mark and asked_again(stranger, path, mark[1]) == 410
