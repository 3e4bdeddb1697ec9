"""What an analysis says besides its numbers: notes to show, and the error for what cannot be computed."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader must know. `message` is a message id with %(name)s places for `values`."""

    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.values


class NotPossible(ValueError):
    """The numbers given do not allow the analysis. `message` and `values` say why, in any language."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values)
        self.message = message
        self.values = values
