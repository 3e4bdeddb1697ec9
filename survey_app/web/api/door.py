"""The door of the API: keys, scopes and pace in front of each view; bodies read; answers and refusals as JSON."""

import json
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Blueprint, Response, g, request
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlmodel import Session, select
from werkzeug.exceptions import RequestEntityTooLarge

from ... import clock
from ...errors import N_, NotFound, Refused, SurveyError
from ...store import api_keys
from ...tables import ApiKey, Survey
from ..database import engine, reading

bp = Blueprint("api", __name__, url_prefix="/api/v1")
View = TypeVar("View", bound=Callable[..., Any])
MAX_BODY = 1024 * 1024
MOST, USUAL = 500, 100
"""Rows of one page: at most, and where nothing is said."""
MAX_ID = 2**31


class Unknown(SurveyError):
    """Nobody says who is asking, or with a key that does not work."""

    status = 401


class TooFast(SurveyError):
    """The key has used up its requests for now."""

    status = 429


class BadBody(SurveyError):
    """What was sent cannot be taken; `problems` names each part of it."""

    status = 422

    def __init__(self, code: str, message: str, hint: str = "", *, problems: Any = (), **values: Any) -> None:
        super().__init__(code, message, hint, **values)
        self.problems = list(problems)


class Part(BaseModel):
    """The form of a body; names that are not known are refused, so that a slip is seen."""

    model_config = ConfigDict(extra="forbid", strict=True)


Sent = TypeVar("Sent", bound=Part)


# -- who asks --------------------------------------------------------------------------------------------------
def scoped(scope: str) -> Callable[[View], View]:
    """Only a key with this scope gets to the view; cookies and roles count for nothing here."""
    if scope not in api_keys.SCOPES:
        raise ValueError(f"there is no scope {scope}")

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            g.user = None
            key = g.api_key = _key()
            left = _pace(key)
            if scope not in key.scopes:
                raise Refused(
                    "scope", N_("This key may not do that."), N_("It needs the scope %(scope)s."), scope=scope
                )
            made: Response = view(*args, **kwargs)
            made.headers["RateLimit-Limit"], made.headers["RateLimit-Remaining"] = str(key.per_minute), str(left)
            return made

        guarded.__dict__.update(needs=None, own_ticket=True, scope=scope)
        return cast(View, guarded)

    return mark


def _key() -> ApiKey:
    kind, _, sent = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not sent.strip():
        raise Unknown("key-missing", N_("The request carries no key."), N_("Send it as Authorization: Bearer KEY."))
    with reading() as db:
        row = api_keys.opened(db, sent.strip())
    if row is None:
        raise Unknown("key-unknown", N_("This key does not work."), N_("It was mistyped, has expired or was revoked."))
    api_keys.note_use(engine(), row)
    return row


_buckets: dict[tuple[int, str], tuple[float, float]] = {}
_pacing = threading.Lock()


def _pace(key: ApiKey) -> int:
    """Take one of the requests that a key has a minute; they come back evenly, in each process for itself."""
    now, most = clock.now().timestamp(), float(key.per_minute)
    with _pacing:
        left, at = _buckets.get((key.id or 0, key.start), (most, now))
        left = min(most, left + max(0.0, now - at) * most / 60)
        is_free = left >= 1
        _buckets[key.id or 0, key.start] = (left - 1 if is_free else left, now)
    if not is_free:
        raise TooFast(
            "too-fast", N_("This key has used up its %(count)s requests a minute."),
            N_("Wait for the seconds that Retry-After says."), count=key.per_minute,
        )  # fmt: skip
    return int(left - 1)


# -- what comes in ---------------------------------------------------------------------------------------------
def body(kind: type[Sent]) -> Sent:
    """The body of the request in its form; BadBody names what does not fit."""
    if (request.content_length or 0) > MAX_BODY:
        raise RequestEntityTooLarge
    request.max_content_length = MAX_BODY
    try:
        text = request.get_data(cache=False).decode()
        json.dumps(json.loads(text, parse_constant=_no_number), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise BadBody("json", N_("The body is not JSON in UTF-8.")) from None
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        problems = [
            {"at": ".".join(map(str, one["loc"])), "code": one["type"], "message": one["msg"]}
            for one in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        raise BadBody("body", N_("The body has not the form that is expected."), problems=problems) from None


def _no_number(text: str) -> None:
    raise ValueError(text)


def number(name: str, usual: int, most: int, least: int = 1) -> int:
    """A whole number of the address."""
    text = request.args.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise BadBody(
            "parameter", N_("%(name)s is not a number from %(least)s to %(most)s."), name=name, least=least, most=most
        )
    return int(text)


def cursor(parts: int = 1) -> tuple[int, ...]:
    """Where the page begins: what the page before said, or the beginning."""
    text = request.args.get("cursor", "")
    pieces = text.split(".")
    if not text:
        return (0,) * parts
    if len(pieces) != parts or not all(one.isascii() and one.isdigit() and len(one) < 16 for one in pieces):
        raise BadBody("cursor", N_("The cursor was not made here."), N_("Send “next” of the page before as it is."))
    return tuple(map(int, pieces))


def survey_of(db: Session, public_id: str) -> Survey:
    """The survey of an address, by the id that its links carry."""
    is_plain = public_id.isascii() and public_id.isprintable()
    row = db.exec(select(Survey).where(Survey.public_id == public_id)).first() if is_plain else None
    if row is None:
        raise NotFound("survey", N_("There is no such survey."))
    return row


# -- what goes out ---------------------------------------------------------------------------------------------
def reply(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    made = Response(text, status, content_type="application/json")
    made.headers.update(headers or {})
    return made


@bp.after_request
def _say_how(made: Response) -> Response:
    if made.status_code == Unknown.status:
        made.headers["WWW-Authenticate"] = "Bearer"
    if made.status_code == TooFast.status and "api_key" in g:
        made.headers["Retry-After"] = str(max(1, -(-60 // g.api_key.per_minute)))
    return made


def at(moment: datetime | None) -> str | None:
    """A moment as it goes out: UTC, in whole seconds."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
