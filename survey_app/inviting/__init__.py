"""Stage 2, inviting: who is asked, when and over which channel; campaigns and the send ledger."""

from .audience import WHY_NOT, Audience, Plan, attribute_choices, choices, plan
from .campaigns import (
    Order,
    StepTexts,
    cancel,
    change_campaign,
    create_campaign,
    default_steps,
    freeze,
    get_campaign,
    pause,
    preview,
    resume,
    start_campaign,
    steps_of,
)
from .handing import personal_links_xlsx
from .ledger import OPEN
from .links import TEST, answer_link, leaver_of, personal_link, unsubscribe_link
from .numbers import Standing, StepCounts, standing
from .pump import step
from .rescuing import settle_unknown
from .trying import draft_sample, sample, send_test, try_mail
from .unsubscribing import subscribe_again, unsubscribe, unsubscribe_customer

__all__ = [
    "OPEN",
    "TEST",
    "WHY_NOT",
    "Audience",
    "Order",
    "Plan",
    "Standing",
    "StepCounts",
    "StepTexts",
    "answer_link",
    "attribute_choices",
    "cancel",
    "change_campaign",
    "choices",
    "create_campaign",
    "default_steps",
    "draft_sample",
    "freeze",
    "get_campaign",
    "leaver_of",
    "pause",
    "personal_link",
    "personal_links_xlsx",
    "plan",
    "preview",
    "resume",
    "sample",
    "send_test",
    "settle_unknown",
    "standing",
    "start_campaign",
    "step",
    "steps_of",
    "subscribe_again",
    "try_mail",
    "unsubscribe",
    "unsubscribe_customer",
    "unsubscribe_link",
]  # fmt: skip
