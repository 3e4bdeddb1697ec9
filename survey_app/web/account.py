"""Signing in and out, the one-time set-up link, and a person's own account."""

from datetime import timedelta
from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as Answer
from wtforms import EmailField, Field, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from .. import clock, crypto
from ..errors import N_, NotFound, SurveyError
from ..store import accounts
from ..store.addresses import normalise_email
from ..tables import AuditEntry, Login, User
from .access import audit, current_user, needs, public, revoke, sign_in, sign_out
from .database import reading, writing
from .language import LANGUAGES, translate

bp = Blueprint("account", __name__)
TRIES, WINDOW = 10, timedelta(minutes=15)


def is_email(_form: FlaskForm, field: Field) -> None:
    """A form validator: the same addresses are good here as everywhere."""
    try:
        normalise_email(field.data or "")
    except SurveyError as error:
        raise ValidationError(translate(error.message, error.values)) from error


class SignInForm(FlaskForm):  # type: ignore[misc]
    email = EmailField(lazy_gettext("E-mail"), [InputRequired(), Length(max=254)])
    password = PasswordField(lazy_gettext("Password"), [InputRequired(), Length(max=256)])


class PasswordForm(FlaskForm):  # type: ignore[misc]
    password = PasswordField(
        lazy_gettext("New password"),
        [InputRequired(), Length(min=10, max=256, message=lazy_gettext("Use at least 10 characters."))],
    )
    again = PasswordField(
        lazy_gettext("The same again"),
        [InputRequired(), EqualTo("password", message=lazy_gettext("The two passwords differ."))],
    )


class OwnerForm(PasswordForm):
    name = StringField(lazy_gettext("Your name"), [InputRequired(), Length(max=80)])
    email = EmailField(
        lazy_gettext("E-mail"),
        [InputRequired(), Length(max=254), is_email],
    )


class AccountForm(FlaskForm):  # type: ignore[misc]
    name = StringField(lazy_gettext("Your name"), [InputRequired(), Length(max=80)])
    language = SelectField(
        lazy_gettext("Language"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()]
    )


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in_page() -> Answer | str:
    """One answer for a wrong password and an unknown address, after the same work."""
    form = SignInForm()
    if form.validate_on_submit():
        address = accounts.normal(form.email.data)
        with reading() as db:
            user = db.exec(select(User).where(User.email == address)).first()
            is_locked = _failures(db, address) >= TRIES
        matches = accounts.matches(user.password_hash if user else "", form.password.data)
        if is_locked:
            flash(_("Too many tries. Wait 15 minutes, then try again."), "bad")
        elif user is not None and matches and user.is_active:
            with writing() as db:
                sign_in(db, user)
                audit(db, "account.signed_in", subject="user", subject_id=user.id)
            return redirect(_safe(request.args.get("next")))
        else:
            with writing() as db:
                audit(db, "account.refused", data={"address": crypto.blind_index(address, "sign-in")})
            flash(_("E-mail or password is wrong."), "bad")
    return render_template("account/sign_in.html", form=form)


bp.add_url_rule("/sign-in", "sign_in", sign_in_page, methods=["GET", "POST"])


def _failures(db: Session, address: str) -> int:
    """Refused tries of this address in the window, read from the audit so that they survive a restart."""
    index = crypto.blind_index(address, "sign-in")
    rows = db.exec(
        select(AuditEntry.data).where(AuditEntry.action == "account.refused", AuditEntry.at > clock.now() - WINDOW)
    )
    return sum(1 for data in rows if data.get("address") == index)


def _safe(target: str | None) -> str:
    """Only a path of our own; anything else leads to the overview."""
    is_own = target is not None and target.startswith("/") and not target.startswith(("//", "/\\"))
    return cast(str, target) if is_own else url_for("overview.show")


@bp.post("/sign-out")
@public
def leave() -> Answer:
    sign_out()
    return redirect(url_for("account.sign_in"))


@bp.route("/setup/<token>", methods=["GET", "POST"])
@public
def setup(token: str) -> Answer | str:
    """The one-time link: makes the first owner, or lets an invited colleague choose a password."""
    with reading() as db:
        link = accounts.open_link(db, token)
        user = db.get(User, link.user_id) if link and link.user_id else None
    if link is None:
        raise NotFound("setup-link", N_("This link was used already or has expired."), N_("Ask for a new one."))
    form = PasswordForm() if user else OwnerForm()
    if form.validate_on_submit():
        with writing() as db:
            person = accounts.use_link(db, token, _made_from(form, user), form.password.data)
            revoke(db, col(Login.user_id) == person.id)
            sign_in(db, person)
            audit(db, "account.set_up", subject="user", subject_id=person.id)
        flash(_("Welcome. Your account is ready."))
        return redirect(url_for("overview.show"))
    return render_template("account/setup.html", form=form, person=user)


def _made_from(form: FlaskForm, user: User | None) -> User:
    if user is not None:
        return user
    return User(email=accounts.normal(form.email.data), name=form.name.data.strip(), role="owner")


@bp.route("/account", methods=["GET", "POST"])
@needs("look")
def show() -> Answer | str:
    user = cast(User, current_user())
    form = AccountForm(obj=user)
    if form.validate_on_submit():
        with writing() as db:
            person = db.get_one(User, user.id)
            person.name, person.language = form.name.data.strip(), form.language.data
        session.pop("lang", None)
        flash(_("Saved."))
        return redirect(url_for("account.show"))
    with reading() as db:
        logins = db.exec(
            select(Login)
            .where(Login.user_id == user.id, col(Login.revoked_at).is_(None), Login.expires_at > clock.now())
            .order_by(col(Login.created_at).desc())
        ).all()
    here = crypto.hash_token(session["login"]) if session.get("login") else ""
    return render_template("account/show.html", form=form, logins=logins, here=here)


@bp.post("/account/sign-out-elsewhere")
@needs("look")
def sign_out_elsewhere() -> Answer:
    user = cast(User, current_user())
    here = crypto.hash_token(session.get("login") or "")
    with writing() as db:
        revoke(db, (col(Login.user_id) == user.id) & (col(Login.token_hash) != here))
        audit(db, "account.signed_out_elsewhere", subject="user", subject_id=user.id)
    flash(_("All other sessions have ended."))
    return redirect(url_for("account.show"))


@bp.post("/language/<code>")
@public
def choose_language(code: str) -> Answer:
    if code in LANGUAGES:
        session["lang"] = code
    return redirect(_safe(request.form.get("next")))
