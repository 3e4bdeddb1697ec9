"""What the rules may know about a response: its ratings by its own version, its opinions, and who the customer is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from ..analysis.rules import Facts, Rating, Said
from ..forms.types import QuestionType
from ..store.questionnaires import asked
from ..tables import Customer, Opinion, Response
from .policy import Policy


def gather(session: Session, responses: Sequence[Response], policy: Policy) -> dict[int, Facts]:
    """The facts of several responses, with three queries in all."""
    ids = [response.id for response in responses if response.id is not None]
    said = _opinions(session, ids)
    customers = _customers(session, {response.customer_id for response in responses if response.customer_id})
    facts: dict[int, Facts] = {}
    for response in responses:
        assert response.id is not None
        customer = customers.get(response.customer_id or 0)
        questions = asked(session, response.version_id).questions
        facts[response.id] = Facts(
            ratings=_ratings(questions, response),
            opinions=tuple(said[response.id]),
            texts=_texts(questions, response),
            segment=response.segment or (customer.segment if customer else ""),
            tier=response.tier or (customer.tier if customer else ""),
            yearly_value=customer.yearly_value if customer else None,
            is_valued=policy.is_valued(customer, response.tier),
        )
    return facts


def _ratings(questions: Mapping[str, QuestionType], response: Response) -> dict[str, Rating]:
    ratings = {}
    for key, question in questions.items():
        value = question.rating(response.answers.get(key))
        if value is not None and question.score is not None:
            ratings[key] = Rating(question.score, _upright(question, value), scale(question)[1])
    return ratings


def scale(question: QuestionType) -> tuple[float, float]:
    """The lowest and the highest value of a rating."""
    low, high = question.score_options.get("scale", (0, 10))
    return float(low), float(high)


def _upright(question: QuestionType, value: float) -> float:
    """The rating with the good end on top, also where the question has it at the bottom."""
    return sum(scale(question)) - value if question.score_options.get("easy") == "low" else value


def marks(questions: Mapping[str, QuestionType], answers: Mapping[str, Any]) -> tuple[tuple[float, float], ...]:
    """The ratings as the customer gave them, each with the highest value on offer."""
    given = ((question.rating(answers.get(key)), scale(question)[1]) for key, question in questions.items())
    return tuple((value, high) for value, high in given if value is not None)


def _texts(questions: Mapping[str, QuestionType], response: Response) -> dict[str, str]:
    return {key: text for key, question in questions.items() if (text := question.text(response.answers.get(key)))}


def _opinions(session: Session, ids: Iterable[int]) -> dict[int, list[Said]]:
    found: dict[int, list[Said]] = defaultdict(list)
    for opinion in session.exec(select(Opinion).where(col(Opinion.response_id).in_(list(ids)))):
        # What a person has corrected is certain.
        probability = 1.0 if opinion.is_corrected else opinion.probability
        found[opinion.response_id].append(Said(opinion.aspect, opinion.polarity, probability))
    return found


def _customers(session: Session, ids: Iterable[int]) -> dict[int, Customer]:
    rows = session.exec(select(Customer).where(col(Customer.id).in_(list(ids))))
    return {row.id: row for row in rows if row.id is not None}
