"""The doors of answer pages: registered with Flask like every address, but answered before Flask does its rounds.

A page for a visitor needs no session, no signed-in person, no CSRF cookie and no language of a staff member; Flask
prepares all of them for each request, which costs as much as the page itself.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, request

from .access import public
from .headers import of_answer_pages
from .respondent import respond
from .respondent_asking import Asking, Reply

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

bp = Blueprint("respondent", __name__)
METHODS = frozenset({"GET", "HEAD", "POST"})
LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


@bp.get("/s/<public_id>")
@bp.post("/s/<public_id>", endpoint="public_answer")
@public(own_ticket=True)
def public_link(public_id: str) -> Response:
    return _by_flask("s", public_id)


@bp.get("/r/<token>")
@bp.post("/r/<token>", endpoint="personal_answer")
@public(own_ticket=True)
def personal_link(token: str) -> Response:
    return _by_flask("r", token)


def _by_flask(kind: str, token: str) -> Response:
    """The same by the long way, for addresses that are written in an unusual way."""
    reply = respond(Asking(request.environ), kind, token)
    return Response(reply.html, reply.status, reply.headers)


def register(app: Flask) -> None:
    by_flask, headers = app.wsgi_app, of_answer_pages(app)

    def at_the_door(environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        token = path[3:]
        is_ours = path[:3] in ("/s/", "/r/") and token and "/" not in token and token.isascii()
        if not is_ours or environ["REQUEST_METHOD"] not in METHODS:
            return by_flask(environ, start_response)
        with app.app_context():
            reply = respond(Asking(environ), path[1], token)
        return _send(reply, headers, start_response, with_body=environ["REQUEST_METHOD"] != "HEAD")

    app.wsgi_app = at_the_door  # type: ignore[method-assign]


def _send(reply: Reply, fixed: dict[str, str], start: "StartResponse", *, with_body: bool) -> list[bytes]:
    body = reply.html.encode()
    headers = {**fixed, **reply.headers, "Content-Length": str(len(body))}
    start(LINES[reply.status], list(headers.items()))
    return [body] if with_body else []
