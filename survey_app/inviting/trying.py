"""Trying out before sending: the letter on the screen, and a mail to oneself over the real line."""

import secrets

from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from ..channels import ChannelError, Message, Sender, channel
from ..channels.senders import mail_domain, sender_of
from ..config import Config
from ..errors import N_, NotFound
from ..store.addresses import normalise_email
from ..store.database import reading
from ..store.outbox import keep_in
from ..store.settings import CompanySettings, MailSettings
from ..tables import Campaign, CampaignStep, Survey
from .campaigns import Order, columns, get_campaign
from .ledger import Job
from .links import TEST
from .pump import Writer, writer

SAMPLE_NAMES = {"zh": "王小明", "en": "Alex Morgan"}


def sample(
    session: Session, config: Config, campaign: Campaign, *, step: int = 1, language: str = "zh", address: str = "",
) -> Message:  # fmt: skip
    """A step's message as a made-up customer would get it; its links lead to the public page."""
    writes = writer(session, config, campaign)
    chosen = next((found for found in writes.steps.values() if found.number == step), None)
    if chosen is None:
        raise NotFound("campaign-step", N_("This campaign has no such step."))
    return _sample(session, writes, campaign, chosen, language, address)


def draft_sample(session: Session, config: Config, order: Order, *, step: int = 1, language: str = "zh") -> Message:
    """The same of a campaign that is still being written."""
    campaign = Campaign(**columns(order))
    words = order.steps[min(step, len(order.steps)) - 1]
    chosen = CampaignStep(campaign_id=0, number=step, subject=dict(words.subject), body=dict(words.body))
    return _sample(session, writer(session, config, campaign), campaign, chosen, language, "")


def _sample(
    session: Session, writes: Writer, campaign: Campaign, step: CampaignStep, language: str, address: str
) -> Message:
    url = writes.public_url
    public_id = session.exec(select(Survey.public_id).where(Survey.id == campaign.survey_id)).one()
    job = Job(
        id=0, claim="", message_id=f"{secrets.token_hex(12)}@{mail_domain(writes.sender.address, url)}",
        step_id=step.id or 0, invitation_id=0, nonce="", language=language,
        address=address or "customer@example.com", name=SAMPLE_NAMES.get(language, SAMPLE_NAMES["en"]),
    )  # fmt: skip
    return writes.message(step, job, link=f"{url}/s/{public_id}", leave=f"{url}/u/{TEST}")


def send_test(
    engine: Engine, config: Config, campaign_id: int, address: str, *, step: int = 1, language: str = "zh"
) -> None:
    """Send a step to oneself, over the same line the campaign will use."""
    with reading(engine) as session:
        campaign = get_campaign(session, campaign_id)
        over = channel(campaign.channel)
        to = address.strip() if over.is_address(address.strip()) else normalise_email(address)
        message = sample(session, config, campaign, step=step, language=language, address=to)
        sender = writer(session, config, campaign).sender
    carrier = over.connect(sender, keep_in(engine))
    try:
        carrier.deliver(message, lambda: True)
    finally:
        carrier.close()


def try_mail(engine: Engine, config: Config, mail: MailSettings, company: CompanySettings, address: str = "") -> Sender:
    """Try mail settings before they are saved: sign in, and send a mail if there is an address."""
    if not mail.is_set:
        raise ChannelError("smtp-missing", N_("Enter at least the server and the sender address."), is_permanent=True)
    sender, over = sender_of(mail, company, config.public_url), channel("email")
    over.check(sender)
    if address:
        body = N_("This is a test. The mail settings work.")
        message = Message(
            message_id=f"{secrets.token_hex(12)}@{mail_domain(sender.address, config.public_url)}",
            address=normalise_email(address), name="", subject=company.name or sender.name or "Test", text=body,
        )  # fmt: skip
        carrier = over.connect(sender, keep_in(engine))
        try:
            carrier.deliver(message, lambda: True)
        finally:
            carrier.close()
    return sender
