"""What the installation is set to, typed: the company's name and how mail is sent. Passwords are kept encrypted."""

import base64
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlmodel import Session

from .. import crypto
from ..tables import Setting


@dataclass(frozen=True, slots=True)
class CompanySettings:
    """What customers know the organisation by."""

    name: str = ""
    contact: str = ""
    """A line for the foot of mails: address, phone, whom to ask."""
    name_en: str = ""
    contact_en: str = ""
    """The same for who reads another language than Chinese, where they are given."""

    def name_in(self, language: str) -> str:
        return self.name if _is_chinese(language) else self.name_en or self.name

    def contact_in(self, language: str) -> str:
        return self.contact if _is_chinese(language) else self.contact_en or self.contact


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The sender profile. Without a host, mail stays in the outbox."""

    from_name: str = ""
    from_address: str = ""
    reply_to: str = ""
    host: str = ""
    port: int = 465
    security: str = "tls"
    """tls (from the first byte), starttls, or none (a relay in one's own network)."""
    user: str = ""
    password: str = ""
    connections: int = 2
    per_connection: int = 50

    @property
    def is_set(self) -> bool:
        return bool(self.host and self.from_address)


def _is_chinese(language: str) -> bool:
    return language.partition("-")[0] == "zh"


def load_company(session: Session) -> CompanySettings:
    return CompanySettings(**_known(CompanySettings, load_value(session, "company")))


def save_company(session: Session, settings: CompanySettings) -> None:
    save_value(session, "company", asdict(settings))


def load_mail(session: Session) -> MailSettings:
    value = load_value(session, "mail")
    sealed = value.get("password") or ""
    settings = MailSettings(**_known(MailSettings, value))
    return replace(settings, password=crypto.decrypt(base64.b64decode(sealed), "setting.mail") if sealed else "")


def save_mail(session: Session, settings: MailSettings) -> None:
    sealed = base64.b64encode(crypto.encrypt(settings.password, "setting.mail")).decode() if settings.password else ""
    save_value(session, "mail", asdict(settings) | {"password": sealed})


def load_value(session: Session, key: str) -> dict[str, Any]:
    found = session.get(Setting, key)
    return found.value if found else {}


def _known(kind: Any, value: dict[str, Any]) -> dict[str, Any]:
    return {name: value[name] for name in kind.__dataclass_fields__ if name in value}


def save_value(session: Session, key: str, value: dict[str, Any]) -> None:
    found = session.get(Setting, key)
    if found:
        found.value = value
        session.add(found)
    else:
        session.add(Setting(key=key, value=value))
