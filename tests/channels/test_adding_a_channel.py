"""The steps of docs/adding-a-channel.md, followed: the code shown there runs as it stands."""

import re
import sys
from pathlib import Path

import pytest
from sqlmodel import select

from survey_app import channels, inviting
from survey_app.store.database import connect, reading, writing
from survey_app.tables import Message
from tests import make

GUIDE = Path(__file__).parents[2] / "docs" / "adding-a-channel.md"


@pytest.fixture
def engine(config):
    made = connect(config.database_url)
    yield made
    made.dispose()


@pytest.fixture
def postcard(tmp_path, monkeypatch):
    """The channel file of the guide, in a folder of its own."""
    code = re.search(r"```python\n(.*?)```", GUIDE.read_text(), re.S)[1]
    (tmp_path / "postcard.py").write_text(
        code.replace("from ..errors", "from survey_app.errors").replace("from .base", "from survey_app.channels.base")
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    channels.register("postcard")
    yield sys.modules["postcard"]
    del channels.CHANNELS["postcard"]
    del sys.modules["postcard"]


def test_the_channel_of_the_guide_carries_a_campaign(postcard, engine, config):
    survey = make.survey(engine)
    make.customer(engine, name="李雷", attributes={"postal address": "上海市南京路 1 号"})
    make.customer(engine, name="无地址")
    with writing(engine) as session:
        order = inviting.Order(survey_id=survey.id, name="明信片", channel="postcard", per_minute=6000)
        campaign = inviting.create_campaign(session, order)
        assert inviting.preview(session, campaign).reasons() == {"no_address": 1}
        inviting.start_campaign(session, campaign.id)
    for _ in range(3):
        inviting.step(engine, config)
    assert [card.address for card in postcard.PRINTED] == ["上海市南京路 1 号"]
    with reading(engine) as session:
        assert session.exec(select(Message)).first().state == "sent"
