"""The life of a response, through the pages' own forms and the worker: one chain, on both databases."""

import io
import re
from email import message_from_bytes, policy

from flask import Flask
from sqlalchemy import Engine
from sqlmodel import Session, select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from survey_app import publishing, worker
from survey_app.config import Config
from survey_app.forms.gallery import templates
from survey_app.store.database import reading, writing
from survey_app.tables import Action, Campaign, Case, CaseEvent, Judgement, Opinion, OutboxMail, Response, Survey
from tests.conftest import Browser

COMMENT = "物流很快，但是客服态度很差，等了两天没人回复"
CUSTOMERS = "客户编号,姓名,邮箱,客群\nK1,李晓梅,lixiaomei@example.com,线上商城\nK2,赵一鸣,bad address,线下门店\n"


def work(engine: Engine, config: Config) -> None:
    for _ in range(20):
        if not worker.work_once(engine, config):
            return


def publish(engine: Engine) -> int:
    with writing(engine) as session:
        survey = publishing.create_survey(session, "关系调查", publishing.from_template(templates()[0].name))
        publishing.publish(session, survey, None)
        publishing.open_survey(session, survey)
        assert survey.id is not None
        return survey.id


def import_customers(client: Browser) -> None:
    sent = client.post(
        "/customers/import",
        data={**client.fields("/customers/import"), "file": (io.BytesIO(CUSTOMERS.encode()), "customers.csv")},
        content_type="multipart/form-data",
    )
    mapping = sent.headers["Location"]
    chosen = dict(
        re.findall(r'<select[^>]*name="(column\d+)".*?<option value="([^"]+)" selected', client.get(mapping).text, re.S)
    )
    page = client.post_form(mapping, {**chosen, "do": "import"}, follow_redirects=True)
    assert page.status_code == 200
    assert "李晓梅" in client.get("/customers").text


def campaign(client: Browser, survey_id: int, engine: Engine) -> None:
    form = inputs(client.get("/campaigns/new"))
    form.setlist("survey_id", [str(survey_id)])
    form.setlist("name", ["首轮投放"])
    form.setlist("window_start", ["0"])
    form.setlist("window_end", ["24"])
    answer = client.post("/campaigns/new", data=form)
    assert answer.status_code == 302, answer.text
    with reading(engine) as session:
        number = session.exec(select(Campaign.id)).one()
    client.post_form(f"/campaigns/{number}/start", page=f"/campaigns/{number}")


def inputs(page: TestResponse) -> MultiDict[str, str]:
    """What a browser would send for the page's first main form, as it stands."""
    form = re.search(r"<form[^>]*method=\"post\"(?![^>]*language)[^>]*>(.*?)</form>", page.text.split("<main")[1], re.S)
    assert form
    found: MultiDict[str, str] = MultiDict()
    for tag in re.findall(r"<input[^>]*>", form[1]):
        about = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if (about.get("type") in ("checkbox", "radio") and " checked" not in tag) or "name" not in about:
            continue
        found.add(about["name"], about.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form[1], re.S):
        found.add(name, text.strip())
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form[1], re.S):
        chosen = re.search(r'<option[^>]*selected[^>]*value="([^"]*)"', options) or re.search(
            r'value="([^"]*)"', options
        )
        found.add(name, chosen[1] if chosen else "")
    return found


def mailed_link(session: Session) -> str:
    """The address behind the button 3 of the one mail in the outbox."""
    mail = session.exec(select(OutboxMail)).one()
    assert mail.address == "lixiaomei@example.com"
    html = message_from_bytes(mail.raw, policy=policy.default).get_body(("html",))  # type: ignore[arg-type]
    found = re.search(r'href="http://survey\.test(/r/[\w-]+\?score=3)"', html.get_content())  # type: ignore[union-attr]
    assert found
    return found[1]


def answer(app: Flask, link: str) -> None:
    """As a customer without JavaScript: page after page until the thank-you."""
    customer = app.test_client()
    page = customer.get(link)
    for _ in range(8):
        if "data-draft" not in page.text:
            break
        form = inputs(page)
        for key in list(form):
            if re.search(rf'<textarea[^>]*name="{re.escape(key)}"', page.text):
                form.setlist(key, [COMMENT])
        page = customer.post(link.split("?")[0], data=form, follow_redirects=True)
        assert page.status_code == 200, page.text
    assert "data-draft" not in page.text
    assert "data-draft" not in customer.get(link).text


def test_a_response_lives_from_its_invitation_to_an_action(
    client: Browser, app: Flask, engine: Engine, config: Config
) -> None:
    survey_id = publish(engine)
    import_customers(client)
    campaign(client, survey_id, engine)
    work(engine, config)
    with reading(engine) as session:
        link = mailed_link(session)
    app.test_client().get(link)
    with reading(engine) as session:
        assert session.exec(select(Response).where(Response.state == "submitted")).all() == []

    answer(app, link)
    work(engine, config)
    with reading(engine) as session:
        response = session.exec(select(Response)).one()
        opinions = session.exec(select(Opinion).order_by(Opinion.start)).all()  # type: ignore[arg-type]
        assert response.state == "submitted"
        assert {opinion.polarity for opinion in opinions} >= {1, -1}
        assert session.exec(select(Judgement)).one().result == "mixed"
        case = session.exec(select(Case)).one()
        opened = session.exec(select(CaseEvent).where(CaseEvent.kind == "opened")).one()
        assert case.due_at > opened.at
        survey = session.exec(select(Survey)).one()

    assert survey.name in client.get("/").text
    assert "等了两天没人回复" in client.get("/opinions").text
    assert "等了两天没人回复" in client.get(f"/responses/{response.id}").text
    assert "李晓梅" in client.get(f"/cases/{case.id}").text
    planned = client.post_form(f"/actions/new?case={case.id}", {"title": "客服当日回复", "case": str(case.id)})
    assert planned.status_code == 302
    with reading(engine) as session:
        action = session.exec(select(Action)).one()
    assert action.title in client.get(f"/cases/{case.id}").text
