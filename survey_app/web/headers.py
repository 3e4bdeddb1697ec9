"""What every answer of the server carries: a strict content policy and no more than the page needs."""

from collections.abc import Sequence

from flask import Flask, request
from werkzeug.wrappers import Response as Answer

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{style}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "frame-ancestors {ancestors}; object-src 'none'"
)

FRAMED = frozenset({"builder.preview"})
"""Pages that our own pages show in a frame; mails in frames carry a policy of their own."""


def _fixed(*, is_https: bool) -> dict[str, str]:
    """What does not depend on the page."""
    made = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return made | ({"Strict-Transport-Security": "max-age=31536000"} if is_https else {})


def framed_by(sites: Sequence[str]) -> dict[str, str]:
    """The policy of an answer page that other sites may show."""
    return {"Content-Security-Policy": POLICY.format(style="", ancestors=" ".join(["'self'", *sites]))}


def of_answer_pages(app: Flask) -> dict[str, str]:
    """The headers of pages for visitors, which are sent without Flask."""
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": POLICY.format(style="", ancestors="'none'"),
        "Cache-Control": "no-store",
        **_fixed(is_https=app.extensions["survey"].config.is_https),
    }


def register(app: Flask) -> None:
    fixed = _fixed(is_https=app.extensions["survey"].config.is_https)

    @app.after_request
    def _protect(answer: Answer) -> Answer:
        headers = answer.headers
        # Figures place themselves with style attributes; the pages that customers see need none.
        is_staff = request.endpoint is not None and not request.endpoint.startswith("respondent.")
        ancestors = "'self'" if request.endpoint in FRAMED else "'none'"
        headers.setdefault(
            "Content-Security-Policy",
            POLICY.format(style=" 'unsafe-inline'" if is_staff else "", ancestors=ancestors),
        )
        for name, value in fixed.items():
            headers.setdefault(name, value)
        if request.endpoint != "assets.file":
            headers.setdefault("Cache-Control", "no-store")
        return answer
