"""Erasing a customer: name, addresses and number are nowhere any more, in no table, file or free database page."""

import csv
import io
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlmodel import SQLModel, select

from survey_app import crypto, customers, improving, inviting
from survey_app.config import Config
from survey_app.improving import actions, casebook, cases
from survey_app.store import columns
from survey_app.store.database import reading, writing
from survey_app.tables import CaseNote, Customer, Invitation, OutboxMail, Response
from survey_app.web.exports_desk import ExportDesk
from survey_app.web.imports_desk import Desk, Job
from tests import make
from tests.conftest import Browser

NAME, EMAIL, PHONE, NUMBER = "欧阳若兮Quill", "ruoxi.ouyang-q@kunden.example.com", "+8613912345678", "KD-7781-X"
TRACES = (NAME, "欧阳若兮", EMAIL, "ruoxi.ouyang-q", "13912345678", "139 1234 5678", NUMBER, "地址在梧桐路九号")
SAID = f"我是{NAME}，电话 139 1234 5678，邮箱 {EMAIL.upper()}，会员号 {NUMBER}。物流很快，客服态度很差"


@pytest.fixture
def known(engine: Engine, config: Config) -> Customer:
    """A customer who left traces everywhere: mails, texts, answers, notes, an import, the columnar copy."""
    customer = make.customer(
        engine, name=NAME, email=EMAIL, phone=PHONE, phone_index=crypto.blind_index(PHONE, "customer.phone"),
        reference=NUMBER, attributes={"address": "地址在梧桐路九号"},
    )  # fmt: skip
    survey = make.survey(engine)
    with writing(engine) as session:
        order = inviting.Order(
            survey_id=survey.id or 0, name="c", channel="email", steps=inviting.default_steps("email")
        )
        campaign = inviting.create_campaign(session, order)
        inviting.start_campaign(session, campaign.id)
    for _ in range(5):
        inviting.step(engine, config)
    with writing(engine) as session:
        for number, (address, text) in enumerate([(EMAIL, f"To: {NAME} <{EMAIL}>"), (PHONE, f"【公司】{NAME}您好")]):
            mail = OutboxMail(message_id=f"x{number}@x", address=address, subject=f"{NAME}您好", raw=text.encode())
            session.add(mail)
        session.add(OutboxMail(message_id="other@x", address="other@example.com", subject="stays", raw=b"stays"))
        improving.seed_causes(session)
    response = make.response(
        engine, survey, answers={"nps": 1, "why": SAID}, customer_id=customer.id, attributes={"utm_source": EMAIL}
    )
    with writing(engine) as session:
        case = improving.open_cases_for(session, response.id or 0)
        assert case is not None
        cases.note(session, casebook.find(session, case.id or 0), f"{NAME} {PHONE} 要求退款", user_id=None)
        made = actions.create_action(session, title="t", plan="", cause_id=None, owner_id=None, due_on=None,
                                     case_ids=[case.id or 0], user_id=None)  # fmt: skip
        assert made.id
    columns.load(engine, config.columns, survey.id or 0)
    file = io.StringIO()
    csv.writer(file).writerows([["name", "email"], [NAME, EMAIL]])
    customers.keep_upload(config, file.getvalue().encode(), f"{NAME}.csv")
    desk = Desk(config.data)
    desk.keep(file.getvalue().encode(), f"{NAME}.csv", 1)
    desk.write(Job("x" * 22, survey.id or 0, "s", "b", state="done", errors=[{"values": {"text": EMAIL}}]))
    ExportDesk(config.data).start(1, "export.xlsx", 1, lambda _tell: io.BytesIO(NAME.encode()), patience=20)
    return customer


def kept(engine: Engine, folder: Path) -> bytes:
    """All that is kept: files byte by byte, and each row as the application reads it (decrypted)."""
    parts = [path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "secret.key"]
    with engine.connect() as connection:
        for table in SQLModel.metadata.tables.values():
            parts.append(str(connection.execute(select(table)).all()).encode())
    return b"\n".join(parts)


def found(content: bytes) -> list[str]:
    encodings = ("utf-8", "unicode_escape", "utf-16-le")
    lower = content.lower()
    return [trace for trace in TRACES if any(trace.encode(code).lower() in lower for code in encodings)]


def erase(client: Browser, customer: Customer) -> None:
    url = f"/customers/{customer.id}"
    assert client.post_form(f"{url}/erase", {"sure": "yes"}, page=url).status_code == 302


def test_the_search_would_find_the_person(engine: Engine, config: Config, known: Customer) -> None:
    assert set(found(kept(engine, config.data))) == set(TRACES)


def test_nothing_of_the_person_is_left(client: Browser, engine: Engine, config: Config, known: Customer) -> None:
    erase(client, known)
    assert found(kept(engine, config.data)) == []


def test_numbers_words_and_other_people_stay(client: Browser, engine: Engine, known: Customer) -> None:
    erase(client, known)
    with reading(engine) as session:
        response = session.exec(select(Response)).one()
        notes = session.exec(select(CaseNote)).all()
        subjects = session.exec(select(OutboxMail.subject)).all()
    assert response.answers["nps"] == 1 and response.customer_id is None
    assert len(response.answers["why"]) == len(SAID), "opinions are offsets into the text"
    assert response.answers["why"].endswith("物流很快，客服态度很差")
    assert {note.text for note in notes} == {""}
    assert subjects == ["stays"]


def test_the_person_is_not_written_to_again(client: Browser, engine: Engine, config: Config, known: Customer) -> None:
    erase(client, known)
    again = make.customer(engine, name="x", email=EMAIL)
    with reading(engine) as session:
        assert customers.blocked(session, session.get_one(Customer, again.id)) == "erased"


def test_the_links_of_the_person_are_closed(app: Flask, client: Browser, engine: Engine, config: Config) -> None:
    customer, survey = make.customer(engine, name=NAME), make.survey(engine)
    with writing(engine) as session:
        link = inviting.personal_link(session, survey.id or 0, customer.id or 0, "")
    assert app.test_client().get(link).status_code == 200
    erase(client, customer)
    answer = app.test_client().get(link)
    assert answer.status_code == 410 and NAME not in answer.text
    with reading(engine) as session:
        assert all(one.customer_id is None for one in session.exec(select(Invitation)))


@pytest.mark.parametrize("name", ["", "a", "明", "  ", "nps", ".*", "(", "why"])
def test_a_short_or_odd_name_does_not_eat_the_answers(client: Browser, engine: Engine, name: str) -> None:
    survey, customer = make.survey(engine), make.customer(engine, name=name, reference=None)
    words = "明天 a whyever (x) nps .* 好"
    response = make.response(engine, survey, answers={"nps": 9, "why": words}, customer_id=customer.id)
    erase(client, customer)
    with reading(engine) as session:
        answers = session.get_one(Response, response.id).answers
    assert answers["nps"] == 9 and len(answers["why"]) == len(words)
    assert answers["why"].startswith("明天 a whyever"), answers


def test_an_upload_that_waits_lies_encrypted(client: Browser, config: Config, engine: Engine) -> None:
    make.survey(engine)
    content = f"nps,why\n9,{SAID.replace(',', ' ')}\n".encode()
    form = {"survey": "new", "file": (io.BytesIO(content), "answers.csv")}
    page = client.post_form("/responses/import", form, content_type="multipart/form-data")
    assert page.status_code == 302
    assert client.get(page.headers["Location"]).status_code == 200
    lying = b"".join(path.read_bytes() for path in (config.data / "uploads").iterdir())
    assert found(lying) == []
