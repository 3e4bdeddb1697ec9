"""What a model learns from a customer's own texts: without labels, from scores, and from 100, 300, 1,000 or all labels.

Each set of `--sets FOLDER` is cut in two by a hash of the texts: one half teaches, the other measures. Scores are its
labels, of which 15 % are turned into their opposite.
"""

import random
from collections.abc import Mapping, Sequence
from hashlib import md5
from pathlib import Path
from typing import Any

from survey_app.analysis.text import MODELS, Evaluation, Labelled, TextModel, adapt, evaluate, opinions, teach_texts
from survey_app.cli.labelled import drawn, labelled, without
from survey_app.cli.texts import named

from . import base
from .text import SETS

COUNTS = {"100": 100, "300": 300, "1000": 1000, "all": 0}
NOISE = 0.15
WITH_NEUTRAL = ("meituan_stars", "cosmetics_aspect", "car_aspect", "absa_terms", "restaurant_triplet")
WITH_ASPECTS = ("cosmetics_aspect", "car_aspect")


def main() -> None:
    asked = base.options(__doc__, sets={"type": Path, "required": True, "help": "a folder of labelled files"})
    base.report(__doc__, learning(asked.sets), as_json=asked.json)


def learning(folder: Path) -> dict[str, Any]:
    result: dict[str, Any] = {}
    sums: dict[str, list[float]] = {}
    for one in SETS:
        teaching, measuring = halves(without(labelled(folder / f"{one}.csv"), folder / "leak.json", one), one)
        for name, model in models(teaching).items():
            counted = _counted(model, measuring, "binary")
            figures = {"accuracy": counted.accuracy, "macro_f1": counted.macro_f1}
            if one in WITH_NEUTRAL:
                figures["three_class_macro_f1"] = _counted(model, measuring, "three").macro_f1
            if one in WITH_ASPECTS and counted.detection and counted.pairs:
                figures |= {f"{one}_aspect_f1": counted.detection.f1, f"{one}_pair_f1": counted.pairs.f1}
            result[f"{one}_{name}"] = " ".join(f"{value:.3f}" for value in figures.values())
            for key, value in figures.items():
                sums.setdefault(f"mean_{name}_{key}", []).append(value)
    return result | {key: round(sum(values) / len(values), 4) for key, values in sums.items()}


def halves(rows: Sequence[Labelled], salt: str) -> tuple[list[Labelled], list[Labelled]]:
    """The rows of half of the texts, and those of the other half."""
    made: tuple[list[Labelled], list[Labelled]] = ([], [])
    for row in rows:
        made[md5((salt + row.text).encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()[0] % 2].append(row)
    return made


def models(rows: Sequence[Labelled]) -> Mapping[str, TextModel]:
    """The default model, and what it becomes by these rows."""
    shipped, chance = MODELS["linear"], random.Random(1)
    sides = [row for row in rows if row.label in ("positive", "negative")]
    right = [1 if row.label == "positive" else -1 for row in sides]
    noisy = [-sign if chance.random() < NOISE else sign for sign in right]
    texts = [row.text for row in sides]
    made: dict[str, TextModel] = {"shipped": shipped, "unlabelled": adapt(shipped, texts)}
    made["scores"] = adapt(shipped, texts, noisy)
    for name, count in COUNTS.items():
        made[name] = teach_texts(shipped, drawn(rows, count, seed=0))
    return made


def _counted(model: TextModel, rows: Sequence[Labelled], labels: str) -> Evaluation:
    texts = list(dict.fromkeys(row.text for row in rows))
    return evaluate(rows, dict(zip(texts, opinions(texts, model), strict=True)), labels, named(model, {}))


if __name__ == "__main__":
    main()
