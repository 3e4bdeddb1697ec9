"""The people who work here: inviting, roles, disabling, and what was done by whom."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from sqlmodel import col, select
from werkzeug.wrappers import Response as Answer
from wtforms import EmailField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from ..store import accounts
from ..tables import AuditEntry, Login, User
from . import audit_words
from .access import ROLES, audit, needs, revoke
from .account import is_email
from .database import config, reading, writing
from .errors import missing

bp = Blueprint("users", __name__, url_prefix="/settings/users")
ENTRIES = 100


class InviteForm(FlaskForm):  # type: ignore[misc]
    name = StringField(lazy_gettext("Name"), [InputRequired(), Length(max=80)])
    email = EmailField(
        lazy_gettext("E-mail"),
        [InputRequired(), Length(max=254), is_email],
    )
    # The role that may least comes first: nobody becomes an owner because a list was not looked at.
    role = SelectField(
        lazy_gettext("Role"),
        choices=[SelectChoice(role, lazy_gettext(label)) for role, (label, _may) in reversed(ROLES.items())],
    )


@bp.route("", methods=["GET", "POST"])
@needs("manage")
def index() -> Answer | str:
    form = InviteForm()
    link = None
    if form.validate_on_submit():
        with writing() as db:
            user, token = accounts.invite(db, email=form.email.data, name=form.name.data, role=form.role.data)
            audit(db, "user.invited", subject="user", subject_id=user.id, data={"role": user.role})
        link = f"{config().public_url}{url_for('account.setup', token=token)}"
    with reading() as db:
        users = db.exec(select(User).order_by(col(User.is_active).desc(), col(User.id))).all()
    return render_template("users/index.html", form=form, users=users, link=link, days=accounts.LINK_DAYS)


@bp.post("/<int:user_id>")
@needs("manage")
def change(user_id: int) -> Answer:
    """A new role, or an end: both take effect at the person's next click."""
    with writing() as db:
        user = db.get(User, user_id)
        if user is None:
            raise missing()
        role = request.form.get("role", user.role)
        user.role = role if role in ROLES else user.role
        user.is_active = request.form.get("is_active", "1") == "1"
        accounts.keep_an_owner(db)
        if not user.is_active:
            revoke(db, col(Login.user_id) == user_id)
        audit(
            db, "user.changed", subject="user", subject_id=user_id,
            data={"role": user.role, "is_active": user.is_active},
        )  # fmt: skip
    flash(_("Saved."))
    return redirect(url_for("users.index"))


@bp.post("/<int:user_id>/link")
@needs("manage")
def new_link(user_id: int) -> str:
    """A new one-time link for a person who forgot the password."""
    with writing() as db:
        user = db.get(User, user_id)
        if user is None:
            raise missing()
        token = accounts.new_link(db, user)
        audit(db, "user.link_made", subject="user", subject_id=user_id)
    with reading() as db:
        users = db.exec(select(User).order_by(col(User.is_active).desc(), col(User.id))).all()
    link = f"{config().public_url}{url_for('account.setup', token=token)}"
    return render_template(
        "users/index.html", form=InviteForm(formdata=None), users=users, link=link, days=accounts.LINK_DAYS
    )


@bp.get("/audit")
@needs("manage")
def audit_log() -> str:
    page = max(1, request.args.get("page", 1, int))
    with reading() as db:
        entries = db.exec(
            select(AuditEntry, User)
            .join(User, col(AuditEntry.user_id) == col(User.id), isouter=True)
            .order_by(col(AuditEntry.id).desc())
            .offset((page - 1) * ENTRIES)
            .limit(ENTRIES + 1)
        ).all()
    return render_template(
        "users/audit.html", entries=entries[:ENTRIES], page=page, has_more=len(entries) > ENTRIES, words=audit_words
    )
