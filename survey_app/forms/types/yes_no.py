"""Yes or no, and where it is wanted a way out."""

from itertools import zip_longest

from pydantic import BaseModel, ConfigDict, Field

from ...errors import N_
from ._parts import NO, YES, Choice, as_options
from ._shapes import Fit, Option, Pick, Shape
from .base import Stored
from .single import Single

SURE = (Choice(code="yes", text={"zh": "是", "en": "Yes"}), Choice(code="no", text={"zh": "否", "en": "No"}))
UNSURE = Choice(code="unsure", text={"zh": "不确定", "en": "Not sure"})


def _says(one: Option | None, ours: Option | None) -> bool:
    """Whether an option has the code of ours, and our words in each language it has words in."""
    if one is None or ours is None:
        return False
    return one.code == ours.code and all(ours.text.get(code) == words for code, words in one.text.items())


class YesNo(Single):
    name = "yes_no"
    label = N_("Yes or no")
    order = 45
    lines_option = ""
    starter = {}  # noqa: RUF012 - its choices are always the same

    class Options(BaseModel):
        model_config = ConfigDict(frozen=True, extra="forbid")

        has_unsure: bool = Field(default=False, title=N_("Offer “not sure”"))

    @property
    def choices(self) -> tuple[Choice, ...]:
        return (*SURE, UNSURE) if self.options.has_unsure else SURE

    def shape(self) -> Pick:
        return Pick(as_options(self.choices), looks="switch")

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        """Only what has its very codes and words: answers and conditions of the file name them."""
        if not isinstance(shape, Pick) or shape.is_multiple or shape.looks != "switch":
            return None
        for is_offered, ours in ((False, SURE), (True, (*SURE, UNSURE))):
            if all(_says(one, our) for one, our in zip_longest(shape.choices, as_options(ours))):
                return Fit({"has_unsure": True} if is_offered else {}, 4)
        return None

    def read_cell(self, cell: str) -> Stored:
        """Also the ways in which other tools write a yes and a no."""
        folded = cell.strip().casefold()
        return "yes" if folded in YES else "no" if folded in NO else super().read_cell(cell)
