"""What a person leaves in words: taken out of answers and of kept mails, without moving what else is said there."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from ..analysis.text import mask
from ..store.due import note_changes
from ..store.questionnaires import asked
from ..tables import Customer, OutboxMail, Response, ResponseEdit, Trace

Star = Callable[[str], str]
_RUN = re.compile(r"[\u3400-\u9fff·]{2,}|[^\W\d_\u3400-\u9fff][^\W\d_\u3400-\u9fff'’-]{2,}")
"""A part of a name that says who it is: two Chinese characters or three letters."""


def starring(customer: Customer) -> Star:
    """Stars out a customer's name, addresses and number, and whatever looks personal; texts stay as long as before,
    because opinions point into them."""
    name = customer.name.strip()
    names = {*_RUN.findall(name), *([name] if _RUN.search(name) else [])}
    plain = [text for text in (customer.email, customer.reference) if text and len(text) > 2]
    patterns = [*map(_loose, [customer.phone] if customer.phone else []), *map(_bounded, [*plain, *names])]
    if not patterns:
        return mask
    known = re.compile("|".join(sorted(patterns, key=len, reverse=True)), re.IGNORECASE)
    return lambda text: mask(known.sub(lambda found: "*" * len(found.group()), text))


def _bounded(word: str) -> str:
    """The word where it is not a part of a longer one in Latin letters."""
    return rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])"


def _loose(phone: str) -> str:
    """The number with or without its country code, however it is grouped."""
    digits = re.sub(r"\D", "", phone)
    own = digits.removeprefix("86") if len(digits) == 13 else digits
    return r"(?<!\d)(?:(?:\+|00)?86[ -]?)?" + r"[ -]?".join(own) + r"(?!\d)"


def forget_answers(session: Session, customer: Customer) -> None:
    """The responses stay as nobody's; what names the person in them is starred out."""
    star = starring(customer)
    for row in session.exec(select(Response).where(Response.customer_id == customer.id)):
        questions = asked(session, row.version_id).questions
        row.answers = {key: _in_words(stored, star, _codes(questions.get(key))) for key, stored in row.answers.items()}
        for edit in session.exec(select(ResponseEdit).where(ResponseEdit.response_id == row.id)):
            edit.before = {key: _in_words(old, star, _codes(questions.get(key))) for key, old in edit.before.items()}
            edit.reason = star(edit.reason)
        row.customer_id, row.attributes = None, {}
        session.add(row)
        session.execute(delete(Trace).where(col(Trace.response_id) == row.id))
        note_changes(session, row.survey_id, [row.id or 0])


def _codes(question: Any) -> frozenset[str]:
    """The codes that an answer may hold; they are not words."""
    return frozenset(code for spec in question.columns() for code in spec.codes) if question else frozenset()


def _in_words(stored: Any, star: Star, codes: frozenset[str]) -> Any:
    match stored:
        case str():
            return stored if stored in codes else star(stored)
        case list():
            return [_in_words(one, star, codes) for one in stored]
        case dict():
            return {key: _in_words(one, star, codes) for key, one in stored.items()}
    return stored


def forget_mails(session: Session, customer: Customer) -> None:
    """Mails and texts to the person that lie in the outbox. Their addresses are encrypted, so all are looked at."""
    wanted = {address.casefold() for address in (customer.email, customer.phone) if address}
    rows = session.exec(select(OutboxMail.id, OutboxMail.address)) if wanted else ()
    ids = [number for number, address in rows if address.casefold() in wanted]
    for start in range(0, len(ids), 500):
        session.execute(delete(OutboxMail).where(col(OutboxMail.id).in_(ids[start : start + 500])))
