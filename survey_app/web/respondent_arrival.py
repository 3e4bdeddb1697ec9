"""Who is at a link: the visit, the page ticket, the questionnaire begun on and the language to show it in."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

from .. import clock, collecting
from ..channels import CHANNELS
from ..collecting import Ticket, Visit
from ..forms.types import AnswerError, Stored
from ..store import questionnaires
from ..store.policies import COUNTED, LEFT_OUT
from ..store.questionnaires import Asked
from ..store.straight import Straight, straight
from .database import engine
from .respondent_asking import Asking, Reply
from .respondent_notices import notice
from .respondent_ways import SETTINGS, Way, way_in
from .visitors import seen

GRACE = timedelta(hours=24)
"""Who began before a survey closed may still finish."""

SWITCH = "in:"
"""What the buttons of other languages send: `go=in:en`."""

LAPSED = (COUNTED, LEFT_OUT)
"""The outcomes of responses that nobody came back to, and the notices for who does after all."""

PLAIN = re.compile(r"[\w.-]+", re.ASCII)
LONGEST_NOTE = 100
NOTED = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "ref")


@dataclass(frozen=True, slots=True)
class Here:
    """One request at a link: who visits, under which ticket, which questionnaire, in which language.

    `is_trusted` is false where a page was posted without a ticket of this link: nothing of it may be kept.
    """

    asking: Asking
    path: str
    visit: Visit
    ticket: Ticket
    asked: Asked
    language: str
    is_personal: bool
    is_trusted: bool = True
    way: Way | None = None
    marks: tuple[tuple[str, str], ...] = ()
    """What the response is marked with besides: who entered it."""
    is_locked: bool = False
    """The survey's password has to be said first."""

    @property
    def noted(self) -> dict[str, str]:
        return {**self.handed, **dict(self.marks)}

    @property
    def is_other_language(self) -> bool:
        """Another language was chosen on the page: it is shown in that one, with all that was filled in."""
        return bool(_switched(self.asking))

    @property
    def handed(self) -> dict[str, str]:
        """What the address hands over: where the visit comes from, and the hidden fields of the questionnaire."""
        return noted(self.asking, self.asked.parameters)

    @property
    def attributes(self) -> dict[str, Any]:
        return self.visit.attributes({**self.visit.given.attributes, **self.noted})

    def address(self, **changes: Any) -> str:
        """This link, with the language, where it came from and (on a public link) the ticket carried along."""
        kept: dict[str, Any] = {
            "lang": self.language if self.is_other_language else self.asking.args.get("lang"),
            "c": self.asking.args.get("c"),
            SETTINGS: self.way.settings if self.way else None,
            **self.handed,
        }
        if changes.pop("carry", True) and not self.is_personal:
            kept["t"] = self.ticket.text
        kept |= changes
        anchor = kept.pop("anchor", "")
        query = "&".join(f"{key}={_quoted(str(value))}" for key, value in kept.items() if value is not None)
        return f"{self.path}?{query}{anchor}" if query else f"{self.path}{anchor}"


def _quoted(value: str) -> str:
    return value if PLAIN.fullmatch(value) else quote_plus(value)


def noted(asking: Asking, parameters: tuple[str, ...] = ()) -> dict[str, str]:
    """Where a visit says it comes from, and what it was given on the way: known names, short and printable."""
    given = asking.args
    if not given:
        return {}
    values = ((name, given[name][:LONGEST_NOTE]) for name in (*NOTED, *parameters) if name in given)
    return {name: value for name, value in values if value and value.isprintable()}


def at_public_link(asking: Asking, public_id: str) -> Here | Reply:
    ticket = collecting.read(_ticket_text(asking), public_id)
    with straight(engine()) as db:
        visit = collecting.by_public_id(db, public_id, ticket)
        if visit is None:
            return notice(asking, "missing", 404)
        channel = visit.given.channel or asking.args.get("c", "")
        visit = visit.through(channel) if channel in CHANNELS else visit
        asked = _asked(db, visit, ticket)
        is_full = _is_full(db, asking, visit)
        way = way_in(visit.channel, asking)
        is_known = collecting.is_refused(db, engine(), visit, seen(asking, visit, way))
        if way and way.is_framed:
            way = replace(way, sites=collecting.sites_of(db, public_id))
    if is_known:
        return notice(asking, "again", 403, way=way)
    here = arrived(asking, f"/s/{public_id}", visit, ticket, asked, way, is_personal=False, is_full=is_full)
    is_locked = bool(visit.policy.password) and ticket is None
    return replace(here, is_locked=True) if is_locked and isinstance(here, Here) else here


def at_personal_link(asking: Asking, token: str) -> Here | Reply:
    with straight(engine()) as db:
        visit = collecting.by_token(db, token) if token.isascii() else None
        if visit is None:
            return notice(asking, "missing", 404)
        ticket = collecting.read(_ticket_text(asking), visit.scope)
        if visit.policy.is_anonymous:
            visit = collecting.nameless(db, visit, ticket)
        asked = _asked(db, visit, ticket)
        is_full = _is_full(db, asking, visit)
        way = way_in(visit.channel, asking)
        is_known = collecting.is_refused(db, engine(), visit, seen(asking, visit, way))
    if is_known:
        return notice(asking, "again", 403, visit.language, way)
    return arrived(asking, f"/r/{token}", visit, ticket, asked, way, is_personal=visit.spends is None, is_full=is_full)


def _is_full(db: Straight, asking: Asking, visit: Visit) -> bool:
    """Whether whoever comes now would be turned away with the first page; who has begun may still have a place."""
    if not visit.policy.limits or visit.given.id or asking.method == "POST":
        return False
    return collecting.full(db, visit.survey_id, visit.policy.wanted({}, visit.attributes(noted(asking))), clock.now())


def _asked(db: Straight, visit: Visit, ticket: Ticket | None) -> Asked | None:
    """The version somebody began on stays his; others get the newest."""
    version_id = visit.given.version_id or (ticket.version_id if ticket else 0) or visit.newest_version_id
    return questionnaires.asked(db, version_id) if version_id else None


def arrived(
    asking: Asking, path: str, visit: Visit, ticket: Ticket | None, asked: Asked | None, way: Way | None, *,
    is_personal: bool, is_full: bool = False,
) -> Here | Reply:  # fmt: skip
    begun_at = visit.given.started_at or (ticket.started_at if ticket else None)
    is_within_grace = begun_at is not None and clock.now() - begun_at < GRACE
    if asked is None:
        return notice(asking, "unpublished", 403, way=way)
    language = _language(asking, visit, asked, way)
    if visit.given.outcome in LAPSED:
        return notice(asking, visit.given.outcome, 410, language, way)
    if visit.given.outcome or is_full:
        return notice(asking, "full", 200, language, way, own=visit.policy.full_text)
    if not (visit.takes_answers or visit.given.is_submitted or is_within_grace):
        return _closed(asking, visit, language, way)
    if ticket is None and asking.method != "POST":
        ticket = _fresh(visit, asked)
    is_trusted = ticket is not None
    return Here(asking, path, visit, ticket or _fresh(visit, asked), asked, language, is_personal, is_trusted, way)


def _closed(asking: Asking, visit: Visit, language: str, way: Way | None) -> Reply:
    """Why no answers are taken: in the survey's own words where it has some."""
    if visit.spends is not None and visit.invitation_closed_at is not None:
        return notice(asking, "again", 403, language, way)
    if visit.has_ended:
        return notice(asking, "ended", 410, language, way, own=visit.policy.closed_text)
    if visit.is_early and visit.opens_at is not None:
        return notice(asking, "early", 403, language, way, at=visit.opens_at.astimezone(clock.zone()))
    return notice(asking, "paused", 403, language, way, own=visit.policy.closed_text)


def _fresh(visit: Visit, asked: Asked) -> Ticket:
    return collecting.issue(visit.scope, asked.version_id, key=visit.key, started_at=visit.given.started_at)


def _ticket_text(asking: Asking) -> str:
    return asking.form.get("ticket", "") if asking.method == "POST" else asking.args.get("t", "")


def _language(asking: Asking, visit: Visit, asked: Asked, way: Way | None) -> str:
    """Chosen on the page, else began in, else the customer's, the kiosk's, the browser's, the first offered."""
    offered = asked.questionnaire.languages or ("zh",)
    begun = (visit.given.language, visit.language, way and way.language)
    chosen = (_switched(asking), asking.form.get("lang"), asking.args.get("lang"), *begun)
    found = next((language for language in chosen if language in offered), None)
    return found or asking.prefers(offered) or offered[0]


def _switched(asking: Asking) -> str:
    """The language of the button that was pressed instead of going on."""
    go = asking.form.get("go", "")
    return go.removeprefix(SWITCH) if go.startswith(SWITCH) else ""


def preset(here: Here) -> dict[str, Stored]:
    """The score clicked in a mail, for the first rating question; anything that is no valid score is ignored.

    Who clicked one score, went on and then clicks another in the mail is asked about it; the same again is no news.
    """
    score = here.asking.args.get("score", "")
    if not score or here.visit.given.is_submitted:
        return {}
    question = next((q for q in here.asked.questions.values() if q.score is not None), None)
    try:
        stored = question.read({question.item.key: [score]}) if question else None
    except AnswerError:
        return {}
    if question is None or stored is None or here.visit.given.answers.get(question.item.key) == stored:
        return {}
    return {question.item.key: stored}
