"""Campaigns: the list, writing one with its mail in view, who gets it and who does not, and how it goes."""

import io

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as Answer

from .. import inviting
from ..channels import CHANNELS, Message, channel
from ..errors import N_, NotFound, SurveyError
from ..store.questionnaires import latest
from ..tables import Campaign, Customer, Survey
from .access import audit, current_user, needs
from .campaign_form import LANGUAGES, CampaignForm, beginning, usual_texts, values_of
from .campaign_views import (
    STATES,
    audience_words,
    ledger_page,
    mail_page,
    names_of,
    only_kept,
    running_page,
    tell,
)
from .database import config, engine, reading, writing
from .language import language

bp = Blueprint("campaigns", __name__, url_prefix="/campaigns")


@bp.get("")
@needs("send")
def index() -> str:
    with reading() as db:
        rows = db.exec(
            select(Campaign, Survey.name)
            .join(Survey, col(Survey.id) == Campaign.survey_id)
            .order_by(col(Campaign.id).desc())
        ).all()
        table = [(campaign, name, inviting.standing(db, campaign.id or 0)) for campaign, name in rows]
    return render_template("campaigns/index.html", rows=table, states=STATES, channels=CHANNELS)


@bp.route("/new", methods=["GET", "POST"])
@needs("send")
def new() -> Answer | str:
    survey_id = request.args.get("survey", type=int)
    with reading() as db:
        surveys = db.exec(select(Survey.id).where(Survey.is_open).order_by(col(Survey.id).desc())).all()
        first = next((name for name, kind in CHANNELS.items() if kind.is_campaign))
        start = beginning(survey_id if survey_id in surveys else next(iter(surveys), None), first)
        form = CampaignForm(data=start)
        form.offer(db, set())
    if not surveys:
        return render_template("campaigns/no_survey.html")
    if form.validate_on_submit():
        try:
            with writing() as db:
                user = current_user()
                made = inviting.create_campaign(db, form.order(), user_id=user.id if user else None)
                audit(db, "campaign.made", subject="campaign", subject_id=made.id)
            return redirect(url_for("campaigns.show", campaign_id=made.id))
        except SurveyError as error:
            tell(error)
    return _form_page(form, None)


@bp.route("/<int:campaign_id>/edit", methods=["GET", "POST"])
@needs("send")
def edit(campaign_id: int) -> Answer | str:
    with reading() as db:
        campaign = inviting.get_campaign(db, campaign_id)
        values = values_of(campaign, inviting.steps_of(db, campaign_id))
        form = CampaignForm(data=values)
        form.offer(db, {*values["segments"], *values["tiers"], *values["attributes"]})
    if campaign.state != "draft":
        return redirect(url_for("campaigns.show", campaign_id=campaign_id))
    if form.validate_on_submit():
        try:
            with writing() as db:
                inviting.change_campaign(db, campaign_id, form.order())
                audit(db, "campaign.changed", subject="campaign", subject_id=campaign_id)
            flash(_("Saved."))
            return redirect(url_for("campaigns.show", campaign_id=campaign_id))
        except SurveyError as error:
            tell(error)
    return _form_page(form, campaign)


@bp.post("/preview")
@needs("send")
def preview() -> str:
    """The live part of the form: the mail as it will look, and how many will get it. Nothing is kept."""
    with reading() as db:
        form = CampaignForm()
        form.offer(db, set())
        for name in ("segments", "tiers", "languages", "attributes"):
            form[name].data = request.form.getlist(name)
    return _form_page(form, None, template="campaigns/live.html")


def _form_page(form: CampaignForm, campaign: Campaign | None, template: str = "campaigns/form.html") -> str:
    step = 2 if request.form.get("show_step") == "2" and form.has_reminder.data else 1
    spoken = request.form.get("show_language", language())
    with reading() as db:
        message, plan = _look(db, form, step, spoken)
    return render_template(
        template, form=form, campaign=campaign, message=message, plan=plan, reasons=inviting.WHY_NOT, step=step,
        spoken=spoken if spoken in LANGUAGES else "zh", languages=LANGUAGES,
        has_subject={name: kind.has_subject for name, kind in CHANNELS.items()},
        over=CHANNELS.get(form.channel.data or ""), usual={name: usual_texts(name) for name in CHANNELS},
    )  # fmt: skip


def _look(db: Session, form: CampaignForm, step: int, spoken: str) -> tuple[Message | None, inviting.Plan | None]:
    """What the form would send and to whom, as far as it can be said yet."""
    try:
        order = form.order()
        over = channel(order.channel)
        plan = inviting.plan(db, order.audience, over, order.survey_id, min_days_between=order.min_days_between)
        return inviting.draft_sample(db, config(), order, step=step, language=spoken), plan
    except (SurveyError, LookupError, TypeError, ValueError):
        return None, None


@bp.get("/<int:campaign_id>")
@needs("send")
def show(campaign_id: int) -> str:
    """A draft to review and start, or how a started campaign stands."""
    with reading() as db:
        campaign = inviting.get_campaign(db, campaign_id)
        survey = db.get_one(Survey, campaign.survey_id)
        steps = inviting.steps_of(db, campaign_id)
        if campaign.state != "draft":
            return running_page(db, campaign, survey, steps)
        plan = inviting.preview(db, campaign)
        is_ready = survey.is_open and latest(db, survey.id or 0) is not None
        samples = {
            step.number: inviting.sample(db, config(), campaign, step=step.number, language=language())
            for step in steps
        }
        over = channel(campaign.channel)
        is_kept = only_kept(db, over)
    return render_template(
        "campaigns/review.html", campaign=campaign, survey=survey, steps=steps, plan=plan, is_ready=is_ready,
        reasons=inviting.WHY_NOT, audience=audience_words(campaign), over=over,
        languages=LANGUAGES, samples=samples, is_kept=is_kept,
    )  # fmt: skip


@bp.get("/<int:campaign_id>/mail/<int:step>")
@needs("send")
def mail(campaign_id: int, step: int) -> Answer:
    """A step's mail as a page of its own, for the frame of the review."""
    spoken = request.args.get("in", language())
    with reading() as db:
        campaign = inviting.get_campaign(db, campaign_id)
        message = inviting.sample(db, config(), campaign, step=step, language=spoken)
    return mail_page(message.html, channel(campaign.channel).shown(message))


@bp.get("/<int:campaign_id>/people")
@needs("send")
def people(campaign_id: int) -> str:
    """Who would get it, or who would not for one reason, by name."""
    reason = request.args.get("reason", "")
    with reading() as db:
        campaign = inviting.get_campaign(db, campaign_id)
        if campaign.state == "draft":
            plan = inviting.preview(db, campaign)
            ids = plan.excluded.get(reason, []) if reason else plan.included
            total = len(ids)
        else:
            ids = campaign.audience.get("left_out", {}).get(reason, [])
            total = campaign.audience.get("counts", {}).get(reason, 0)
        names = names_of(db, ids[:200])
    return render_template(
        "campaigns/people.html", campaign=campaign, reason=reason, reasons=inviting.WHY_NOT, people=names, total=total
    )


@bp.get("/<int:campaign_id>/messages")
@needs("send")
def messages(campaign_id: int) -> str:
    with reading() as db:
        campaign = inviting.get_campaign(db, campaign_id)
        return ledger_page(db, campaign)


@bp.post("/<int:campaign_id>/test")
@needs("send")
def test(campaign_id: int) -> Answer:
    """Send a step to oneself."""
    step = 2 if request.form.get("step") == "2" else 1
    try:
        inviting.send_test(
            engine(), config(), campaign_id, request.form.get("address", ""), step=step,
            language=request.form.get("in", "zh"),
        )  # fmt: skip
        with reading() as db:
            is_kept = only_kept(db, channel(inviting.get_campaign(db, campaign_id).channel))
        if is_kept:
            flash(_("The test message is in the outbox. It was not sent: this channel has no way out yet."), "warn")
        else:
            flash(_("The test message is on its way."))
    except SurveyError as error:
        tell(error)
    return redirect(url_for("campaigns.show", campaign_id=campaign_id))


ACTIONS = {
    "start": (inviting.start_campaign, N_("The campaign has been started.")),
    "pause": (inviting.pause, N_("Paused. Nothing more goes out until you resume.")),
    "resume": (inviting.resume, N_("Resumed.")),
    "cancel": (inviting.cancel, N_("Cancelled. What had not gone out will not go out.")),
}


@bp.post("/<int:campaign_id>/<any(start, pause, resume, cancel):action>")
@needs("send")
def act(campaign_id: int, action: str) -> Answer:
    do, words = ACTIONS[action]
    try:
        with writing() as db:
            do(db, campaign_id)  # type: ignore[operator]
            audit(db, f"campaign.{action}", subject="campaign", subject_id=campaign_id)
        flash(_(words))
    except SurveyError as error:
        if isinstance(error, NotFound):
            raise
        tell(error)
    return redirect(url_for("campaigns.show", campaign_id=campaign_id))


@bp.post("/<int:campaign_id>/settle")
@needs("send")
def settle(campaign_id: int) -> Answer:
    """A person decides about messages that may or may not have arrived."""
    is_sent = request.form.get("as") != "again"
    with writing() as db:
        inviting.get_campaign(db, campaign_id)
        count = inviting.settle_unknown(db, campaign_id, is_sent=is_sent)
        audit(
            db, "campaign.settled", subject="campaign", subject_id=campaign_id, data={"count": count, "sent": is_sent}
        )
    flash(_("%(n)s messages settled.", n=count))
    return redirect(url_for("campaigns.show", campaign_id=campaign_id))


@bp.route("/links", methods=["GET", "POST"])
@needs("send")
def links() -> Answer | str:
    """Personal links to hand out by other means, as a workbook."""
    with reading() as db:
        surveys = db.exec(select(Survey).where(Survey.is_open).order_by(col(Survey.id).desc())).all()
        offered = inviting.choices(db)
        customers = db.exec(select(Customer.id).limit(1)).first() is not None
    if request.method == "GET":
        return render_template("campaigns/links.html", surveys=surveys, offered=offered, has_customers=customers)
    wanted = request.form.get("survey", type=int)
    if wanted not in {survey.id for survey in surveys}:
        raise NotFound("survey", N_("There is no such survey."))
    audience = inviting.Audience(tuple(request.form.getlist("segments")), tuple(request.form.getlist("tiers")))
    workbook = inviting.personal_links_xlsx(engine(), config(), wanted or 0, audience)
    with writing() as db:
        audit(db, "links.downloaded", subject="survey", subject_id=wanted)
    return _download(workbook, f"personal-links-{wanted}.xlsx")


def _download(content: bytes, name: str) -> Answer:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return send_file(io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)
