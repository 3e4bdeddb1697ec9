"""Stage 3: a visit becomes saved pages and exactly one response; answers given elsewhere are imported."""

from sqlalchemy import Engine

from ..config import Config
from .clicks import Signs, log_visit
from .editing import LONGEST_REASON, edit
from .embedding import MODES, SIDES, Embedding, as_site, as_sites, load_embedding, save_embedding, sites_of
from .guarding import KINDS, SURE, Seen, is_refused
from .lapsing import arrange, lapse_due, open_partials
from .pages import Posted, Step, missing_answers, page_questions, take_page
from .paper import Form, new_form, read_form, relaxed
from .places import full, recount, settle, taken
from .tickets import Ticket, issue, read
from .visits import Given, Visit, by_public_id, by_token, nameless
from .whole import Taken, Whole, checked, take_whole

__all__ = [
    "KINDS",
    "LONGEST_REASON",
    "MODES",
    "SIDES",
    "SURE",
    "Embedding",
    "Form",
    "Given",
    "Posted",
    "Seen",
    "Signs",
    "Step",
    "Taken",
    "Ticket",
    "Visit",
    "Whole",
    "arrange",
    "as_site",
    "as_sites",
    "by_public_id",
    "by_token",
    "checked",
    "edit",
    "full",
    "is_refused",
    "issue",
    "lapse_due",
    "load_embedding",
    "log_visit",
    "missing_answers",
    "nameless",
    "new_form",
    "open_partials",
    "page_questions",
    "read",
    "read_form",
    "recount",
    "relaxed",
    "save_embedding",
    "settle",
    "sites_of",
    "step",
    "take_page",
    "take_whole",
    "taken",
]


def step(engine: Engine, config: Config) -> int:
    """Close unfinished responses that have waited long enough; how many surveys were looked at."""
    return lapse_due(engine)
