"""Refusals and faults as pages, or as problem+json where a script asked."""

import json
import logging
from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from ..errors import N_, NotFound, SurveyError, traced
from .language import translate

log = logging.getLogger("survey.web")

API = "/api/"
"""Below it everything is said in JSON."""

HTTP = {
    400: (N_("The request could not be understood."), N_("Go back and try again.")),
    401: (N_("Please sign in first."), ""),
    403: (N_("Your role does not allow this."), N_("Ask an owner of this installation.")),
    404: (N_("There is no such page."), N_("Check the address, or start from the overview.")),
    405: (N_("This address does not work this way."), N_("Go back and use the button on the page.")),
    409: (
        N_("Somebody else has just changed the same."),
        N_("Go back, reload the page and look at what is there now."),
    ),
    413: (N_("What was sent is too large."), N_("Send a smaller file or a shorter text.")),
    429: (N_("Too many tries."), N_("Wait a few minutes, then try again.")),
    500: (N_("Something went wrong on our side."), N_("Nothing you entered was changed. Please try again.")),
    503: (N_("The service is busy."), N_("Your entry is not lost: wait a moment and send it again.")),
}


def register(app: Flask) -> None:
    app.register_error_handler(SurveyError, _refusal)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    for busy in (OperationalError, PoolTimeout):
        app.register_error_handler(busy, _busy)
    app.register_error_handler(IntegrityError, _raced)
    # What no row can hold: bytes that are no text, NUL on PostgreSQL, numbers beyond the database's.
    for odd in (UnicodeError, OverflowError, DataError):
        app.register_error_handler(odd, lambda error: _usual(400, "odd"))
    if not app.testing:
        app.register_error_handler(Exception, _fault)


def answer(status: int, message: str, hint: str, code: str = "", problems: Sequence[Any] = ()) -> Response:
    """The error page, or its JSON twin for scripts, which can name what is wrong with each part."""
    if request.path.startswith(API) or request.accept_mimetypes.best == "application/json":
        problem = {"type": "about:blank", "status": status, "title": message, "detail": hint, "code": code}
        problem |= {"problems": list(problems)} if problems else {}
        return Response(json.dumps(problem, ensure_ascii=False), status, content_type="application/problem+json")
    return Response(render_template("error.html", status=status, message=message, hint=hint), status)


def _refusal(error: SurveyError) -> Response:
    values = {
        key: translate(value) if isinstance(value, str) and value else value for key, value in error.values.items()
    }
    hint = translate(error.hint, values) if error.hint else ""
    problems = getattr(error, "problems", ())
    return answer(error.status, translate(error.message, values), hint, error.code, problems)


def _usual(status: int, code: str) -> Response:
    message, hint = HTTP[status]
    return answer(status, translate(message), translate(hint), code)


def _stale(error: CSRFError) -> Response:
    message = translate(N_("This page was open for too long or came from another place."))
    return answer(400, message, translate(N_("Go back, reload the page and send it again.")), "csrf")


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return Response(status=302, headers=dict(error.get_response().headers))
    message, hint = HTTP.get(error.code, HTTP[400])
    code = error.name.lower().replace(" ", "-")
    page = answer(error.code, translate(message), translate(hint) if hint else "", code)
    if error.code == 405:
        page.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or [])
    return page


def _raced(error: IntegrityError) -> Response:
    """A constraint that let only one of two through."""
    log.warning("a constraint refused %s: %s", request.endpoint, type(error.orig).__name__)
    return _usual(409, "raced")


def _busy(error: OperationalError | PoolTimeout) -> Response:
    log.error("database: %s in %s", type(getattr(error, "orig", None) or error).__name__, request.endpoint)
    _ask_no_database()
    page = _usual(503, "busy")
    page.headers["Retry-After"] = "5"
    return page


def _fault(error: Exception) -> Response:
    log.error("fault in %s: %s", request.endpoint, traced(error))
    _ask_no_database()
    return _usual(500, "fault")


def _ask_no_database() -> None:
    """The page that tells of a fault must not run into it again by looking up who is signed in."""
    g.setdefault("user", None)


def missing() -> NotFound:
    """For ids that are not there; the same words whether the thing never was or is not for this person."""
    return NotFound("missing", HTTP[404][0], HTTP[404][1])
