"""Which column of a file answers which question, or says when, by whom and where it was answered."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...errors import N_, SurveyError
from ...forms.types import QuestionType
from ...store.questionnaires import Asked
from ...store.tabular import Table

Mapping = dict[str, str]
"""Column name → item key, one field of an item (`key.row`), or one of SPECIALS."""

SPECIALS = {
    "@at": N_("Time of the answer"),
    "@reference": N_("Customer number"),
    "@segment": N_("Segment"),
    "@tier": N_("Tier"),
    "@channel": N_("Channel"),
    "@language": N_("Language"),
    "@attribute": N_("Attribute to filter by"),
}
"""What a column can say besides answers."""

ATTRIBUTE = "@attribute"
"""Any number of columns can be attributes: each is kept under its own name."""

NOT_ANSWERED = frozenset({"", "na", "n/a", "#n/a", "<na>", "nan", "null"})
"""Cells that mean "no answer", in any case of letters."""


class ImportProblem(SurveyError):
    """A mapping that cannot be carried out."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked mapping: column positions by what they are for."""

    specials: dict[str, int]
    items: dict[str, list[tuple[str, int]]]
    attributes: dict[str, int] = field(default_factory=dict)


def targets(question: QuestionType) -> list[str]:
    """What a column can be mapped to: the question itself, or one row or option of it."""
    key = question.item.key
    return ([key] if question.has_whole_cell else []) + [f"{key}.{part}" for part in question.parts]


def plan(asked: Asked, table: Table, mapping: Mapping) -> Plan:
    """The positions of the mapped columns; ImportProblem names the column or question that is not there."""
    specials: dict[str, int] = {}
    items: dict[str, list[tuple[str, int]]] = {}
    owners = {target: key for key, question in asked.questions.items() for target in targets(question)}
    attributes: dict[str, int] = {}
    _refuse_twice(target for target in mapping.values() if target != ATTRIBUTE)
    for column, target in mapping.items():
        if column not in table.headers:
            raise ImportProblem(
                "import-column",
                N_("The file has no column %(column)s."),
                N_("Its columns are: %(columns)s."),
                column=column,
                columns=", ".join(table.headers)[:500],
            )
        position = table.headers.index(column)
        if target == ATTRIBUTE:
            attributes[column[:60]] = position
        elif target in SPECIALS:
            specials[target] = position
        elif target in owners:
            items.setdefault(owners[target], []).append((target, position))
        else:
            raise ImportProblem(
                "import-target",
                N_("The survey has no question %(target)s to put column %(column)s into."),
                N_("Its questions are: %(targets)s."),
                target=target,
                column=column,
                targets=", ".join([*owners, *SPECIALS])[:500],
            )
    if not items:
        raise ImportProblem(
            "import-nothing",
            N_("No column is assigned to a question."),
            N_("Assign at least one column to a question of the survey."),
        )
    return Plan(specials, items, attributes)


def _refuse_twice(chosen: Iterable[str]) -> None:
    wanted = list(chosen)
    if twice := next((target for target in wanted if wanted.count(target) > 1), None):
        raise ImportProblem(
            "import-twice",
            N_("%(target)s is assigned to several columns."),
            N_("Assign it to one column only."),
            target=twice,
        )
