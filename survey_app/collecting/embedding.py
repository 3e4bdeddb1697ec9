"""A survey on another site: which sites may show it, in which form, and when its window opens by itself."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from ..errors import N_, SurveyError
from ..store.settings import load_value, save_value
from ..store.straight import Straight
from ..tables import Setting

MODES = {
    "window": N_("A small window that opens by itself"),
    "button": N_("A button that opens the window"),
    "inline": N_("In its place on the page"),
}
SIDES = {"right": N_("Right"), "left": N_("Left")}
MAX_SITES = 50
_SITE = re.compile(
    r"(https?)://((?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(:\d{1,5})?"
)
_SITES = select(col(Setting.value)).where(col(Setting.key) == bindparam("key"))


@dataclass(frozen=True, slots=True)
class Embedding:
    """`sites` are origins; `*.` stands for every name below. The window opens at the first of its triggers:
    `after` seconds, `depth` percent scrolled, `exit` when the visitor is about to leave; None or false: not for this.
    """

    sites: tuple[str, ...] = ()
    mode: str = "window"
    label: str = ""
    """On the button; empty: "Give feedback" in the page's language."""
    side: str = "right"
    after: int | None = 10
    depth: int | None = None
    exit: bool = False
    days: int = 30
    """Between two times that the window opens by itself for one visitor; who has answered is not asked again."""
    share: int = 100
    """Percent of the visitors who are asked at all."""
    paths: tuple[str, ...] = ()
    """How addresses begin on which the survey appears; none: everywhere."""


def _key(public_id: str) -> str:
    return f"embed:{public_id}"


def load_embedding(session: Session, public_id: str) -> Embedding:
    return _read(load_value(session, _key(public_id)))


def save_embedding(session: Session, public_id: str, embedding: Embedding) -> None:
    save_value(session, _key(public_id), asdict(embedding))


def sites_of(db: Straight, public_id: str) -> tuple[str, ...]:
    """The sites that may show a survey, for the header of each of its framed pages."""
    row = db.first(_SITES, {"key": _key(public_id)})
    return _read(row[0]).sites if row else ()


def _read(value: dict[str, Any]) -> Embedding:
    known: dict[str, Any] = {one.name: value[one.name] for one in fields(Embedding) if one.name in value}
    known |= {name: tuple(part) for name, part in known.items() if isinstance(part, list)}
    return Embedding(**known)


def as_sites(lines: Iterable[str]) -> tuple[str, ...]:
    """Origins from what people write: an address of the site, with or without https and path."""
    found = dict.fromkeys(as_site(line) for line in lines if line.strip())
    if len(found) > MAX_SITES:
        raise SurveyError("too-many-sites", N_("At most %(max)s sites can show the survey."), max=MAX_SITES)
    return tuple(found)


def as_site(text: str) -> str:
    """One origin, as browsers write it.

    >>> as_site("Shop.example.com/basket"), as_site("http://localhost:3000"), as_site("*.example.com")
    ('https://shop.example.com', 'http://localhost:3000', 'https://*.example.com')
    """
    wanted = text.strip().lower()
    scheme, _, rest = (wanted if "://" in wanted else f"https://{wanted}").partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    try:
        plain = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        plain = ""
    match = _SITE.fullmatch(f"{scheme}://{plain}")
    is_too_wide = match is not None and match[2].startswith("*.") and match[2].count(".") < 2
    if match is None or is_too_wide or int((match[3] or ":0")[1:]) > 65535:
        raise SurveyError(
            "odd-site", N_("“%(site)s” is no address of a site."),
            N_("Write it as shop.example.com, or *.example.com for all names below."), site=text.strip()[:100],
        )  # fmt: skip
    return f"{match[1]}://{match[2]}{match[3] or ''}"
