"""The gate before a survey with a password: who knows it gets a page ticket, and needs nothing else from then on."""

from collections import deque
from datetime import datetime, timedelta

from .. import clock
from ..errors import N_
from ..store.accounts import matches
from .respondent_arrival import Here
from .respondent_asking import Reply, see
from .respondent_sheet import render, wording
from .visitors import network

ENTER = "enter"
LONGEST = 200
MOST, WINDOW = 10, timedelta(minutes=10)
"""Wrong passwords from one network at one link, counted in this process."""
MOST_KEPT = 10_000
_wrong: dict[tuple[str, str], deque[datetime]] = {}

WRONG = N_("This is not the password. Please look at the message that brought you here.")
TOO_MANY = N_("Too many wrong passwords. Please try again in ten minutes.")


def gate(here: Here) -> Reply:
    """The question for the password, or what comes of the one that was sent."""
    asking = here.asking
    if asking.method != "POST" or asking.form.get("go") != ENTER:
        return _page(here)
    who = (here.path, network(asking.remote_addr, asking.headers.get("X-Forwarded-For", "")))
    if _tries(who) >= MOST:
        return _page(here, TOO_MANY, 429)
    if matches(here.visit.policy.password, asking.form.get("password", "")[:LONGEST]):
        return see(here.address())
    _note(who)
    return _page(here, WRONG, 403)


def _tries(who: tuple[str, str]) -> int:
    times = _wrong.get(who, deque())
    while times and times[0] < clock.now() - WINDOW:
        times.popleft()
    return len(times)


def _note(who: tuple[str, str]) -> None:
    while len(_wrong) >= MOST_KEPT:
        _wrong.pop(next(iter(_wrong)), None)
    _wrong.setdefault(who, deque(maxlen=MOST)).append(clock.now())


def _page(here: Here, error: str = "", status: int = 200) -> Reply:
    say = wording(here.language)
    title = here.asked.questionnaire.title
    html = render(
        "respondent/gate.html", here.language, title=title.get(here.language) or next(iter(title.values()), ""),
        error=say(error) if error else "", action=here.address(carry=False), way=here.way,
    )  # fmt: skip
    headers = {"Retry-After": "600"} if status == 429 else {}
    return Reply(html, status, headers | (here.way.headers if here.way else {}))
