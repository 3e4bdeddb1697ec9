"""Commands for open answers without a database: text score and text evaluate."""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from ..analysis.text import (
    CLASSES,
    DEFAULT,
    Evaluation,
    Labelled,
    Names,
    Rates,
    Taught,
    TextModel,
    TextResult,
    evaluate,
    fitting,
    general,
    model_for,
    opinions,
)
from ..errors import N_
from . import grouping, training
from .chosen_model import model, names
from .labelled import TEXTS, guessed, labelled, mapped, rows_of, without
from .words import say, t

CHUNK = 5_000
LONG_ENOUGH = 0.2
"""CPU seconds of a measurement; a faster one is repeated."""


def add(commands: Any) -> None:
    parser = commands.add_parser("text", help=t("open answers in files: score, evaluate, themes, teach, adapt, train"))
    group = parser.add_subparsers(required=True)
    scored = group.add_parser("score", help=t("the opinions of each text, one JSON object a line"))
    _common(scored)
    scored.add_argument("--out", type=Path, required=True)
    scored.set_defaults(run=_score)
    held = group.add_parser("evaluate", help=t("how often a model is right on labelled texts"))
    _common(held)
    held.add_argument("--labels", choices=sorted(CLASSES), help=t("what is told apart; without it what the labels say"))
    held.add_argument("--without", type=Path, metavar="JSON", help=t("texts to leave out, by set"))
    held.add_argument("--set", default="", help=t("the set's name in that file; without it the name of FILE"))
    held.add_argument("--map", type=Path, metavar="JSON", help=t("from the taxonomy's aspects to those of the file"))
    held.add_argument("--json", action="store_true", help=t("for scripts"))
    held.set_defaults(run=_evaluate)
    training.add(group)
    grouping.add(group)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--column", default="", help=t("the column that holds the texts"))
    known = t("a text model by name (%(names)s), or the file of a taught one", names=names())
    parser.add_argument("--model", default=DEFAULT, help=known)


# -- score ------------------------------------------------------------------------------------------------------------


def _score(given: argparse.Namespace) -> None:
    chosen = model(given.model)
    column, rows = rows_of(given.file, TEXTS, given.column)
    texts = [row[column] for row in rows]
    fresh = given.out.with_name(f".{given.out.name}.part")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            for first in range(0, len(texts), CHUNK):
                _write(file, texts[first : first + CHUNK], chosen)
        fresh.replace(given.out)
    finally:
        fresh.unlink(missing_ok=True)
    say(t("%(count)s texts written to %(file)s.", count=f"{len(texts):,}", file=given.out))


def _write(file: TextIO, texts: Sequence[str], model: TextModel) -> None:
    for text, result in zip(texts, opinions(texts, model), strict=True):
        file.write(json.dumps(_said(text, result), ensure_ascii=False) + "\n")


def _said(text: str, result: TextResult) -> dict[str, Any]:
    return {
        "text": text, "label": result.result, "probability": round(result.probability, 4),
        "opinions": [
            {"clause": text[o.start : o.stop], "aspect": o.aspect, "polarity": o.polarity,
             "probability": o.probability}
            for o in result.opinions
        ],
    }  # fmt: skip


# -- evaluate ---------------------------------------------------------------------------------------------------------


def _evaluate(given: argparse.Namespace) -> None:
    chosen = model(given.model)
    rows = labelled(given.file, given.column)
    if given.without:
        rows = without(rows, given.without, given.set or given.file.stem)
    called = named(chosen, mapped(given.map) if given.map else guessed(rows, general()))
    found, speeds = measured(rows, chosen, given.labels or fitting(rows), called)
    if given.json:
        say(
            json.dumps(
                {"file": given.file.name, "model": given.model, "version": chosen.version, **_numbers(found), **speeds},
                ensure_ascii=False,
            )
        )
        return
    for line in _lines(found, speeds):
        say(line)


def named(model: TextModel, names: Names) -> Names:
    """What the file calls the aspects; those that a model was taught have the names of the file it was taught by."""
    heads = model.heads if isinstance(model, Taught) else None
    return {**names, **{one: [one] for one in heads.names}} if heads else names


def measured(
    rows: Sequence[Labelled], model: str | TextModel, labels: str, names: Names | None = None
) -> tuple[Evaluation, dict[str, float]]:
    """A model's evaluation on labelled rows, and the characters that it and the pipeline read in a CPU second."""
    texts = list(dict.fromkeys(row.text for row in rows))
    opinions(texts[:20], model)  # what is loaded once a process is no part of a text's cost
    chosen = model_for(model, "zh")
    alone = _rate(lambda: chosen.polarity(texts), texts)
    made: list[TextResult] = []
    whole = _rate(lambda: made.extend(opinions(texts, model)), texts)
    results = dict(zip(texts, made, strict=False))
    speeds = {"model_chars_per_cpu_second": alone, "pipeline_chars_per_cpu_second": whole}
    return evaluate(rows, results, labels, names), speeds


def _rate(work: Callable[[], object], texts: Sequence[str]) -> float:
    """Characters a CPU second of this process, by the fastest of several runs where one is short."""
    spent: list[float] = []
    while sum(spent) < LONG_ENOUGH and len(spent) < 20:
        began = time.process_time()
        work()
        spent.append(max(1e-9, time.process_time() - began))
    return round(sum(map(len, texts)) / min(spent), 1)


def _numbers(found: Evaluation) -> dict[str, Any]:
    def rates(made: Rates) -> dict[str, Any]:
        return {"n": made.n, "precision": round(made.precision, 4), "recall": round(made.recall, 4),
                "f1": round(made.f1, 4)}  # fmt: skip

    return {
        "labels": found.labels, "n": found.n, "texts": found.texts, "left_out": found.left_out,
        "accuracy": round(found.accuracy, 4), "macro_f1": round(found.macro_f1, 4),
        "classes": {name: rates(one) for name, one in found.classes.items()}, "confusion": found.confusion,
        "pair_f1": round(found.pairs.f1, 4) if found.pairs else None,
        "pair_f1_named": round(found.named.f1, 4) if found.named else None,
        "aspect_f1": round(found.detection.f1, 4) if found.detection else None,
        "aspects": {name: rates(one) for name, one in found.aspects.items()},
    }  # fmt: skip


CALLED = {"positive": N_("Positive"), "neutral": N_("Neutral"), "negative": N_("Negative"), "mixed": N_("Both")}
MOST = 20
"""Aspects that are printed; the others are in the JSON."""


def _lines(found: Evaluation, speeds: dict[str, float]) -> Iterator[str]:
    yield t("%(count)s rows, %(texts)s texts", count=f"{found.n:,}", texts=f"{found.texts:,}")
    if found.left_out:
        yield t("%(count)s rows have a label that is not counted here.", count=f"{found.left_out:,}")
    yield t("Right: %(share)s, macro-F1 %(f1)s", share=f"{found.accuracy:.3f}", f1=f"{found.macro_f1:.3f}")
    for name, one in found.classes.items():
        yield f"  {t(CALLED[name])}: {_rates(one)}"
        yield "    → " + ", ".join(f"{t(CALLED[other])} {count:,}" for other, count in found.confusion[name].items())
    if found.pairs and found.named and found.detection:
        yield t("Aspects found: %(rates)s", rates=_rates(found.detection))
        yield t("Aspects with their side: %(rates)s", rates=_rates(found.pairs))
        yield t("  of aspects that have a name here: %(rates)s", rates=_rates(found.named))
        for name, one in sorted(found.aspects.items(), key=lambda pair: -pair[1].n)[:MOST]:
            yield f"  {name}: {_rates(one)}"
    for name, message in ((N_("the model alone"), "model"), (N_("the whole pipeline"), "pipeline")):
        yield t("%(count)s characters a CPU second: %(what)s", what=t(name),
                count=f"{speeds[f'{message}_chars_per_cpu_second']:,.0f}")  # fmt: skip


def _rates(made: Rates) -> str:
    return t("F1 %(f1)s (precision %(precision)s, recall %(recall)s, n %(n)s)", f1=f"{made.f1:.3f}",
             precision=f"{made.precision:.3f}", recall=f"{made.recall:.3f}", n=f"{made.n:,}")  # fmt: skip
