"""Settings of the installation: how mail is sent, and what customers know the company by."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer
from wtforms import EmailField, IntegerField, PasswordField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from .. import inviting
from ..errors import SurveyError
from ..store import settings as kept
from ..store.addresses import normalise_email
from .access import audit, current_user, needs
from .campaign_views import tell
from .database import config, engine, reading, writing

bp = Blueprint("settings", __name__, url_prefix="/settings")
SECURITIES = (
    SelectChoice("tls", lazy_gettext("TLS (usually port 465)")),
    SelectChoice("starttls", lazy_gettext("STARTTLS (usually port 587)")),
    SelectChoice("none", lazy_gettext("none (a relay in your own network)")),
)


class MailForm(FlaskForm):  # type: ignore[misc]
    from_name = StringField(lazy_gettext("Sender's name"), [Length(max=80)])
    from_address = EmailField(lazy_gettext("Sender's address"), [InputRequired(), Length(max=254)])
    reply_to = EmailField(lazy_gettext("Replies go to"), [Optional(), Length(max=254)])
    host = StringField(lazy_gettext("Mail server"), [Length(max=253)])
    port = IntegerField(lazy_gettext("Port"), [InputRequired(), NumberRange(1, 65535)])
    security = SelectField(lazy_gettext("Encryption"), choices=SECURITIES)
    user = StringField(lazy_gettext("User name"), [Length(max=254)])
    password = PasswordField(lazy_gettext("Password or authorisation code"), [Length(max=500)])
    connections = IntegerField(lazy_gettext("Connections at once"), [InputRequired(), NumberRange(1, 20)])
    per_connection = IntegerField(lazy_gettext("Mails per connection"), [InputRequired(), NumberRange(1, 1000)])

    def settings(self, before: kept.MailSettings) -> kept.MailSettings:
        """What the form says; an empty password field keeps the password that was."""
        entered: dict[str, Any] = {
            name: (field.data or "") for name, field in self._fields.items() if name != "csrf_token"
        }
        for name in ("from_name", "host", "user"):
            entered[name] = " ".join(str(entered[name]).split())
        entered["from_address"] = normalise_email(entered["from_address"])
        if entered["reply_to"]:
            entered["reply_to"] = normalise_email(entered["reply_to"])
        is_same = entered["host"] == before.host and entered["user"] == before.user
        if not entered["password"] and is_same:
            # A stored password never goes to another server than the one it was entered for.
            entered["password"] = before.password
        return replace(before, **entered)


class CompanyForm(FlaskForm):  # type: ignore[misc]
    name = StringField(lazy_gettext("Name of the company"), [InputRequired(), Length(max=80)])
    contact = StringField(lazy_gettext("Contact line in the foot of mails"), [Length(max=160)])
    name_en = StringField(lazy_gettext("Name in English"), [Length(max=80)])
    contact_en = StringField(lazy_gettext("Contact line in English"), [Length(max=160)])

    def settings(self) -> kept.CompanySettings:
        return kept.CompanySettings(
            **{name: " ".join((self[name].data or "").split()) for name in kept.CompanySettings.__dataclass_fields__}
        )


@bp.get("")
@needs("manage")
def index() -> Answer:
    return redirect(url_for("settings.mail"))


@bp.route("/mail", methods=["GET", "POST"])
@needs("manage")
def mail() -> Answer | str:
    with reading() as db:
        before, company = kept.load_mail(db), kept.load_company(db)
    form = MailForm(obj=before)
    if form.validate_on_submit():
        try:
            wanted = form.settings(before)
            if request.form.get("do") == "test":
                address = request.form.get("test_address", "").strip()
                inviting.try_mail(engine(), config(), wanted, company, address)
                flash(_("The mail is on its way.") if address else _("The mail server can be reached and lets us in."))
            else:
                with writing() as db:
                    kept.save_mail(db, wanted)
                    audit(db, "settings.mail", data={"host": wanted.host, "port": wanted.port})
                flash(_("Saved."))
                return redirect(url_for("settings.mail"))
        except SurveyError as error:
            tell(error)
    user = current_user()
    return render_template(
        "settings/mail.html",
        form=form,
        mail=before,
        test_address=request.form.get("test_address", user.email if user else ""),
    )


@bp.post("/mail/remove")
@needs("manage")
def remove_mail() -> Answer:
    """Back to the outbox: the server and its password are forgotten."""
    with writing() as db:
        before = kept.load_mail(db)
        kept.save_mail(db, replace(before, host="", user="", password=""))
        audit(db, "settings.mail", data={"host": ""})
    flash(_("Mails stay in the outbox from now on."))
    return redirect(url_for("settings.mail"))


@bp.route("/company", methods=["GET", "POST"])
@needs("manage")
def company() -> Answer | str:
    with reading() as db:
        before = kept.load_company(db)
    form = CompanyForm(obj=before)
    if form.validate_on_submit():
        with writing() as db:
            kept.save_company(db, form.settings())
            audit(db, "settings.company")
        flash(_("Saved."))
        return redirect(url_for("settings.company"))
    return render_template("settings/company.html", form=form)
