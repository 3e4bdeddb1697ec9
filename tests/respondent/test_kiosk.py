"""A kiosk: its own channel and link, a fresh response for each person, nothing that leads elsewhere or stays."""

import html
import re

import pytest

from survey_app.store.database import writing
from survey_app.tables import Survey

LINK = re.compile(r'href="([^"]*)"')


def kiosk(visit, survey, settings="60-8-en", **headers):
    return visit(f"/s/{survey.public_id}?c=kiosk&k={settings}&ref=counter", **headers)


def links(page):
    return [html.unescape(link) for link in LINK.findall(page.text)]


def test_one_after_the_other_without_scripts(visit, survey, rows):
    visitor = kiosk(visit, survey)
    for score in "3", "9":
        assert visitor.send({"nps": score}).status_code == 200
        assert "Your answers have arrived." in visitor.page.text and "close this page" not in visitor.page.text
        (start,) = [link for link in links(visitor.page) if link.startswith("/s/")]
        assert "t=" not in start and "k=60-8-en" in start and "ref=counter" in start
        visitor.open(start)
        assert " checked" not in visitor.page.text
    assert [(row.answers["nps"], row.channel, row.attributes) for row in rows()] == [
        (3, "kiosk", {"ref": "counter"}),
        (9, "kiosk", {"ref": "counter"}),
    ]


def test_a_page_at_a_kiosk_is_kept_nowhere_and_leads_nowhere(visit, survey):
    page = kiosk(visit, survey).page
    assert page.headers["Cache-Control"] == "no-store" and 'autocomplete="off"' in page.text
    assert "kiosk.js" in page.text and "data-kiosk" in page.text
    assert all(link.startswith(("/static/", "data:", f"/s/{survey.public_id}?")) for link in links(page))
    plain = visit(f"/s/{survey.public_id}").page
    assert "kiosk" not in plain.text and "no-store" not in plain.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("settings", "idle", "after"),
    [("120-20", 120, 20), ("120-20-en", 120, 20), ("1-1", 60, 8), ("x", 60, 8), ("", 60, 8), ("999-999-zz", 60, 8)],
)
def test_only_waiting_times_that_are_offered_are_taken(visit, survey, settings, idle, after):
    page = kiosk(visit, survey, settings).page
    assert f'data-idle="{idle}" data-after="{after}"' in page.text and page.status_code == 200


def test_it_starts_in_its_own_language_until_somebody_chooses_another(visit, survey):
    visitor = kiosk(visit, survey, **{"Accept-Language": "zh-CN"})
    assert '<html lang="en">' in visitor.page.text
    assert '<html lang="zh-CN">' in kiosk(visit, survey, "60-8", **{"Accept-Language": "zh-CN"}).page.text
    visitor.send({"go": "in:zh"})
    assert '<html lang="zh-CN">' in visitor.page.text and "data-kiosk" in visitor.page.text
    (start,) = [link for link in links(visitor.send({"nps": "5"})) if link.startswith("/s/")]
    assert "lang=" not in start


def test_a_kiosk_whose_survey_stopped_waits_for_it(visit, survey, engine):
    with writing(engine) as session:
        session.get_one(Survey, survey.id).is_open = False
    page = kiosk(visit, survey).page
    assert page.status_code == 403 and "data-kiosk" in page.text


def test_the_share_page_makes_the_link(client, survey):
    assert f"/surveys/{survey.id}/kiosk" in client.get(f"/surveys/{survey.id}/share").text
    wanted = {"place": " 一店  门口", "idle": "90", "after": "12", "starts_in": "en"}
    page = html.unescape(client.get(f"/surveys/{survey.id}/kiosk", query_string=wanted).text)
    link = f"http://survey.test/s/{survey.public_id}?c=kiosk&k=90-12-en&ref=%E4%B8%80%E5%BA%97+%E9%97%A8%E5%8F%A3"
    assert f'value="{link}"' in page
    odd = html.unescape(client.get(f"/surveys/{survey.id}/kiosk?place=%00&idle=7&after=x&starts_in=fr").text)
    assert f'value="http://survey.test/s/{survey.public_id}?c=kiosk&k=60-8"' in odd
