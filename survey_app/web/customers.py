"""Customers: the directory, one customer's page, importing with a preview, changing, blocking and erasing."""

import io
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from sqlmodel import col, select
from werkzeug.wrappers import Response as Answer

from .. import customers, inviting, reporting
from ..errors import N_, SurveyError
from ..improving import casebook, cases
from ..store.addresses import BY_STAFF, REASONS
from ..store.database import settle
from ..store.tabular import Table
from ..tables import AuditEntry, Survey, User
from .access import audit, needs
from .campaign_views import MESSAGE_STATES, tell
from .database import config, engine, reading, writing
from .exports_desk import ExportDesk
from .imports_desk import Desk
from .language import LANGUAGES

bp = Blueprint("customers", __name__, url_prefix="/customers")
PREVIEW_ROWS, CHECKED_ROWS = 5, 5000
LEAVE_OUT = ""


def _wanted() -> customers.Filter:
    given = request.args
    return customers.Filter(given.get("q", "")[:200], given.get("segment", "")[:60], given.get("tier", "")[:60])


@bp.get("")
@needs("work")
def index() -> str:
    wanted = _wanted()
    with reading() as db:
        found = customers.find(db, wanted, request.args.get("page", 1, type=int))
        facets = customers.facets(db)
    return render_template("customers/index.html", found=found, wanted=wanted, facets=facets)


@bp.get("/export.<any(csv, xlsx):kind>")
@needs("analyse")
def export(kind: str) -> Any:
    with reading() as db:
        content = customers.as_csv(db, _wanted()) if kind == "csv" else customers.as_xlsx(db, _wanted())
    with writing() as db:
        audit(db, "customers.exported", data={"kind": kind})
    return send_file(io.BytesIO(content), as_attachment=True, download_name=f"customers.{kind}")


@bp.get("/<int:customer_id>")
@needs("work")
def show(customer_id: int) -> str:
    with reading() as db:
        customer = customers.get_customer(db, customer_id)
        moments = customers.history(db, customer_id)
        blocked = customers.blocked(db, customer)
        surveys = db.exec(select(Survey).where(Survey.is_open).order_by(col(Survey.id).desc())).all()
    return render_template(
        "customers/show.html", customer=customer, moments=moments, blocked=blocked, why=REASONS, surveys=surveys,
        message_states=MESSAGE_STATES, reasons=inviting.WHY_NOT, link=None, case_states=casebook.STATES,
        contact_channels=cases.CHANNELS, contact_outcomes=cases.CONTACT_OUTCOMES, case_outcomes=cases.OUTCOMES,
    )  # fmt: skip


@bp.post("/<int:customer_id>/link")
@needs("send")
def link(customer_id: int) -> Answer:
    """A personal link to hand over by other means."""
    survey_id = request.form.get("survey", 0, type=int)
    with writing() as db:
        customers.get_customer(db, customer_id)
        if db.get(Survey, survey_id) is None:
            raise SurveyError("survey", N_("Choose a survey."))
        made = inviting.personal_link(db, survey_id, customer_id, config().public_url)
        audit(db, "link.made", subject="customer", subject_id=customer_id, data={"survey": survey_id})
    flash(_("Personal link: %(link)s", link=made))
    return redirect(url_for("customers.show", customer_id=customer_id))


@bp.route("/new", methods=["GET", "POST"])
@bp.route("/<int:customer_id>/edit", methods=["GET", "POST"], endpoint="edit")
@needs("send")
def new(customer_id: int | None = None) -> Answer | str:
    values = {}
    if customer_id is not None:
        with reading() as db:
            customer = customers.get_customer(db, customer_id)
        values = {key: getattr(customer, key) for key in customers.FIELDS}
    if request.method == "POST":
        values = {key: request.form.get(key, "")[:300] for key in customers.FIELDS}
        try:
            with writing() as db:
                saved = customers.change_customer(db, customer_id, values)
                audit(db, "customer.changed", subject="customer", subject_id=saved.id)
            flash(_("Saved."))
            return redirect(url_for("customers.show", customer_id=saved.id))
        except SurveyError as error:
            tell(error)
    with reading() as db:
        lists = customers.facets(db)
    return render_template(
        "customers/form.html", fields=customers.FIELDS, values=values, customer_id=customer_id, lists=lists,
        choices={"language": LANGUAGES},
    )  # fmt: skip


@bp.post("/<int:customer_id>/<any(block, allow):action>")
@needs("work")
def block(customer_id: int, action: str) -> Answer:
    """Nothing more is written to this customer, or it is again because the customer asked for it."""
    with writing() as db:
        customers.get_customer(db, customer_id)
        if action == "block":
            inviting.unsubscribe_customer(db, customer_id, reason=BY_STAFF)
        else:
            inviting.subscribe_again(db, customer_id)
        audit(db, f"customer.{action}", subject="customer", subject_id=customer_id)
    flash(
        _("Nothing more is sent to this customer.")
        if action == "block"
        else _("This customer can be written to again.")
    )
    return redirect(url_for("customers.show", customer_id=customer_id))


@bp.post("/<int:customer_id>/erase")
@needs("manage")
def erase(customer_id: int) -> Answer:
    if request.form.get("sure") != "yes":
        flash(_("Tick the box first: erasing cannot be undone."), "bad")
        return redirect(url_for("customers.show", customer_id=customer_id))
    with writing() as db:
        customers.erase(db, customer_id)
        audit(db, "customer.erased", subject="customer", subject_id=customer_id)
    customers.forget_uploads(config())
    Desk(config().data).forget()
    ExportDesk(config().data).forget()
    reporting.step(engine(), config())
    settle(engine())
    flash(_("The customer has been erased. The answers stay without a name."))
    return redirect(url_for("customers.index"))


# -- importing ------------------------------------------------------------
@bp.route("/import", methods=["GET", "POST"])
@needs("send")
def upload() -> Answer | str:
    if request.method == "POST":
        file = request.files.get("file")
        content = file.read(customers.MAX_BYTES + 1) if file else b""
        try:
            if len(content) > customers.MAX_BYTES:
                raise SurveyError(
                    "upload-size", N_("The file is larger than %(limit)s MB."),
                    N_("Split it and import the parts one by one."), limit=customers.MAX_BYTES // 1024**2,
                )  # fmt: skip
            token = customers.keep_upload(config(), content, (file.filename if file else "") or "")
            return redirect(url_for("customers.mapping", token=token))
        except SurveyError as error:
            tell(error)
    with reading() as db:
        recent = db.exec(
            select(AuditEntry, User)
            .join(User, col(AuditEntry.user_id) == col(User.id), isouter=True)
            .where(AuditEntry.action == "customers.imported")
            .order_by(col(AuditEntry.id).desc())
            .limit(10)
        ).all()
    return render_template("customers/upload.html", recent=recent)


@bp.route("/import/<token>", methods=["GET", "POST"])
@needs("send")
def mapping(token: str) -> Answer | str:
    """Which column is which field, with what would happen; then the import itself."""
    name, table = customers.read_upload(config(), token)
    chosen = _chosen(table) if request.method == "POST" else _guessed(table)
    report = customers.Report()
    try:
        if request.form.get("do") == "import":
            report = customers.import_customers(engine(), table, chosen)
            customers.remove_upload(config(), token)
            with writing() as db:
                audit(db, "customers.imported", data={"created": report.created, "updated": report.updated})
            return render_template("customers/imported.html", report=report, name=name)
        for _row in customers.rows_of(table, chosen, report, limit=CHECKED_ROWS):
            pass
    except SurveyError as error:
        tell(error)
    return render_template(
        "customers/mapping.html", token=token, name=name, table=table, chosen=chosen, report=report,
        fields=customers.FIELDS, head=table.head(PREVIEW_ROWS), attribute=customers.ATTRIBUTE, checked=CHECKED_ROWS,
    )  # fmt: skip


@bp.post("/import/<token>/forget")
@needs("send")
def forget(token: str) -> Answer:
    customers.remove_upload(config(), token)
    return redirect(url_for("customers.index"))


def _guessed(table: Table) -> dict[str, str]:
    """Known columns by their names; the others become attributes, as far as there is room."""
    chosen = customers.guess(table.headers)
    rest = [header for header in table.headers if header not in chosen]
    return chosen | {header: f"{customers.ATTRIBUTE}{header}" for header in rest[:20]}


def _chosen(table: Table) -> dict[str, str]:
    found = {}
    for position, header in enumerate(table.headers):
        wanted = request.form.get(f"column{position}", LEAVE_OUT)
        if wanted == customers.ATTRIBUTE:
            wanted += header
        if wanted:
            found[header] = wanted
    return found
