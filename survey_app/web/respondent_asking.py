"""A visitor's request and what is sent back, without Flask: answer pages know no session, no person and no cookie."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Request

MAX_SENT = 1024 * 1024
MAX_FIELDS = 4000


class Asking(Request):
    """One request at a link; a page with more in it than anybody types is refused before it is read."""

    max_content_length = max_form_memory_size = MAX_SENT
    max_form_parts = MAX_FIELDS

    def prefers(self, offered: Sequence[str]) -> str | None:
        """Which of these languages the browser asks for first."""
        return _best(self.environ.get("HTTP_ACCEPT_LANGUAGE", ""), tuple(offered))


@lru_cache(maxsize=2048)
def _best(header: str, offered: tuple[str, ...]) -> str | None:
    return parse_accept_header(header, LanguageAccept).best_match(offered)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a visitor gets."""

    html: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def see(address: str) -> Reply:
    return Reply("", 303, {"Location": address})
