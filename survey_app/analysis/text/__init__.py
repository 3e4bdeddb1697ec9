"""Open answers to opinions: clean → nothing said? → clauses → polarity by a model, aspects → result; and themes."""

from .aspects import Aspect, Taxonomy, TaxonomyError, general
from .clauses import Clause, clauses
from .clean import mask, prepare
from .evaluating import CLASSES, Evaluation, Labelled, Names, Rates, evaluate, fitting
from .judging import RESULTS, Opinion, TextResult, judge, opinions, polarity, verdict
from .models import DEFAULT, MODELS, Probabilities, TextModel
from .said import asked_for, nothing_said
from .themes import Theme, themes

__all__ = [
    "CLASSES", "DEFAULT", "MODELS", "RESULTS", "Aspect", "Clause", "Evaluation", "Labelled", "Names", "Opinion",
    "Probabilities", "Rates", "Taxonomy", "TaxonomyError", "TextModel", "TextResult", "Theme", "asked_for", "clauses",
    "evaluate", "fitting", "general", "judge", "mask", "nothing_said", "opinions", "polarity", "prepare", "themes",
    "verdict",
]  # fmt: skip
