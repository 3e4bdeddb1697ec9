"""Unsubscribing: one click by RFC 8058 without cookie or page, or a page with a button. Looking changes nothing."""

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as Answer

from .. import inviting
from ..store.addresses import suppressed
from ..store.settings import load_company
from ..tables import Customer
from .access import public
from .database import reading, writing
from .language import language

bp = Blueprint("unsubscribe", __name__, url_prefix="/u")
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@bp.get("/<token>")
@public
def show(token: str) -> Answer:
    """Ask. A mail scanner that opens this has unsubscribed nobody."""
    with reading() as db:
        leaver = inviting.leaver_of(db, token)
        company = load_company(db).name_in(language())
        is_done = False
        if leaver is not None and leaver.customer_id is not None:
            customer = db.get(Customer, leaver.customer_id)
            is_done = bool(customer and suppressed(db, [customer.email_index, customer.phone_index]))
    is_test = token == inviting.TEST
    page = render_template(
        "unsubscribe/show.html", is_known=leaver is not None or is_test, is_test=is_test, is_done=is_done,
        company=company, token=token,
    )  # fmt: skip
    return make_response(page, 200 if leaver is not None or is_test else 404)


@bp.post("/<token>")
@public(own_ticket=True)
def leave(token: str) -> Answer:
    """The token itself is the proof. Mail programs send `List-Unsubscribe=One-Click`, the page its own button."""
    is_one_click = request.form.get(ONE_CLICK[0]) == ONE_CLICK[1]
    if not is_one_click and request.form.get("confirm") != "yes":
        return make_response(render_template("unsubscribe/show.html", is_known=True, token=token, company=""), 400)
    with writing() as db:
        leaver = inviting.leaver_of(db, token)
        if leaver is not None and leaver.customer_id is not None:
            inviting.unsubscribe_customer(db, leaver.customer_id)
        company = load_company(db).name_in(language())
    if leaver is None and token != inviting.TEST:
        return make_response(
            render_template("unsubscribe/show.html", is_known=False, company=company, token=token), 404
        )
    if is_one_click:
        return make_response("", 200)
    return make_response(render_template("unsubscribe/done.html", company=company))
