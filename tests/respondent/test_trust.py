"""What a tester tries from outside: races, replays, foreign tickets, odd input; the right answer each time."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy.exc import OperationalError

from survey_app import clock, collecting
from survey_app.store.database import writing
from survey_app.tables import Survey
from tests import make

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</textarea><script>1</script>",
    "{{config}}",
    "{{7*7}}",
)


def test_a_replay_shows_the_thank_you_again_and_stores_nothing(visit, survey, rows):
    visitor = visit(f"/s/{survey.public_id}?lang=en")
    form, action = {**visitor.form, "nps": "9"}, visitor.action
    for _ in range(3):
        reply = visitor.client.post(action, data=form, follow_redirects=True)
        assert (reply.status_code, "Thank you" in reply.text) == (200, True)
    assert len(rows()) == 1
    changed = visitor.client.post(action, data={**form, "nps": "0"}, follow_redirects=True)
    assert "Thank you" in changed.text
    assert rows()[0].answers["nps"] == 9


@pytest.mark.parametrize("is_personal", [False, True])
def test_eight_at_once_are_one_response_and_eight_thank_yous(app, visit, invite, survey, rows, is_personal):
    visitor = visit(f"/r/{invite(survey)}" if is_personal else f"/s/{survey.public_id}")
    form, action = {**visitor.form, "nps": "9", "why": "好"}, visitor.action

    def send(_: int) -> str:
        return app.test_client(use_cookies=False).post(action, data=form, follow_redirects=True).text

    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(send, range(8)))
    assert all("谢谢" in page for page in pages)
    assert len(rows()) == 1


def test_racing_pages_of_one_response_lose_nothing(app, visit, long_survey, rows):
    visitor = visit(f"/s/{long_survey.public_id}")
    visitor.send({"nps": "9"})
    form, action = {**visitor.form, "stars": "5"}, visitor.action

    def send(name: str) -> int:
        reply = app.test_client(use_cookies=False).post(action, data={**form, "name": name}, follow_redirects=True)
        return reply.status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(send, "abcdef")) == {200}
    (response,) = rows()
    assert response.state == "submitted" and response.answers["name"] in "abcdef"


@pytest.mark.parametrize("ticket", ["", "null", "x", "a.b.c.d", "é.1.1.x", "." * 50, "9" * 5000])
def test_without_a_true_ticket_nothing_is_stored_and_the_answers_stay(visit, survey, rows, ticket):
    visitor = visit(f"/s/{survey.public_id}")
    page = visitor.send({"nps": "4", "why": "请保留这句话", "ticket": ticket})
    assert page.status_code == 400
    assert "请保留这句话" in page.text and 'value="4" checked' in page.text
    assert rows() == []
    assert "谢谢" in visitor.send({}).text, "the page comes with a fresh ticket"
    assert rows()[0].answers["why"] == "请保留这句话"


def test_a_ticket_holds_for_its_own_link_only(visit, invite, survey, engine, rows):
    other = make.survey(engine)
    foreign = visit(f"/s/{other.public_id}").form["ticket"]
    assert visit(f"/s/{survey.public_id}").send({"nps": "9", "ticket": foreign}).status_code == 400
    assert visit(f"/r/{invite(survey)}").send({"nps": "9", "ticket": foreign}).status_code == 400
    mine, yours = visit(f"/r/{invite(survey)}"), visit(f"/r/{invite(survey)}")
    assert mine.send({"nps": "9", "ticket": yours.form["ticket"]}).status_code == 400
    assert rows() == []


def test_a_ticket_cannot_be_changed(visit, survey, rows):
    visitor = visit(f"/s/{survey.public_id}")
    (ticket,) = visitor.form["ticket"]
    key, version, started, signature = ticket.split(".")
    for changed in (
        (key + "x", version, started, signature),
        (key, "2", started, signature),
        (key, version, "1", signature),
    ):
        assert (
            visitor.client.post(
                visitor.action, data={**visitor.form, "nps": "9", "ticket": ".".join(changed)}
            ).status_code
            == 400
        )
    assert rows() == []


def test_a_get_never_stores_anything(visit, survey, rows):
    visitor = visit(f"/s/{survey.public_id}?nps=9&why=x&page=0&submit=1&score=9")
    visitor.open(f"/s/{survey.public_id}?t={visitor.form['ticket'][0]}&p=0&done=1", method="HEAD")
    assert rows() == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_people_write_is_shown_as_text(visit, long_survey, rows, attack):
    visitor = visit(f"/s/{long_survey.public_id}?lang=en&utm_source={quote(attack)}&c={quote(attack)}")
    assert attack not in visitor.page.text or attack.startswith("{{")
    visitor.send({"nps": "9"})
    visitor.send({"name": attack})
    assert (
        "<script>alert" not in visitor.page.text
        and "<img" not in visitor.page.text
        and "49" not in visitor.form["name"]
    )
    assert visitor.form["name"] == [attack]
    visitor.send({"stars": "1"})
    assert "<img" not in visitor.page.text and "<script>alert" not in visitor.page.text
    assert rows()[0].answers["name"] == attack


@pytest.mark.parametrize(
    "score", ["11", "-1", "5.5", "1e1", "９", "0x9", "9,0", "true", "[9]", "9" * 400, "1 0", "", "\x00", "9\x00"]
)
def test_only_the_choices_offered_are_taken(visit, survey, rows, score):
    assert visit(f"/s/{survey.public_id}").send({"nps": score}).status_code == 422
    assert rows() == []


def test_two_values_for_one_question_are_refused(visit, survey, rows):
    assert visit(f"/s/{survey.public_id}").send({"nps": ["9", "3"]}).status_code == 422
    assert rows() == []


@pytest.mark.parametrize(
    "bytes_", [b"%ED%A0%80", b"%C0%AF", b"%FF%FE", b"a%00b", b"%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9", b"%E2%80%AE"]
)
def test_odd_bytes_are_kept_as_clean_text_or_refused_but_never_break(visit, survey, rows, bytes_):
    visitor = visit(f"/s/{survey.public_id}")
    ticket = quote(visitor.form["ticket"][0]).encode()
    body = b"ticket=" + ticket + b"&page=0&shown=nps&shown=why&nps=9&why=ok " + bytes_
    reply = visitor.client.post(visitor.action, data=body, content_type="application/x-www-form-urlencoded")
    assert reply.status_code == 303
    why = rows()[0].answers["why"]
    assert why.startswith("ok") and "\x00" not in why and not re.search("[\ud800-\udfff]", why)


def test_words_come_back_character_by_character(visit, survey, rows):
    words = "👨‍👩‍👧 ครับ é ‏שלום\n第二行  两个空格 𠮷"
    visit(f"/s/{survey.public_id}").send({"nps": "9", "why": words})
    assert rows()[0].answers["why"] == words


def test_too_much_text_is_refused_with_the_text_kept_or_a_clear_page(visit, survey, rows):
    visitor = visit(f"/s/{survey.public_id}?lang=en")
    page = visitor.send({"nps": "9", "why": "长" * 2001})
    assert page.status_code == 422 and "2001" in page.text and "长" * 2001 in page.text
    urlencoded = "application/x-www-form-urlencoded"
    large = visitor.client.post(visitor.action, data=b"why=" + b"x" * 3_000_000, content_type=urlencoded)
    assert large.status_code == 413
    assert "too much text" in large.text
    many = (
        b"".join(b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nx\r\n' % n for n in range(5000))
        + b"--b--\r\n"
    )
    assert (
        visitor.client.post(visitor.action, data=many, content_type="multipart/form-data; boundary=b").status_code
        == 413
    )
    assert rows() == []


@pytest.mark.parametrize(
    "path", ["/s/9223372036854775808", "/s/-1", "/s/%00", "/s/..%2f", "/r/%00", "/s/" + "a" * 5000, "/r/%ED%A0%80"]
)
def test_addresses_that_lead_nowhere_are_404(visit, path):
    assert visit(path).page.status_code == 404


def test_extra_fields_change_nothing(visit, survey, rows):
    extra = {
        "id": "7",
        "state": "invalid",
        "customer_id": "1",
        "segment": "VIP",
        "version_id": "9",
        "submitted_at": "1999",
    }
    visit(f"/s/{survey.public_id}").send({"nps": "9", **extra})
    (response,) = rows()
    assert (response.customer_id, response.segment, response.state) == (None, "", "submitted")
    assert response.submitted_at.year > 2000


def test_no_cookie_is_set_and_the_policy_is_strict(app, survey):
    reply = app.test_client().get(f"/s/{survey.public_id}?lang=en")
    assert "Set-Cookie" not in reply.headers
    policy = reply.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy and "object-src 'none'" in policy
    assert "<style" not in reply.text and " style=" not in reply.text and not re.search(r" on\w+=", reply.text)


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"is_open": False}, 403, "暂停"),
        ({"closes_at": clock.now() - timedelta(hours=1)}, 410, "已结束"),
        ({"archived_at": clock.now()}, 404, "没有对应的调查"),
    ],
)
def test_a_survey_that_takes_no_answers_says_why(visit, survey, engine, changes, status, words):
    with writing(engine) as session:
        for name, value in changes.items():
            setattr(session.get_one(Survey, survey.id), name, value)
    page = visit(f"/s/{survey.public_id}").page
    assert page.status_code == status and words in page.text


def test_who_began_before_the_end_may_finish_but_not_days_later(visit, survey, engine, rows):
    visitor, late = visit(f"/s/{survey.public_id}"), visit(f"/s/{survey.public_id}")
    with writing(engine) as session:
        session.get_one(Survey, survey.id).is_open = False
    assert "谢谢" in visitor.send({"nps": "9"}).text
    with clock.at(clock.now() + timedelta(days=2)):
        assert late.send({"nps": "9"}).status_code == 403
    assert len(rows()) == 1


def test_when_the_database_is_busy_the_page_keeps_what_was_typed(visit, survey, rows, monkeypatch):
    visitor = visit(f"/s/{survey.public_id}")

    def locked(*_: object) -> None:
        raise OperationalError("x", {}, Exception("database is locked"))

    with monkeypatch.context() as patch:
        patch.setattr(collecting, "take_page", locked)
        page = visitor.send({"nps": "9", "why": "别丢"})
    assert page.status_code == 503 and "别丢" in page.text and "谢谢" not in page.text
    assert page.headers["Retry-After"]
    assert rows() == []
    assert "谢谢" in visitor.send({}).text
