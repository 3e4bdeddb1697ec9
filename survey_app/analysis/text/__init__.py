"""Open answers to opinions: clean → nothing said? → clauses → polarity by a model, aspects → result; and themes."""

from .aspects import Aspect, Taxonomy, TaxonomyError, general
from .clauses import Clause, clauses
from .clean import mask, prepare
from .evaluating import CLASSES, Evaluation, Labelled, Names, Rates, evaluate, fitting
from .grouping import Grouping, grouped, matched
from .judging import RESULTS, Opinion, TextResult, judge, opinions, polarity, verdict
from .models import DEFAULT, MODELS, Probabilities, TextModel, model_for
from .said import asked_for, nothing_said
from .schooling import adapt, teach_texts
from .taught import LessonError, Taught
from .teaching import teach
from .themes import Theme, themes

__all__ = [
    "CLASSES",
    "DEFAULT",
    "MODELS",
    "RESULTS",
    "Aspect",
    "Clause",
    "Evaluation",
    "Grouping",
    "Labelled",
    "LessonError",
    "Names",
    "Opinion",
    "Probabilities",
    "Rates",
    "Taught",
    "Taxonomy",
    "TaxonomyError",
    "TextModel",
    "TextResult",
    "Theme",
    "adapt",
    "asked_for",
    "clauses",
    "evaluate",
    "fitting",
    "general",
    "grouped",
    "judge",
    "mask",
    "matched",
    "model_for",
    "nothing_said",
    "opinions",
    "polarity",
    "prepare",
    "teach",
    "teach_texts",
    "themes",
    "verdict",
]  # fmt: skip
