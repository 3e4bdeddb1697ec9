"""The pages of campaigns, the outbox, settings and unsubscribing, through the page's own forms."""

import html
import json
import re

from sqlmodel import select

from survey_app import inviting
from survey_app.store import settings
from survey_app.store.addresses import email_index, suppressed
from survey_app.store.database import reading, writing
from survey_app.tables import Campaign, Customer, Invitation, Message, OutboxMail
from tests import make

FORM = {
    "name": "春季回访", "channel": "email", "answered_days": "90", "min_days_between": "30", "per_minute": "600",
    "window_start": "0", "window_end": "24", "subject1_zh": "{{company}}想听听您的意见",
    "body1_zh": "尊敬的{{name}}：您好", "subject1_en": "", "body1_en": "",
}  # fmt: skip


def started(client, engine, config, **changes):
    survey = make.survey(engine)
    made = client.post_form("/campaigns/new", FORM | {"survey_id": survey.id} | changes)
    assert made.status_code == 302, made.text
    url = made.location
    assert client.post_form(url + "/start", page=url).status_code == 302
    for _ in range(5):
        inviting.step(engine, config)
    return url


def test_a_campaign_is_written_reviewed_started_and_its_mail_opened(client, engine, config):
    make.customer(engine, name="李雷", email="li@example.com", segment="零售")
    make.customer(engine, name="无邮箱", email=None)
    survey = make.survey(engine)
    assert "li@example.com" not in client.get("/campaigns/new").text
    made = client.post_form("/campaigns/new", FORM | {"survey_id": survey.id})
    review = client.get(made.location)
    assert "No address for this channel" in review.text or "没有" in review.text
    assert client.get(made.location + "/mail/1").text.count("?score=") == 11
    client.post_form(made.location + "/start", page=made.location)
    for _ in range(4):
        inviting.step(engine, config)
    page = client.get(made.location).text
    assert "Finished" in page or "已结束" in page
    with reading(engine) as session:
        mail = session.exec(select(OutboxMail)).one()
    assert "li@example.com" in client.get("/outbox").text
    assert "sandbox=" in client.get(f"/outbox/{mail.id}").text
    received = client.get(f"/outbox/{mail.id}/page")
    assert "尊敬的李雷" in received.text
    assert "script" not in received.headers["Content-Security-Policy"]
    assert re.search(r'href="http://survey.test/r/[\w-]{22}\?score=3"', received.text)


def test_an_audience_is_chosen_by_attributes(client, engine):
    for name, city, product in (
        ("李雷", "上海", "咖啡机"), ("韩梅", "上海", "洗碗机"), ("王五", "北京", "咖啡机"), ("赵六", "广州", "咖啡机"),
    ):  # fmt: skip
        make.customer(engine, name=name, attributes={"城市": city, "产品": product, "订单": f"A{name}"})
    survey = make.survey(engine)
    page = client.get("/campaigns/new").text
    assert "<summary>城市</summary>" in page and "上海 (2)" in page
    wanted = ['["城市", "上海"]', '["城市", "北京"]', '["产品", "咖啡机"]']
    form = FORM | {"survey_id": survey.id, "attributes": wanted}
    live = client.post_form("/campaigns/preview", form, page="/campaigns/new").text
    assert '<b class="num">2</b>' in live
    made = client.post_form("/campaigns/new", form)
    review = client.get(made.location).text
    assert "城市 北京 / 上海" in review or "城市 上海 / 北京" in review
    assert "产品 咖啡机" in review and '<b class="num">2</b>' in review
    edit = client.get(made.location + "/edit").text
    assert edit.count('name="attributes" type="checkbox" value="[&#34;城市') == 3 and edit.count("checked") >= 3
    with writing(engine) as session:
        for customer in session.exec(select(Customer).where(Customer.name == "王五")):
            session.delete(customer)
    kept = client.get(made.location + "/edit").text
    assert "北京" in kept, "what was chosen stays offered"
    for page in ("/campaigns/new", "/campaigns/preview"):
        assert client.post_form(page, form | {"attributes": "x"}, page="/campaigns/new").status_code == 200


def test_an_attribute_that_tells_customers_apart_is_not_offered(client, engine, monkeypatch):
    monkeypatch.setattr("survey_app.inviting.audience.MOST_VALUES", 3)
    for number in range(5):
        make.customer(engine, attributes={"城市": "上海", "订单": f"A{number}"})
    with reading(engine) as session:
        assert inviting.attribute_choices(session) == {"城市": [("上海", 5)]}


def test_the_live_preview_keeps_nothing(client, engine):
    make.customer(engine, email="li@example.com")
    survey = make.survey(engine)
    page = client.post_form("/campaigns/preview", FORM | {"survey_id": survey.id}, page="/campaigns/new")
    assert "srcdoc" in page.text
    with reading(engine) as session:
        assert session.exec(select(Campaign)).first() is None


def test_a_text_with_an_unknown_placeholder_is_refused_with_its_name(client, engine):
    survey = make.survey(engine)
    page = client.post_form(
        "/campaigns/new", FORM | {"survey_id": survey.id, "body1_zh": "{{config}}"}, headers={"Accept-Language": "en"}
    )
    assert page.status_code == 200
    assert "{{config}}" in page.text
    with reading(engine) as session:
        assert session.exec(select(Campaign)).first() is None


def test_one_click_unsubscribe_needs_no_cookie_and_can_be_said_twice(client, as_role, engine, config):
    customer = make.customer(engine, email="li@example.com")
    started(client, engine, config)
    with reading(engine) as session:
        raw = session.exec(select(OutboxMail)).one().raw.decode()
    url = re.search(r"^List-Unsubscribe: <http://survey.test(/u/\S+)>\r$", raw, re.M)[1]
    stranger = as_role("")
    assert stranger.get(url).status_code == 200
    assert stranger.head(url).status_code == 200
    assert stranger.post(url, data={}).status_code == 400
    with reading(engine) as session:
        assert not suppressed(session)
    for _ in range(2):
        answer = stranger.post(url, data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.text) == (200, "")
    with reading(engine) as session:
        assert suppressed(session) == {email_index("li@example.com"): "unsubscribed"}
    assert stranger.post("/u/1.forged", data={"List-Unsubscribe": "One-Click"}).status_code == 404
    page = client.get(f"/customers/{customer.id}").text
    assert "allow" in page
    client.post_form(f"/customers/{customer.id}/allow", page=f"/customers/{customer.id}")
    with reading(engine) as session:
        assert not suppressed(session)


def test_multipart_one_click_works_too(client, as_role, engine, config):
    make.customer(engine, email="li@example.com")
    started(client, engine, config)
    with reading(engine) as session:
        invitation = session.exec(select(Invitation)).one()
    url = inviting.unsubscribe_link("", invitation.id, invitation.nonce)
    answer = as_role("").post(
        url, data={"List-Unsubscribe": "One-Click"}, content_type="multipart/form-data; boundary=x1"
    )
    assert answer.status_code == 200


def test_the_ledger_table_can_be_narrowed(client, engine, config):
    make.customer(engine, name="李雷", email="li@example.com")
    url = started(client, engine, config)
    assert "李雷" in client.get(url + "/messages?state=sent&step=1").text
    assert "李雷" not in client.get(url + "/messages?state=failed").text
    assert client.get("/campaigns/99999999999999999999").status_code == 404


def test_personal_links_come_as_a_workbook_and_stay_the_same(client, engine):
    import io

    import openpyxl

    make.customer(engine, name="=1+1", email="li@example.com")
    survey = make.survey(engine)

    def links():
        answer = client.post_form("/campaigns/links", {"survey": survey.id})
        rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows())
        assert rows[1][1].value == "=1+1"
        assert rows[1][1].data_type == "s"
        return rows[1][6].value

    assert links() == links()
    assert links().startswith("http://survey.test/r/")


def test_mail_settings_keep_the_password_encrypted_and_do_not_show_it(client, engine):
    form = {
        "from_name": "暖居", "from_address": "survey@example.com", "host": "smtp.example.com", "port": "465",
        "security": "tls", "user": "survey", "password": "geheim-4711", "connections": "2", "per_connection": "50",
        "do": "save",
    }  # fmt: skip
    assert client.post_form("/settings/mail", form).status_code == 302
    assert "geheim-4711" not in client.get("/settings/mail").text
    client.post_form("/settings/mail", form | {"password": "", "from_name": "暖居家纺"})
    with reading(engine) as session:
        mail = settings.load_mail(session)
        assert (mail.password, mail.from_name) == ("geheim-4711", "暖居家纺")
        assert "geheim" not in str(session.get(settings.Setting, "mail").value)
    client.post_form("/settings/mail", form | {"password": "", "host": "evil.example.com"})
    with reading(engine) as session:
        assert settings.load_mail(session).password == "", "a stored password never goes to another server"


def test_a_test_of_mail_settings_says_what_is_wrong(client):
    form = {
        "from_address": "survey@example.com", "host": "127.0.0.1", "port": "1", "security": "none",
        "connections": "2", "per_connection": "50", "do": "test",
    }  # fmt: skip
    page = client.post_form("/settings/mail?lang=en", form)
    assert "127.0.0.1 does not answer on port 1." in page.text


def test_every_page_of_this_area_opens_in_both_languages(client, engine, config):
    customer = make.customer(engine, name="李雷", email="li@example.com", attributes={"city": "上海"})
    url = started(client, engine, config, has_reminder="y", delay_days="3", subject2_zh="再问一次", body2_zh="您好")
    pages = [
        "/campaigns", "/campaigns/new", url, url + "/messages", url + "/people?reason=no_address", "/campaigns/links",
        "/outbox", "/outbox/1", "/outbox/1/page", "/settings/mail", "/settings/company", "/customers",
        "/customers?q=李", f"/customers/{customer.id}", f"/customers/{customer.id}/edit", "/customers/new",
        "/customers/import", "/u/test",
    ]  # fmt: skip
    for page in pages:
        for language in ("zh", "en"):
            answer = client.get(page, query_string={"lang": language} if "?" not in page else None)
            assert answer.status_code == 200, page


def test_pausing_resuming_cancelling(client, engine, config):
    make.customer(engine, email="li@example.com")
    survey = make.survey(engine)
    url = client.post_form("/campaigns/new", FORM | {"survey_id": survey.id}).location
    for action in ("start", "pause", "resume", "cancel"):
        assert client.post_form(f"{url}/{action}", page=url).status_code == 302
    with reading(engine) as session:
        assert session.exec(select(Campaign)).one().state == "cancelled"
        assert session.exec(select(Message)).first() is None
        assert session.exec(select(Customer)).one()
    assert client.get(f"{url}/cancel").status_code == 405


def test_an_sms_is_one_short_text_with_one_link(client, engine, config):
    make.customer(engine, name="李雷", phone="+8613800138000")
    survey = make.survey(engine)
    usual = re.search(r'data-usual="([^"]*)"', client.get("/campaigns/new").text)
    assert usual and "一分钟评价" in json.loads(html.unescape(usual[1]))["sms"]["body1_zh"], (
        "the form has the short words at hand"
    )
    text = {"channel": "sms", "subject1_zh": "", "body1_zh": "【{{company}}】{{name}}您好，请评价："}
    draft = client.post_form("/campaigns/preview", FORM | text | {"survey_id": survey.id}, page="/campaigns/new").text
    assert 'class="bubble"' in draft and "<iframe" not in draft and draft.count("http") == 1
    url = started(client, engine, config, **text)
    with reading(engine) as session:
        (kept,) = session.exec(select(OutboxMail)).all()
    words = kept.raw.decode()
    assert re.fullmatch(r"【.*】李雷您好，请评价： http://survey\.test/r/[\w-]{22}", words), words
    page = client.get(url + "?lang=en").text
    assert "Kept in the outbox" in page and "reached no customer" in page


def test_what_only_goes_to_the_outbox_is_not_called_sent(client, engine, config):
    make.customer(engine, name="李雷", email="li@example.com")
    survey = make.survey(engine)
    made = client.post_form("/campaigns/new", FORM | {"survey_id": survey.id})
    review = client.get(made.location + "?lang=en").text
    assert "reach no customer" in review
    test = {"step": "1", "in": "zh", "address": "me@example.com"}
    client.post_form(made.location + "/test", test, page=made.location)
    assert "It was not sent" in client.get(made.location + "?lang=en").text
    with writing(engine) as session:
        mail = settings.MailSettings(host="mail.example.com", from_address="a@example.com")
        settings.save_mail(session, mail)
    assert "reach no customer" not in client.get(made.location + "?lang=en").text
