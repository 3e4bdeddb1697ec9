"""What the person asked sees: public and personal links, a page at a time, a thank-you at the end."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from .. import collecting
from ..collecting import Posted, Signs, Step
from ..forms.logic import pick_ending, pipe, visible_pages, walk
from ..forms.types import Sent, Stored
from .access import public
from .database import engine
from .respondent_arrival import Here, at_personal_link, at_public_link, noted, preset
from .respondent_notices import NOTICES, notice
from .respondent_sheet import lay_out, page_html, render, wording

bp = Blueprint("respondent", __name__)

MAX_SENT = 1024 * 1024
MAX_FIELDS = 4000
TRIES = 6


@bp.get("/s/<public_id>")
@public
def public_link(public_id: str) -> Response:
    """The public link: a fresh page, or with a ticket the page where a visitor is."""
    here = at_public_link(public_id)
    return here if isinstance(here, Response) else _show(here)


@bp.post("/s/<public_id>")
@public(own_ticket=True)
def public_answer(public_id: str) -> Response:
    return _answer(lambda: at_public_link(public_id))


@bp.get("/r/<token>")
@public
def personal_link(token: str) -> Response:
    """The personal link of an invitation. Opening it is noted and is never an answer."""
    here = at_personal_link(token)
    if isinstance(here, Response):
        return here
    clicked = preset(here)
    if "p" not in request.args and "done" not in request.args:
        _note_visit(here, next((value for value in clicked.values() if isinstance(value, int)), None))
    return _show(here, clicked)


@bp.post("/r/<token>")
@public(own_ticket=True)
def personal_answer(token: str) -> Response:
    return _answer(lambda: at_personal_link(token))


def _note_visit(here: Here, score: int | None) -> None:
    headers = request.headers
    signs = Signs(
        method=request.environ["REQUEST_METHOD"],  # scanners ask for the head alone
        score=score,
        user_agent=headers.get("User-Agent", ""),
        accept_language=headers.get("Accept-Language", ""),
        purpose=f"{headers.get('Sec-Purpose', '')} {headers.get('Purpose', '')} {headers.get('X-Purpose', '')}",
    )
    if here.visit.invitation_id is not None:
        try:
            collecting.log_visit(engine(), here.visit.invitation_id, signs)
        except OperationalError:
            return  # A visit not noted is no reason to show no page.


# -- showing ---------------------------------------------------------------------------------------------------
def _show(here: Here, clicked: Mapping[str, Stored] | None = None) -> Response:
    given = here.visit.given
    if given.is_submitted:
        return _thanks(here)
    pages = visible_pages(here.asked.questionnaire, given.answers, here.attributes)
    wanted = request.args.get("p", "")
    reached = given.page if given.id else 0
    page = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 else reached
    reachable = [number for number in pages if number <= max(reached, 0)] or list(pages[:1]) or [0]
    page = page if page in reachable else reachable[-1]
    problems = None
    if "check" in request.args:
        shown = walk(here.asked.questionnaire, given.answers, here.attributes).items
        keys = {item.key for item in here.asked.questionnaire.pages[page].items if item.key in shown}
        problems = collecting.missing_answers(here.asked, given.answers, keys)
    return _page(here, page, answers=given.answers, preset=clicked, problems=problems)


def _page(here: Here, page: int, *, status: int = 200, remark: str = "", **filling: Any) -> Response:
    sheet = lay_out(here.asked, page, here.language, attributes=here.attributes, **filling)
    if remark:
        sheet = replace(sheet, notice=remark)
    offered = here.asked.questionnaire.languages
    languages: dict[str, str] = {code: here.address(lang=code, p=page) for code in offered} if len(offered) > 1 else {}
    action = here.address(carry=False)
    html = page_html(here.asked, sheet, here.ticket.text, action, languages)
    answer = Response(html, status)
    # Going back shows the page as it was left, with what was typed; nothing is kept beyond this browser.
    answer.headers["Cache-Control"] = "private, no-cache" if not here.is_personal else "no-store"
    return answer


def _thanks(here: Here) -> Response:
    given, asked = here.visit.given, here.asked
    say_ui = wording(here.language)
    ending = pick_ending(asked.questionnaire, given.answers, here.attributes)
    text = pipe(ending.text, given.answers, asked.questions, here.attributes, here.language) if ending else ""
    note = say_ui("Your answers have arrived. You can close this page.")
    if "done" not in request.args:
        note = say_ui("You have already answered this survey; each link counts once. Your answers have arrived.")
    return Response(render("respondent/ending.html", here.language, title=say_ui("Thank you"), text=text, note=note))


# -- answering -------------------------------------------------------------------------------------------------
def _answer(arrive: Callable[[], Here | Response]) -> Response:
    """Take a posted page. When tabs or clicks race, read what is there and decide anew."""
    request.max_content_length, request.max_form_parts, request.max_form_memory_size = MAX_SENT, MAX_FIELDS, MAX_SENT
    here: Here | Response | None = None
    try:
        for _ in range(TRIES):
            here = arrive()
            if isinstance(here, Response):
                return here
            if not here.is_trusted:
                return _keep_typed(here, "changed", 400)
            if here.visit.given.is_submitted:
                return _see(here.address(done=1))
            step = collecting.take_page(engine(), here.visit, here.ticket, here.asked, _posted(here))
            if not step.is_lost:
                return _after(here, step)
    except OperationalError:
        return _keep_typed(here, "busy", 503) if isinstance(here, Here) else notice("busy", 503)
    return _keep_typed(here, "race", 409) if isinstance(here, Here) else notice("race", 409)


def _after(here: Here, step: Step) -> Response:
    if step.problems:
        return _page(
            here, step.page, status=422, answers=here.visit.given.answers, sent=_sent(), problems=step.problems
        )
    if step.is_done:
        return _see(here.address(done=1))
    anchor = f"#item-{step.item}" if step.item else ""
    return _see(here.address(p=step.page, check=1 if step.is_incomplete else None, anchor=anchor))


def _posted(here: Here) -> Posted:
    sent = _sent()
    return Posted(
        page=_posted_page(here),
        sent=sent,
        shown=frozenset(sent.get("shown", ())),
        language=here.language,
        attributes=noted(),
        is_back=request.form.get("go") == "back",
    )


def _posted_page(here: Here) -> int:
    text = request.form.get("page", "0")
    page = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    return min(page, len(here.asked.questionnaire.pages) - 1)


def _sent() -> Sent:
    return dict(request.form.lists())


def _keep_typed(here: Here, kind: str, status: int) -> Response:
    """The same page with everything that was typed, and what to do."""
    title, text = map(wording(here.language), NOTICES[kind])
    remark = f"{title}{'。' if here.language == 'zh' else '. '}{text}"
    answer = _page(
        here, _posted_page(here), status=status, remark=remark, answers=here.visit.given.answers, sent=_sent()
    )
    if status == 503:
        answer.headers["Retry-After"] = "5"
    return answer


def _see(address: str) -> Response:
    return Response("", 303, {"Location": address})


@bp.errorhandler(413)
def _too_large(error: HTTPException) -> Response:
    return notice("large", 413)


@bp.errorhandler(OperationalError)
def _busy(error: OperationalError) -> Response:
    return notice("busy", 503)
