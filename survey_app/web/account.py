"""Signing in and out, the one-time set-up link, and a person's own account."""

import re
from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from sqlmodel import col, select
from werkzeug.wrappers import Response as Answer
from wtforms import EmailField, Field, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from .. import clock, crypto
from ..errors import N_, NotFound, SurveyError
from ..store import accounts
from ..store.addresses import normalise_email
from ..store.passwords import LONGEST, weakness
from ..tables import Login, User
from . import guesses
from .access import audit, current_user, needs, public, revoke, sign_in, sign_out
from .browsers import browser_words
from .database import reading, writing
from .language import LANGUAGES, translate

bp = Blueprint("account", __name__)


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
    password = PasswordField(lazy_gettext("New password"), [InputRequired(), Length(max=LONGEST)])
    again = PasswordField(
        lazy_gettext("The same again"),
        [InputRequired(), EqualTo("password", message=lazy_gettext("The two passwords differ."))],
    )
    about: tuple[str, ...] = ()
    """What is known of the person, that the password must not be made of."""

    def validate_password(self, field: Field) -> None:
        own = [self[name].data or "" for name in ("name", "email") if name in self]
        if why := weakness(field.data, [*self.about, *own]):
            raise ValidationError(translate(why))


class ChangeForm(PasswordForm):
    current = PasswordField(lazy_gettext("Your password until now"), [InputRequired(), Length(max=LONGEST)])


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
            is_locked = guesses.are_used_up(db, address)
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
                guesses.note(db, address)
            flash(_("E-mail or password is wrong."), "bad")
    return render_template("account/sign_in.html", form=form)


bp.add_url_rule("/sign-in", "sign_in", sign_in_page, methods=["GET", "POST"])


def _safe(target: str | None) -> str:
    """Only a path of our own; anything else leads to the overview."""
    # Browsers leave tabs and line breaks out: what is not printable could turn into "//" on the way.
    is_own = target is not None and target.isprintable() and re.match(r"/(?![/\\])", target)
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
    form.about = (user.name, user.email) if user else ()
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
    return _account_page(user, form, ChangeForm(formdata=None))


def _account_page(user: User, form: AccountForm, change: ChangeForm) -> str:
    with reading() as db:
        logins = db.exec(
            select(Login)
            .where(Login.user_id == user.id, col(Login.revoked_at).is_(None), Login.expires_at > clock.now())
            .order_by(col(Login.created_at).desc())
        ).all()
    mine = crypto.hash_token(session["login"]) if session.get("login") else ""
    return render_template(
        "account/show.html", form=form, change=change, logins=logins, mine=mine, browser_words=browser_words
    )


@bp.post("/account/password")
@needs("look")
def change_password() -> Answer | tuple[str, int]:
    """A new password for who knows the one until now; every other session ends."""
    user, form = cast(User, current_user()), ChangeForm()
    form.about = (user.name, user.email)
    if not form.validate_on_submit() or not _is_own(user, form):
        return _account_page(user, AccountForm(formdata=None, obj=user), form), 422
    fresh = accounts.hashed(form.password.data)
    with writing() as db:
        person = db.get_one(User, user.id)
        person.password_hash = fresh
        revoke(db, col(Login.user_id) == user.id)
        sign_in(db, person)
        audit(db, "account.password_changed", subject="user", subject_id=user.id)
    flash(_("The password has been changed. All other sessions have ended."))
    return redirect(url_for("account.show"))


def _is_own(user: User, form: ChangeForm) -> bool:
    """Whether the password until now is right; guesses are counted as at signing in."""
    with reading() as db:
        is_locked = guesses.are_used_up(db, user.email)
    if accounts.matches(user.password_hash, form.current.data) and not is_locked:
        return True
    if is_locked:
        form.current.errors = [_("Too many tries. Wait 15 minutes, then try again.")]
        return False
    form.current.errors = [_("This is not your password.")]
    with writing() as db:
        guesses.note(db, user.email)
    return False


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
