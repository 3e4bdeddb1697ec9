"""What the campaign pages share: words for states, the running view, the ledger table, a mail in a frame."""

from html import escape
from typing import Any

from flask import flash, make_response, render_template, request
from sqlalchemy import func
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as Answer

from .. import clock, inviting
from ..channels import Channel, channel
from ..errors import N_, SurveyError
from ..store.settings import load_mail
from ..tables import Campaign, CampaignStep, Customer, Invitation, Message, Survey
from .language import LANGUAGES, refusal

PER_PAGE = 50
STATES = {
    "draft": (N_("Draft"), "plain"), "scheduled": (N_("Scheduled"), "info"), "running": (N_("Running"), "info"),
    "paused": (N_("Paused"), "warn"), "finished": (N_("Finished"), "good"), "cancelled": (N_("Cancelled"), "plain"),
}  # fmt: skip
MESSAGE_STATES = {
    "queued": (N_("Waiting"), "plain"), "claimed": (N_("About to be sent"), "info"),
    "sending": (N_("Being sent"), "info"),
    "sent": (N_("Sent"), "good"), "deferred": (N_("To be tried again"), "warn"), "failed": (N_("Failed"), "bad"),
    "skipped": (N_("Not sent"), "plain"), "unknown": (N_("Unclear"), "warn"), "cancelled": (N_("Cancelled"), "plain"),
}  # fmt: skip
KEPT = {"sent": (N_("Kept in the outbox"), "plain")}
PAUSE_REASONS = {
    "survey-closed": N_("The survey is closed, so nobody could answer. Open it and resume."),
    "smtp-login": N_("The mail server refuses the user name or the password. Check the mail settings, then resume."),
    "smtp-sender": N_("The mail server refuses the sender address. Check the mail settings, then resume."),
    "smtp-certificate": N_("The mail server's certificate cannot be trusted. Check the mail settings, then resume."),
    "smtp-security": N_("The encryption does not fit the mail server. Check the mail settings, then resume."),
    "smtp-host": N_("The mail server cannot be found. Sending will be retried automatically."),
    "smtp-connect": N_("The mail server does not answer. Sending will be retried automatically."),
    "smtp-busy": N_("The mail server asks to wait. Sending will be retried automatically."),
    "smtp-line": N_("The connection to the mail server broke off. Sending will be retried automatically."),
}
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)


def tell(error: SurveyError) -> None:
    """Show a refusal on the page that the person is on."""
    flash(refusal(error), "bad")


def mail_page(html: str, text: str) -> Answer:
    """A mail as a page that can run nothing; its links open in the whole window."""
    if html:
        page = html.replace("<head>", '<head><base target="_top">', 1)
    else:
        style = "white-space:pre-wrap;font:15px/1.6 system-ui"
        page = f'<!doctype html><base target="_top"><pre style="{style}">{escape(text)}</pre>'
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = FRAME_POLICY
    return answer


def only_kept(db: Session, over: Channel) -> bool:
    """Whether what is sent now over a channel reaches nobody: there is no way out yet."""
    return over.is_kept(has_server=load_mail(db).is_set)


def audience_words(campaign: Campaign) -> list[str]:
    """Whom the campaign is meant for, as chips."""
    audience = inviting.Audience.of(campaign.audience)
    return [
        *audience.segments,
        *audience.tiers,
        *(LANGUAGES.get(code, code) for code in audience.languages),
        *(f"{name} {' / '.join(values)}" for name, values in audience.attributes.items()),
    ]


def names_of(db: Session, ids: list[int]) -> list[Customer]:
    return list(db.exec(select(Customer).where(col(Customer.id).in_(ids)).order_by(col(Customer.id))))


def running_page(db: Session, campaign: Campaign, survey: Survey, steps: list[CampaignStep]) -> str:
    standing = inviting.standing(db, campaign.id or 0)
    over = channel(campaign.channel)
    gone = sum(count for step in standing.steps for state, count in step.states.items() if state not in inviting.OPEN)
    is_moving = campaign.state in ("scheduled", "running") and not (
        standing.next_due and standing.next_due > clock.now()
    )
    return render_template(
        "campaigns/show.html", campaign=campaign, survey=survey, steps=steps, standing=standing, gone=gone,
        states=STATES, message_states=MESSAGE_STATES | (KEPT if standing.is_kept else {}),
        pause_reasons=PAUSE_REASONS, reasons=inviting.WHY_NOT,
        over=over, audience=audience_words(campaign), is_moving=is_moving, is_kept=only_kept(db, over),
        counts=campaign.audience.get("counts", {}),
    )  # fmt: skip


def ledger_page(db: Session, campaign: Campaign) -> str:
    """The send ledger as a table, by state and step."""
    state, step = request.args.get("state", ""), request.args.get("step", type=int)
    page = max(1, min(request.args.get("page", 1, type=int), 10**6))

    def narrowed(wanted: Any) -> Any:
        wanted = wanted.join(CampaignStep, col(CampaignStep.id) == Message.step_id).where(
            CampaignStep.campaign_id == campaign.id
        )
        if state in MESSAGE_STATES:
            wanted = wanted.where(Message.state == state)
        return wanted.where(CampaignStep.number == step) if step else wanted

    total = db.exec(narrowed(select(func.count()).select_from(Message))).one()
    rows = db.exec(
        narrowed(select(Message, CampaignStep.number, Customer))
        .join(Invitation, col(Invitation.id) == Message.invitation_id)
        .join(Customer, col(Customer.id) == Invitation.customer_id, isouter=True)
        .order_by(col(Message.id))
        .offset((page - 1) * PER_PAGE)
        .limit(PER_PAGE)
    ).all()
    return render_template(
        "campaigns/messages.html", campaign=campaign, rows=rows, total=total, page=page, over=channel(campaign.channel),
        pages=max(1, -(-total // PER_PAGE)), state=state, step=step, message_states=MESSAGE_STATES,
        reasons=inviting.WHY_NOT,
    )  # fmt: skip
