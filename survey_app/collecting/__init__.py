"""Stage 3: a visit becomes saved pages and exactly one response; answers given elsewhere are imported."""

from .clicks import Signs, log_visit
from .pages import Posted, Step, missing_answers, page_questions, take_page
from .tickets import Ticket, issue, read
from .visits import Given, Visit, by_public_id, by_token

__all__ = [
    "Given",
    "Posted",
    "Signs",
    "Step",
    "Ticket",
    "Visit",
    "by_public_id",
    "by_token",
    "issue",
    "log_visit",
    "missing_answers",
    "page_questions",
    "read",
    "take_page",
]
