"""What every answer of the server carries: a strict content policy and no more than the page needs."""

from flask import Flask, request
from werkzeug.wrappers import Response as Answer

from .database import config

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{style}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "frame-ancestors {ancestors}; object-src 'none'"
)

FRAMED = frozenset({"builder.preview"})
"""Pages that our own pages show in a frame; mails in frames carry a policy of their own."""


def register(app: Flask) -> None:
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
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.endpoint != "assets.file":
            headers.setdefault("Cache-Control", "no-store")
        if config().is_https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return answer
