"""A file between its upload and its import: kept encrypted for a day, under a name nobody can guess."""

import re
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy.engine import Engine

from .. import crypto
from ..config import Config
from ..errors import N_, NotFound
from ..store.tabular import Table, read_table
from .fields import ATTRIBUTE, guess
from .importing import Mapping_, Report, import_customers

MAX_BYTES = 20 * 1024 * 1024
DAY = 24 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}\Z")


def keep_upload(config: Config, content: bytes, filename: str) -> str:
    """Keep a file that can be read as a table; the token names it."""
    read_table(content, filename)
    folder = _folder(config)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > DAY:
            old.unlink(missing_ok=True)
    token = crypto.new_token()
    sealed = crypto.encrypt(f"{filename[:120]}\n{content.decode('latin-1')}", "upload.customers")
    path = folder / token
    path.touch(mode=0o600)
    path.write_bytes(sealed)
    return token


def read_upload(config: Config, token: str) -> tuple[str, Table]:
    """The file's name and its table."""
    if not _TOKEN.match(token):
        raise _gone()
    try:
        sealed = (_folder(config) / token).read_bytes()
    except FileNotFoundError:
        raise _gone() from None
    name, _, content = crypto.decrypt(sealed, "upload.customers").partition("\n")
    return name, read_table(content.encode("latin-1"), name)


def remove_upload(config: Config, token: str) -> None:
    if _TOKEN.match(token):
        with suppress(FileNotFoundError):
            (_folder(config) / token).unlink()


def forget_uploads(config: Config) -> None:
    """Drop every file that waits: one of them could hold a person who is being erased, and bring them back."""
    for path in _folder(config).iterdir():
        if _TOKEN.match(path.name):
            path.unlink(missing_ok=True)


def _folder(config: Config) -> Path:
    folder = config.data / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _gone() -> NotFound:
    return NotFound("upload", N_("The uploaded file is no longer here."), N_("Upload it once more."))


def import_file(engine: Engine, path: Path, mapping: Mapping_ | None = None, *, keep_others: bool = True) -> Report:
    """Import a file from the command line. Columns that are not named are guessed; the rest become attributes."""
    table = read_table(path.read_bytes(), path.name)
    chosen = dict(guess(table.headers)) | dict(mapping or {})
    if keep_others:
        rest = [header for header in table.headers if header not in chosen]
        chosen |= {header: f"{ATTRIBUTE}{header}" for header in rest[:20]}
    return import_customers(engine, table, chosen)
