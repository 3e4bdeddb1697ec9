"""The pump: takes what is due from the ledger and hands it over, on a few lines at once."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from .. import clock
from ..channels import Carrier, Channel, ChannelError, Message, Sender, channel
from ..channels.base import Withdrawn
from ..channels.senders import mail_domain, sender_of
from ..config import Config
from ..errors import Conflict
from ..forms.definition import say
from ..store.database import reading, writing
from ..store.outbox import keep_in
from ..store.questionnaires import Asked, latest
from ..store.settings import CompanySettings, load_company, load_mail
from ..tables import Campaign, CampaignStep, Survey
from . import ledger
from .book import Book
from .campaigns import freeze, pause, steps_of
from .letters import Letter, first_scale, letter, short_letter
from .links import answer_link, unsubscribe_link
from .numbers import has_open
from .pacing import allowance
from .rescuing import has_late, rescue

BATCH = 40
BUDGET = 4.0
"""Seconds one step may take, so that the worker's other duties are not kept waiting."""
_resting: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class Writer:
    """All that a campaign's messages have in common, read once."""

    campaign_id: int
    survey_name: str
    asked: Asked | None
    steps: dict[int, CampaignStep]
    sender: Sender
    company: CompanySettings
    public_url: str
    over: Channel
    letters: dict[tuple[int, str], Letter] = field(default_factory=dict)
    """Laid out once for each step and language."""

    def letter(self, step: CampaignStep, language: str) -> Letter:
        key = (step.id or 0, language)
        if key not in self.letters and not self.over.has_subject:
            self.letters[key] = short_letter(step.body, language)
        elif key not in self.letters:
            self.letters[key] = letter(
                step.subject, step.body, language, scale=first_scale(self.asked, language),
                company=self.company_in(language), contact=self.company.contact_in(language),
            )  # fmt: skip
        return self.letters[key]

    def company_in(self, language: str) -> str:
        return self.company.name_in(language) or self.sender.name

    def title(self, language: str) -> str:
        return say(self.asked.questionnaire.title, language) if self.asked else self.survey_name

    def write(self, job: ledger.Job) -> Message:
        """The message of one claimed row."""
        link = answer_link(self.public_url, job.nonce)
        leave = unsubscribe_link(self.public_url, job.invitation_id, job.nonce)
        return self.message(self.steps[job.step_id], job, link=link, leave=leave)

    def message(self, step: CampaignStep, job: ledger.Job, *, link: str, leave: str) -> Message:
        made = self.letter(step, job.language)
        filled = made.fill(
            {"name": job.name, "company": self.company_in(made.language), "survey": self.title(made.language),
             "link": link, "unsubscribe": leave}
        )  # fmt: skip
        domain = mail_domain(self.sender.address, self.public_url)
        return Message(
            message_id=job.message_id, address=job.address, name=job.name.strip(), subject=filled.subject,
            text=filled.text, html=filled.html, language=made.language, link=link, unsubscribe_url=leave,
            list_id=f"campaign-{self.campaign_id}.{domain}",
        )  # fmt: skip


def writer(session: Session, config: Config, campaign: Campaign) -> Writer:
    mail, company = load_mail(session), load_company(session)
    survey = session.get_one(Survey, campaign.survey_id)
    return Writer(
        campaign_id=campaign.id or 0, survey_name=survey.name, asked=latest(session, campaign.survey_id),
        steps={step.id or 0: step for step in steps_of(session, campaign.id or 0)},
        sender=sender_of(mail, company, config.public_url), company=company, public_url=config.public_url,
        over=channel(campaign.channel),
    )  # fmt: skip


def step(engine: Engine, config: Config, *, budget: float = BUDGET) -> int:
    """The worker's turn: repair after crashes, start what is due, send what may go, close what is done."""
    done = rescue(engine) if has_late(engine) else 0
    with reading(engine) as session:
        wanted = select(Campaign).where(col(Campaign.state).in_(("scheduled", "running")))
        campaigns = list(session.exec(wanted.order_by(col(Campaign.id))))
    until = time.monotonic() + budget
    for campaign in campaigns:
        if campaign.state == "scheduled" and campaign.starts_at and campaign.starts_at <= clock.now():
            done += freeze(engine, config, campaign.id or 0) + 1
        elif campaign.state == "running":
            done += _pump(engine, config, campaign, until)
            done += _finish(engine, campaign.id or 0)
    return done


def _finish(engine: Engine, campaign_id: int) -> int:
    with reading(engine) as session:
        if has_open(session, campaign_id):
            return 0
    with writing(engine) as session:
        campaign = session.get_one(Campaign, campaign_id, with_for_update=True)
        if campaign.state != "running" or has_open(session, campaign_id):
            return 0
        campaign.state, campaign.pause_reason = "finished", ""
        return 1


def _pump(engine: Engine, config: Config, campaign: Campaign, until: float) -> int:
    with reading(engine) as session:
        if not session.get_one(Survey, campaign.survey_id).is_open:
            return _stop(engine, campaign.id or 0, "survey-closed")
        writes = writer(session, config, campaign)
    over = channel(campaign.channel)
    sender_key = f"{over.name}:{writes.sender.server}"
    if _resting.get(sender_key, 0.0) > time.monotonic():
        return 0
    lines = max(1, min(writes.sender.connections, 20))
    carriers = [over.connect(writes.sender, keep_in(engine)) for _ in range(lines)]
    done = 0
    try:
        with ThreadPoolExecutor(lines) as threads:
            while time.monotonic() < until:
                with reading(engine) as session:
                    free = allowance(session, campaign, config.timezone)
                jobs, seen = ledger.claim(engine, campaign, over, min(free, BATCH)) if free else ([], 0)
                if not seen:
                    break
                done += seen
                if error := _send_all(engine, over, threads, carriers, writes, jobs):
                    _rest(engine, campaign.id or 0, sender_key, error)
                    break
                if jobs and campaign.pause_reason:
                    campaign.pause_reason = _note(engine, campaign.id or 0, "")
    finally:
        for carrier in carriers:
            carrier.close()
    return done


def _send_all(
    engine: Engine, over: Channel, threads: ThreadPoolExecutor, carriers: list[Carrier], writes: Writer,
    jobs: list[ledger.Job],
) -> ChannelError | None:  # fmt: skip
    """Send a batch over all lines; the error, if a line was at fault."""
    queue: SimpleQueue[ledger.Job] = SimpleQueue()
    for job in jobs:
        queue.put(job)
    # Each thread in a copy of this context, so that a clock that was set is set there too.
    contexts = [copy_context() for _ in carriers]
    with Book(engine) as book:
        ends = threads.map(
            lambda context, carrier: context.run(_drain, engine, book, over, carrier, writes, queue), contexts, carriers
        )
        errors = [error for error in ends if error is not None]
    if errors:
        _give_rest_back(engine, queue)
    return errors[0] if errors else None


def _drain(
    engine: Engine, book: Book, over: Channel, carrier: Carrier, writes: Writer, queue: SimpleQueue[ledger.Job]
) -> ChannelError | None:
    """Send from the queue until it is empty, or until the line is at fault: then the error is returned."""
    while True:
        try:
            job = queue.get_nowait()
        except Empty:
            return None
        error = send_one(engine, book, over, carrier, writes, job)
        if error is not None and not error.is_recipient:
            return error


def send_one(
    engine: Engine, book: Book, over: Channel, carrier: Carrier, writes: Writer, job: ledger.Job
) -> ChannelError | None:
    """Hand one message over and write down what came of it."""
    try:
        receipt = carrier.deliver(writes.write(job), lambda: book.sending(job))
    except Withdrawn:
        return None
    except ChannelError as error:
        ledger.mark_refused(engine, job, error, over)
        return error
    book.sent(job, receipt)
    return None


def _give_rest_back(engine: Engine, queue: SimpleQueue[ledger.Job]) -> None:
    rest = []
    with suppress(Empty):
        while True:
            rest.append(queue.get_nowait())
    if rest:
        ledger.give_back(engine, rest)


def _rest(engine: Engine, campaign_id: int, sender_key: str, error: ChannelError) -> None:
    """The server or the line is at fault: wait a little, or pause the campaign where only a person can help."""
    if error.is_permanent:
        _stop(engine, campaign_id, error.code)
        return
    _resting[sender_key] = time.monotonic() + 15
    _note(engine, campaign_id, error.code)


def _note(engine: Engine, campaign_id: int, reason: str) -> str:
    """Keep why a running campaign waits, for the page."""
    with writing(engine) as session:
        session.get_one(Campaign, campaign_id).pause_reason = reason
    return reason


def _stop(engine: Engine, campaign_id: int, reason: str) -> int:
    with suppress(Conflict), writing(engine) as session:
        pause(session, campaign_id, reason)
    return 1
