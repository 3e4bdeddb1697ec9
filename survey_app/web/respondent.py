"""What the person asked sees: public and personal links, a page at a time, a thank-you at the end."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import RequestEntityTooLarge

from .. import collecting
from ..collecting import Posted, Signs, Step
from ..errors import N_, traced
from ..forms.logic import visible_pages, walk
from ..forms.types import Sent, Stored
from .database import config, engine
from .respondent_arrival import Here, at_personal_link, at_public_link, preset
from .respondent_asking import Asking, Reply, see
from .respondent_gate import gate
from .respondent_notices import NOTICES, notice
from .respondent_sheet import blank, lay_out, page_html, wording
from .respondent_thanks import thanks
from .visitors import cookie_for, seen

log = logging.getLogger("survey.web")
TRIES = 6
LATER = {503: "5", 429: "600"}
"""Seconds after which it is worth trying again."""
OTHER_SCORE = N_("Your answer was %(before)s. It becomes %(after)s when you go on from here.")


def respond(asking: Asking, kind: str, token: str) -> Reply:
    """The answer to any request at a link; whatever happens, the visitor gets a page that says what to do."""
    return _guarded(asking, lambda: _public(asking, token) if kind == "s" else _personal(asking, token))


def respond_at(asking: Asking, arrive: Callable[[], Here | Reply]) -> Reply:
    """The same wherever else somebody answers; `arrive` says who is here."""
    return _guarded(asking, lambda: _visit(asking, arrive))


def _guarded(asking: Asking, act: Callable[[], Reply]) -> Reply:
    try:
        return act()
    except RequestEntityTooLarge:
        return notice(asking, "large", 413)
    except (OperationalError, PoolTimeout) as error:
        log.error("database: %s at a link", type(getattr(error, "orig", None) or error).__name__)
        return notice(asking, "busy", 503)
    except (UnicodeError, OverflowError, DataError):
        return notice(asking, "odd", 400)
    except Exception as error:
        if config().is_testing:
            raise
        log.error("fault at a link: %s", traced(error))
        return notice(asking, "fault", 500)


def _public(asking: Asking, public_id: str) -> Reply:
    """The public link: a fresh page, or with a ticket the page where a visitor is."""
    return _visit(asking, lambda: at_public_link(asking, public_id))


def _visit(asking: Asking, arrive: Callable[[], Here | Reply]) -> Reply:
    if asking.method == "POST":
        return _answer(asking, arrive)
    here = arrive()
    if isinstance(here, Reply):
        return here
    return gate(here) if here.is_locked else _show(here)


def _personal(asking: Asking, token: str) -> Reply:
    """The personal link of an invitation. Opening it is noted and is never an answer."""
    if asking.method == "POST":
        return _answer(asking, lambda: at_personal_link(asking, token))
    here = at_personal_link(asking, token)
    if isinstance(here, Reply):
        return here
    clicked = preset(here)
    if "p" not in asking.args and "done" not in asking.args:
        _note_visit(here, next((value for value in clicked.values() if isinstance(value, int)), None))
    return _show(here, clicked)


def _note_visit(here: Here, score: int | None) -> None:
    headers = here.asking.headers
    signs = Signs(
        method=here.asking.method,  # scanners ask for the head alone
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
def _show(here: Here, clicked: Mapping[str, Stored] | None = None) -> Reply:
    given = here.visit.given
    if given.is_submitted:
        return thanks(here)
    pages = visible_pages(here.asked.questionnaire, given.answers, here.attributes)
    wanted = here.asking.args.get("p", "")
    reached = given.page if given.id else 0
    page = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 else reached
    reachable = [number for number in pages if number <= max(reached, 0)] or list(pages[:1]) or [0]
    page = page if page in reachable else reachable[-1]
    news = ""
    if clicked and given.id:
        page, news = _other_score(here, clicked, page)
    problems = None
    if "check" in here.asking.args:
        shown = walk(here.asked.questionnaire, given.answers, here.attributes).items
        keys = {item.key for item in here.asked.questionnaire.pages[page].items if item.key in shown}
        problems = collecting.missing_answers(here.asked, given.answers, keys, here.attributes)
    return _page(here, page, answers=given.answers, preset=clicked, problems=problems, news=news)


def _other_score(here: Here, clicked: Mapping[str, Stored], page: int) -> tuple[int, str]:
    """Another score was clicked in the mail than was kept: the page that asks it, and what going on will change."""
    ((key, after),) = clicked.items()
    asks = (n for n, one in enumerate(here.asked.questionnaire.pages) if any(item.key == key for item in one.items))
    before = here.visit.given.answers.get(key)
    news = wording(here.language)(OTHER_SCORE, before=before, after=after) if before is not None else ""
    return next(asks, page), news


def _page(here: Here, page: int, *, status: int = 200, remark: str = "", news: str = "", **filling: Any) -> Reply:
    offered = here.asked.questionnaire.languages
    languages = offered if len(offered) > 1 else ()
    is_anonymous = here.visit.policy.is_anonymous
    about = (here.ticket.text, here.address(carry=False), _link(here), languages, here.way, is_anonymous)
    # Going back shows the page as it was left, with what was typed; nothing is kept beyond this browser.
    headers = {"Cache-Control": "private, no-cache" if not here.is_personal else "no-store"}
    headers |= here.way.headers if here.way else {}
    headers |= cookie_for(here.asking, here.visit, here.path, is_https=config().is_https)
    if status in LATER:
        headers["Retry-After"] = LATER[status]
    if not (remark or any(filling.values()) or (here.way and here.way.title)):
        html = blank(here.asked, page, here.language, *about)
        if html is not None:
            return Reply(html, status, headers)
    sheet = lay_out(here.asked, page, here.language, attributes=here.attributes, **filling)
    sheet = replace(sheet, notice=remark, news=news)
    return Reply(page_html(sheet, *about), status, headers)


def _link(here: Here) -> str:
    """Where a visitor without a link of his own may go on, on this device or another."""
    is_long = len(here.asked.questionnaire.pages) > 1
    return f"{config().public_url}{here.path}" if is_long and here.way is None and not here.is_personal else ""


# -- answering -------------------------------------------------------------------------------------------------
def _answer(asking: Asking, arrive: Callable[[], Here | Reply]) -> Reply:
    """Take a posted page. When tabs or clicks race, read what is there and decide anew."""
    here: Here | Reply | None = None
    try:
        for _ in range(TRIES):
            here = arrive()
            if isinstance(here, Reply):
                return here
            if here.is_locked:
                return gate(here)
            if not here.is_trusted:
                return _keep_typed(here, "changed", 400)
            if here.visit.given.is_submitted and not _is_unsent(here):
                return see(here.address(done=1))
            if here.is_other_language:
                return _page(here, _posted_page(here), answers=here.visit.given.answers, sent=_sent(here))
            step = collecting.take_page(engine(), here.visit, here.ticket, here.asked, _posted(here))
            if not step.is_lost:
                return _after(here, step)
    except OperationalError:
        return _keep_typed(here, "busy", 503) if isinstance(here, Here) else notice(asking, "busy", 503)
    return _keep_typed(here, "race", 409) if isinstance(here, Here) else notice(asking, "race", 409)


def _after(here: Here, step: Step) -> Reply:
    if _is_unsent(here):
        return Reply("", 204)
    if step.is_spent:
        return notice(here.asking, "again", 403, here.language, here.way)
    if step.is_crowded:
        return _keep_typed(here, "crowded", 429)
    if step.problems:
        return _page(
            here, step.page, status=422, answers=here.visit.given.answers, sent=_sent(here), problems=step.problems
        )
    if step.is_done or step.is_screened:
        return see(here.address(done=1))
    anchor = f"#item-{step.item}" if step.item else ""
    return see(here.address(p=step.page, check=1 if step.is_incomplete else None, anchor=anchor))


def _posted(here: Here) -> Posted:
    sent = _sent(here)
    return Posted(
        page=_posted_page(here),
        sent=sent,
        shown=frozenset(sent.get("shown", ())),
        language=here.language,
        attributes=here.noted,
        is_back=here.asking.form.get("go") == "back",
        is_unsent=_is_unsent(here),
        seen=seen(here.asking, here.visit, here.way),
    )


def _is_unsent(here: Here) -> bool:
    """Whether a script keeps what is being filled in."""
    return here.asking.form.get("go") == "keep"


def _posted_page(here: Here) -> int:
    text = here.asking.form.get("page", "0")
    page = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    return min(page, len(here.asked.questionnaire.pages) - 1)


def _sent(here: Here) -> Sent:
    return dict(here.asking.form.lists())


def _keep_typed(here: Here, kind: str, status: int) -> Reply:
    """The same page with everything that was typed, and what to do."""
    title, text = map(wording(here.language), NOTICES[kind])
    remark = f"{title}{'。' if here.language == 'zh' else '. '}{text}"
    return _page(
        here, _posted_page(here), status=status, remark=remark, answers=here.visit.given.answers, sent=_sent(here)
    )
