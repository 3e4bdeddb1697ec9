"""A remark about a questionnaire: what should be looked at before it is published."""

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Literal

from .definition import Item

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Remark:
    """An error blocks publishing, a warning does not. `item`, `page` and `ending` say where, `position` where in
    a condition; `field` names what the remark is about. `rule` is the wording rule that found it, `rewrite` the
    questions that could take the place of the item's."""

    level: Level
    message: str
    values: dict[str, Any] = dataclass_field(default_factory=dict)
    item: str | None = None
    page: int | None = None
    ending: int | None = None
    field: str = ""
    position: int | None = None
    rule: str = ""
    rewrite: tuple[Item, ...] = ()

    @property
    def is_error(self) -> bool:
        return self.level == "error"
