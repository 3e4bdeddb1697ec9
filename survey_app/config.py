"""The settings of one installation, read from the environment once and checked at start."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .errors import N_, SurveyError

ROOT = Path(__file__).parent.parent


LOCAL = ("localhost", "::1", "0.0.0.0")


@dataclass(frozen=True, slots=True)
class Config:
    """What differs between installations. `data` holds the database, the key and derived files."""

    data: Path
    database_url: str
    secret_key: bytes
    public_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    language: str = "zh"
    timezone: str = "Asia/Shanghai"
    is_demo: bool = False
    is_testing: bool = False

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def is_only_here(self) -> bool:
        """Whether links lead to this machine alone; the demo is not meant for others."""
        name = urlsplit(self.public_url).hostname or ""
        return not self.is_demo and (name in LOCAL or name.startswith("127."))

    @property
    def columns(self) -> Path:
        """Where the columnar copy of the answers lives; it can be deleted and is made again."""
        return self.data / "columns"


def load(environ: Mapping[str, str] = os.environ, *, is_demo: bool = False) -> Config:
    """Read the configuration, making the data folder and a secret key where there is none yet."""
    data = Path(environ.get("SURVEY_DATA", ROOT / "instance")).resolve()
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    host, port = environ.get("SURVEY_HOST", "127.0.0.1"), _port(environ.get("SURVEY_PORT", "8000"))
    public_url = environ.get("SURVEY_PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/")
    if urlsplit(public_url).scheme not in ("http", "https") or not urlsplit(public_url).hostname:
        raise SurveyError(
            "config-public-url",
            N_("SURVEY_PUBLIC_URL is not an address: %(url)s."),
            N_("Set it to the address customers use, such as https://survey.example.com."),
            url=public_url,
        )
    return Config(
        data=data,
        database_url=environ.get("DATABASE_URL", f"sqlite:///{data / 'survey.db'}"),
        secret_key=_secret(environ.get("SURVEY_SECRET_KEY"), data / "secret.key"),
        public_url=public_url,
        host=host,
        port=port,
        language=environ.get("SURVEY_LANGUAGE", "zh"),
        timezone=environ.get("SURVEY_TIMEZONE", "Asia/Shanghai"),
        is_demo=is_demo or environ.get("SURVEY_DEMO") == "1",
    )


def _port(text: str) -> int:
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise SurveyError(
        "config-port",
        N_("SURVEY_PORT is not a port: %(text)s."),
        N_("Use a number from 1 to 65535."),
        text=text,
    )


def _secret(given: str | None, path: Path) -> bytes:
    """The installation's key: from the environment, else from a file only its owner can read."""
    if given is not None:
        if len(given) < 32:
            raise SurveyError(
                "config-secret",
                N_("SURVEY_SECRET_KEY is too short."),
                N_("Use at least 32 random characters."),
            )
        return given.encode()
    if not path.exists():
        # Written under another name and linked, so that two processes starting at once agree on one key.
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip().encode()
