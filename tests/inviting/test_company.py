"""The company is called as its readers know it: in Chinese, and in English where an English name is given."""

import email
import email.policy

import pytest
from sqlmodel import col, select

from survey_app import inviting
from survey_app.store import settings
from survey_app.store.database import reading, writing
from survey_app.tables import OutboxMail
from tests import make

COMPANY = {"name": "暖居家纺", "contact": "客服热线", "name_en": "Warm Home ", "contact_en": "Customer care"}
CHINESE, ENGLISH = ("暖居家纺", "客服热线"), ("Warm Home", "Customer care")


@pytest.fixture
def mails(client, engine, config):
    """Saves the company through its form, writes to one reader of each language, and gives both mails."""

    def send(**company):
        client.post_form("/settings/company", COMPANY | company)
        for name, language in (("李雷", "zh"), ("Anna", "en")):
            make.customer(engine, name=name, language=language)
        survey = make.survey(engine)
        with writing(engine) as session:
            steps = inviting.default_steps("email", reminder_after=0)
            made = inviting.create_campaign(
                session, inviting.Order(survey_id=survey.id, name="春季回访", channel="email", steps=steps)
            )
            inviting.start_campaign(session, made.id)
        for _ in range(5):
            inviting.step(engine, config)
        with reading(engine) as session:
            rows = session.exec(select(OutboxMail).order_by(col(OutboxMail.id))).all()
        return {one["Content-Language"]: one for one in map(parsed, rows)}

    return send


def parsed(row):
    return email.message_from_bytes(row.raw, policy=email.policy.default)


def words(mail):
    bodies = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    return " ".join((mail["From"], mail["Subject"], *bodies))


@pytest.mark.parametrize("from_name", ["", "暖居家纺"])
def test_each_reads_the_name_and_the_foot_in_the_own_language(mails, engine, from_name):
    with writing(engine) as session:
        settings.save_mail(session, settings.MailSettings(from_name=from_name, from_address="care@example.com"))
    found = mails()
    for language, ours, others in (("zh", CHINESE, ENGLISH), ("en", ENGLISH, CHINESE)):
        said = words(found[language])
        assert ours[0] in str(found[language]["From"]) and ours[0] in str(found[language]["Subject"])
        assert all(part in said for part in ours) and not any(part in said for part in others)


def test_without_an_english_name_the_chinese_one_stands_there(mails):
    found = mails(name_en=" ", contact_en="")
    assert all(part in words(found["en"]) for part in CHINESE)


def test_a_sender_with_a_name_of_its_own_keeps_it(mails, engine):
    with writing(engine) as session:
        settings.save_mail(session, settings.MailSettings(from_name="Lin from care", from_address="care@example.com"))
    assert all("Lin from care" in str(mail["From"]) for mail in mails().values())


def test_answer_pages_are_headed_in_the_language_of_the_page(client, engine):
    client.post_form("/settings/company", COMPANY)
    survey = make.survey(engine, definition=make.DEFINITION | {"languages": ["zh", "en"]})
    for language, name in (("zh", "暖居家纺"), ("en", "Warm Home"), ("zh", "暖居家纺")):
        page = client.get(f"/s/{survey.public_id}?lang={language}").text
        assert f'<header class="from">{name}</header>' in page
    unsubscribe = client.get(f"/u/{inviting.TEST}?lang=en").text
    assert "Warm Home" in unsubscribe and "暖居家纺" not in unsubscribe
