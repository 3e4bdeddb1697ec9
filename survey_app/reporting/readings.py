"""Answers to read: the words of a response cut into spans, with the opinions they hold and personal data masked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from ..analysis.text import mask
from ..store.opinions import of_responses
from ..store.questionnaires import Asked, asked
from ..tables import Opinion, Response
from .register import responses

LONG_ENOUGH = 8
TONES = {1: "positive", 0: "neutral", -1: "negative"}


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text; `opinions` are those about exactly this piece, none for what lies between."""

    text: str
    opinions: tuple[Opinion, ...] = ()

    @property
    def tone(self) -> str:
        """The tone of the underline; where opinions differ, the negative one shows."""
        return TONES[min(opinion.polarity for opinion in self.opinions)] if self.opinions else ""


@dataclass(frozen=True, slots=True)
class Quote:
    """One open answer of a response."""

    item_key: str
    title: dict[str, str]
    spans: tuple[Span, ...]

    @property
    def length(self) -> int:
        return sum(len(span.text) for span in self.spans)


@dataclass(frozen=True, slots=True)
class Reading:
    """A response with what it says; `rating` is its headline rating in words, with the tone of that rating."""

    response: Response
    quotes: tuple[Quote, ...]
    rating: str
    tone: str
    version: int


def open_items(asked: Asked | None) -> list[str]:
    """The items of a questionnaire whose answers are read for opinions."""
    return [key for key, question in asked.questions.items() if question.text("x") is not None] if asked else []


def read(session: Session, ids: Sequence[int], *, language: str = "zh", is_masked: bool = True) -> list[Reading]:
    """Responses as people read them, in the order of the ids; telephone numbers and the like starred out."""
    said = of_responses(session, ids)
    return [
        reading_of(response, asked(session, response.version_id), said.get(response.id or 0, []), language, is_masked)
        for response in responses(session, ids)
    ]


def reading_of(
    response: Response,
    of: Asked,
    opinions: Iterable[Opinion],
    language: str,
    is_masked: bool,  # noqa: FBT001
) -> Reading:
    quotes = []
    for key, question in of.questions.items():
        text = question.text(response.answers.get(key))
        if text:
            text = mask(text) if is_masked else text  # as long as before, so that offsets hold
            about = [opinion for opinion in opinions if opinion.item_key == key]
            quotes.append(Quote(key, question.item.text, spans(text, about)))
    return Reading(response, tuple(quotes), *_rating(response, of, language), of.number)


def _rating(response: Response, of: Asked, language: str) -> tuple[str, str]:
    for key, question in of.questions.items():
        stored = response.answers.get(key)
        value = question.rating(stored)
        if value is not None:
            tone = next(
                (tone for row, tone in zip(scale_of(question), question.tones, strict=False) if row == int(value)), ""
            )
            return question.words(stored, language), tone
    return "", ""


def scale_of(question: object) -> range:
    low, high = getattr(question, "low", 0), getattr(question, "high", -1)
    return range(int(low), int(high) + 1)


def spans(text: str, opinions: Iterable[Opinion]) -> tuple[Span, ...]:
    """The text cut at the opinions' offsets. Offsets that do not fit the text (it was changed) are left out."""
    by_place: dict[tuple[int, int], list[Opinion]] = {}
    for opinion in opinions:
        if 0 <= opinion.start < opinion.stop <= len(text):
            by_place.setdefault((opinion.start, opinion.stop), []).append(opinion)
    made: list[Span] = []
    end = 0
    for (start, stop), found in sorted(by_place.items()):
        if start < end:  # overlaps the one before: shown with it
            if made:
                made[-1] = Span(made[-1].text, (*made[-1].opinions, *found))
            continue
        if start > end:
            made.append(Span(text[end:start]))
        made.append(Span(text[start:stop], tuple(found)))
        end = stop
    if end < len(text):
        made.append(Span(text[end:]))
    return tuple(made)


def worth_reading(readings: Sequence[Reading], count: int) -> list[Reading]:
    """The newest readings that say something, longer and clearer ones first among them."""
    telling = [one for one in readings if any(quote.length >= LONG_ENOUGH for quote in one.quotes)]
    return telling[:count] or list(readings[:count])
