"""The campaign's form: what is asked when one is made, turned into an order and back."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from sqlmodel import Session, col, select
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from .. import inviting
from ..channels import CHANNELS
from ..tables import Campaign, CampaignStep, Survey
from .database import config
from .language import LANGUAGES as NAMES

LANGUAGES = ("zh", "en")
DELAY = 7


class Checks(SelectMultipleField):  # type: ignore[misc]
    """Several of a list, as boxes to tick. None ticked means all."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CampaignForm(FlaskForm):  # type: ignore[misc]
    name = StringField(lazy_gettext("Name of the campaign"), [InputRequired(), Length(max=120)])
    survey_id = SelectField(lazy_gettext("Survey"), coerce=int)
    channel = SelectField(lazy_gettext("Channel"))
    segments = Checks(lazy_gettext("Segments"))
    tiers = Checks(lazy_gettext("Tiers"))
    languages = Checks(lazy_gettext("Languages"))
    attributes = Checks(lazy_gettext("Attributes"))
    answered_days = IntegerField(
        lazy_gettext("Leave out who answered this survey in the last … days"), [InputRequired(), NumberRange(0, 3650)]
    )
    min_days_between = IntegerField(
        lazy_gettext("Leave out who was asked anything in the last … days"), [InputRequired(), NumberRange(0, 3650)]
    )
    subject1_zh = StringField(lazy_gettext("Subject, Chinese"), [Length(max=200)])
    body1_zh = TextAreaField(lazy_gettext("Text, Chinese"), [Length(max=5000)])
    subject1_en = StringField(lazy_gettext("Subject, English"), [Length(max=200)])
    body1_en = TextAreaField(lazy_gettext("Text, English"), [Length(max=5000)])
    has_reminder = BooleanField(lazy_gettext("Remind those who have not answered, once"))
    delay_days = IntegerField(lazy_gettext("After … days"), [Optional(), NumberRange(1, 90)])
    subject2_zh = StringField(lazy_gettext("Subject, Chinese"), [Length(max=200)])
    body2_zh = TextAreaField(lazy_gettext("Text, Chinese"), [Length(max=5000)])
    subject2_en = StringField(lazy_gettext("Subject, English"), [Length(max=200)])
    body2_en = TextAreaField(lazy_gettext("Text, English"), [Length(max=5000)])
    starts_at = DateTimeLocalField(lazy_gettext("Start"), [Optional()], format="%Y-%m-%dT%H:%M")
    per_minute = IntegerField(lazy_gettext("Messages per minute"), [InputRequired(), NumberRange(1, 6000)])
    window_start = IntegerField(lazy_gettext("From … o'clock"), [InputRequired(), NumberRange(0, 23)])
    window_end = IntegerField(lazy_gettext("to … o'clock"), [InputRequired(), NumberRange(1, 24)])

    def offer(self, db: Session, chosen: set[str]) -> None:
        """Fill the lists with what there is; what was chosen before stays offered."""
        surveys = db.exec(select(Survey).where(col(Survey.archived_at).is_(None)).order_by(col(Survey.id).desc()))
        self.survey_id.choices = [SelectChoice(survey.id, survey.name) for survey in surveys]
        self.channel.choices = [SelectChoice(c.name, lazy_gettext(c.label)) for c in CHANNELS.values() if c.is_campaign]
        for name, found in inviting.choices(db).items():
            gone = sorted(chosen - {value for value, _ in found}) if name != "languages" else []
            self[name].choices = [
                SelectChoice(value, f"{NAMES.get(value, value)} ({count:,})") for value, count in found
            ]
            self[name].choices += [SelectChoice(value, value) for value in gone if value in (self[name].data or [])]
        self._offer_attributes(db, chosen)

    def _offer_attributes(self, db: Session, chosen: set[str]) -> None:
        offered = {
            _pair(name, value): f"{value} ({count:,})"
            for name, values in inviting.attribute_choices(db).items()
            for value, count in values
        }
        for pair in self.attributes.data or ():
            if pair in chosen:
                offered.setdefault(pair, json.loads(pair)[1])
        self.attributes.choices = [SelectChoice(pair, label) for pair, label in offered.items()]

    @property
    def attribute_groups(self) -> dict[str, list[Any]]:
        """The boxes of the attributes under the attribute's name."""
        groups: dict[str, list[Any]] = {}
        for box in self.attributes:
            groups.setdefault(json.loads(box.data)[0], []).append(box)
        return groups

    def order(self) -> inviting.Order:
        """What the form asks for. Numbers that are not there yet count as the defaults, for the live preview."""
        steps = [self._step(1)]
        if self.has_reminder.data:
            steps.append(self._step(2))
        begins: datetime | None = self.starts_at.data
        return inviting.Order(
            survey_id=self.survey_id.data, name=self.name.data or "", channel=self.channel.data,
            audience=inviting.Audience(
                tuple(self.segments.data or ()), tuple(self.tiers.data or ()), tuple(self.languages.data or ()),
                _grouped(self.attributes.data or ()),
                answered_days=_whole(self.answered_days.data, 90),
            ),
            steps=tuple(steps),
            starts_at=begins.replace(tzinfo=ZoneInfo(config().timezone)) if begins else None,
            per_minute=_whole(self.per_minute.data, 60), min_days_between=_whole(self.min_days_between.data, 30),
            window_start=_whole(self.window_start.data, 0), window_end=_whole(self.window_end.data, 24),
        )  # fmt: skip

    def _step(self, number: int) -> inviting.StepTexts:
        texts: dict[str, dict[str, str]] = {"subject": {}, "body": {}}
        for kind, words in texts.items():
            for code in LANGUAGES:
                words[code] = (self[f"{kind}{number}_{code}"].data or "").replace("\r\n", "\n").strip()
        delay = _whole(self.delay_days.data, DELAY) if number > 1 else 0
        return inviting.StepTexts(texts["subject"], texts["body"], delay)


def _pair(name: str, value: str) -> str:
    """An attribute and one of its values as one box's value."""
    return json.dumps([name, value], ensure_ascii=False)


def _grouped(pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for name, value in map(json.loads, pairs):
        groups[name] = (*groups.get(name, ()), value)
    return groups


def _whole(value: int | None, default: int) -> int:
    return default if value is None else int(value)


def beginning(survey_id: int | None, channel: str) -> dict[str, Any]:
    """What a new campaign's form starts with."""
    values: dict[str, Any] = {
        "survey_id": survey_id, "channel": channel, "answered_days": 90, "min_days_between": 30, "per_minute": 60,
        "window_start": 9, "window_end": 20, "has_reminder": True, "delay_days": DELAY,
    }  # fmt: skip
    return values | usual_texts(channel)


def usual_texts(channel: str) -> dict[str, Any]:
    """The fields of the texts as they begin on a channel; the form changes those that nobody has touched."""
    return _texts(inviting.default_steps(channel))


def _texts(steps: tuple[inviting.StepTexts, ...]) -> dict[str, Any]:
    return {
        f"{kind}{number}_{code}": getattr(step, kind).get(code, "")
        for number, step in enumerate(steps, 1)
        for kind in ("subject", "body")
        for code in LANGUAGES
    }


def values_of(campaign: Campaign, steps: list[CampaignStep]) -> dict[str, Any]:
    """A draft as the values of its form."""
    audience = inviting.Audience.of(campaign.audience)
    values: dict[str, Any] = {
        "name": campaign.name, "survey_id": campaign.survey_id, "channel": campaign.channel,
        "segments": list(audience.segments), "tiers": list(audience.tiers), "languages": list(audience.languages),
        "attributes": [_pair(name, value) for name, values in audience.attributes.items() for value in values],
        "answered_days": audience.answered_days, "min_days_between": campaign.min_days_between,
        "per_minute": campaign.per_minute, "window_start": campaign.window_start, "window_end": campaign.window_end,
        "has_reminder": len(steps) > 1, "delay_days": steps[1].delay_days if len(steps) > 1 else DELAY,
    }  # fmt: skip
    if campaign.starts_at:
        values["starts_at"] = campaign.starts_at.astimezone(ZoneInfo(config().timezone)).replace(tzinfo=None)
    texts = tuple(inviting.StepTexts(step.subject, step.body, step.delay_days) for step in steps)
    return values | _texts((*texts, *inviting.default_steps(campaign.channel)[len(texts) :]))
