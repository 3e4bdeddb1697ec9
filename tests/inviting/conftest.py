"""A running mail server, and campaigns that go to it."""

import pytest

from survey_app import inviting
from survey_app.inviting import pump
from survey_app.store import settings
from survey_app.store.database import connect, reading, writing
from tests import make

from .sink import Sink


@pytest.fixture
def engine(config):
    """Without an app: the stage needs none."""
    made = connect(config.database_url)
    yield made
    made.dispose()


@pytest.fixture
def sink():
    with Sink() as running:
        yield running


@pytest.fixture(autouse=True)
def _rested():
    pump._resting.clear()


@pytest.fixture
def mailing(engine, sink):
    """Mail settings that lead to the sink."""
    with writing(engine) as session:
        settings.save_company(session, settings.CompanySettings("暖居家纺", "客服 400-000-0000"))
        settings.save_mail(
            session,
            settings.MailSettings(
                from_name="暖居家纺",
                from_address="survey@nuanju.example.com",
                host="127.0.0.1",
                port=sink.port,
                security="none",
                connections=2,
            ),
        )
    return sink


@pytest.fixture
def campaign(engine):
    """Makes a started campaign to freshly made customers."""

    def start(addresses, *, reminder_after=0, channel="email", per_minute=6000, **more):
        survey = make.survey(engine)
        for number, address in enumerate(addresses):
            make.customer(engine, email=address, name=f"客户{number}")
        with writing(engine) as session:
            order = inviting.Order(
                survey_id=survey.id, name="春季回访", channel=channel, per_minute=per_minute,
                steps=inviting.default_steps(channel, reminder_after=reminder_after), **more,
            )  # fmt: skip
            made = inviting.create_campaign(session, order)
            inviting.start_campaign(session, made.id)
        return made

    return start


@pytest.fixture
def standing(engine):
    def read(campaign):
        with reading(engine) as session:
            return inviting.standing(session, campaign.id)

    return read


@pytest.fixture
def run(engine, config):
    """Let the worker take its turns until it has nothing to do."""

    def turns(limit=20):
        done = 0
        for _ in range(limit):
            step = inviting.step(engine, config)
            done += step
            if not step:
                break
        return done

    return turns
