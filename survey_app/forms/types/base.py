"""What every question type knows about itself, from its definition to its chart."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from ...analysis.columns import Estimate, Frame
from ...analysis.scores import SCORES
from ...errors import N_
from ..definition import Item, Text, say
from ..remarks import Remark
from ._shapes import Fit, Shape

Sent = Mapping[str, Sequence[str]]
"""What a browser posted: field name → the values sent under it."""

Stored = Any
"""One answer as it is kept: JSON of codes, numbers and the respondent's own words. None: skipped."""

Cell = int | float | None


class AnswerError(ValueError):
    """An answer that cannot be taken; `message` is a message id filled with `values`."""

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message)
        self.message, self.values = message, values


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column of this question: integers, or numbers where `is_number`; `codes` is what they index."""

    key: str
    title: Text
    is_number: bool = False
    codes: tuple[str, ...] = ()
    labels: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One line of the table beside a figure: how many chose it, and the share or mean that goes with it."""

    code: str
    label: Text
    count: int
    estimate: Estimate | None = None
    span: tuple[int, int] | None = None
    """The lowest and highest value of the question's column that it counts, where its code is no value."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What the answers to one question say. `n` answered; `score` is the headline number, if there is one."""

    n: int
    rows: tuple[SummaryRow, ...] = ()
    score: Estimate | None = None


class NoOptions(BaseModel):
    """For types that need nothing said."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class QuestionType:
    """One kind of question.

    A subclass states a name, a label (message id) and a widget (a template in templates/widgets), its
    Options (definition schema and editor form in one), and says how an answer is read from a browser,
    kept, turned into columns, summarised and drawn. Nothing else in the program names a type.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    widget: ClassVar[str]
    order: ClassVar[int] = 1000
    """Where it stands in the list of types."""
    family: ClassVar[str] = N_("Other")
    """The heading it stands under in that list; a message id."""
    starter: ClassVar[dict[str, Any]] = {}
    """The options a new question begins with in the builder."""
    score: ClassVar[str | None] = None
    """The score of `analysis.scores` that this type's first column is rated with, if it is a rating."""

    base_seconds: ClassVar[float] = 5.0
    """How long the answer takes, once the question has been read."""
    is_open: ClassVar[bool] = False
    """Whether people are asked to write in their own words."""
    is_asked: ClassVar[bool] = True
    """Whether it takes an answer; what does not is only shown."""
    is_seen: ClassVar[bool] = True
    """Whether it stands on a page; what does not is worked out by `derive` from what is known."""
    is_worded: ClassVar[bool] = True
    """Whether its words are a question, which the doctor looks at."""
    compared: ClassVar[str] = ""
    """What a condition takes an answer for, where its columns do not say it: "day", or "mark" (given or not)."""
    lines_option: ClassVar[str] = ""
    """The option that holds the choices or rows of this type."""
    are_lines_read: ClassVar[bool] = True
    """Whether people read all of them before they answer; nobody reads a list of a thousand shops."""
    are_lines_apart: ClassVar[bool] = False
    """Whether each of them is answered by itself, so that a further one leaves the others as they are."""
    harmless: ClassVar[frozenset[str]] = frozenset()
    """Options that can be changed without breaking the trend of the answers."""

    Options: ClassVar[type[BaseModel]] = NoOptions

    def __init__(self, item: Item) -> None:
        self.item = item
        self.options: Any = self.Options(**item.options)

    @property
    def lines(self) -> tuple[Any, ...]:
        """The choices or rows of this question, each with a code and words."""
        return tuple(getattr(self.options, self.lines_option)) if self.lines_option else ()

    @property
    def rows_to_rate(self) -> int:
        """How many rows are answered one by one."""
        return 0

    @property
    def seconds(self) -> float:
        """How long the answer takes, once the question has been read."""
        return self.base_seconds * max(1, self.rows_to_rate)

    @property
    def tones(self) -> tuple[str, ...]:
        """The tone of each summary row (negative, neutral, positive) where the rows of a type have one."""
        return ()

    @classmethod
    def unset(cls, option: str) -> Text:
        """The words that stand on the page where this option is left empty, for the builder to show."""
        return {}

    def remarks(self, languages: Sequence[str]) -> Iterator[Remark]:
        """What the doctor should say about the options of this question."""
        yield from ()

    # -- in other tools' files --------------------------------------------------------------------------
    def shape(self) -> Shape | None:
        """What this question asks for, whatever it is called; None where no other tool could ask it."""
        return None

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        """How a question of this shape is asked with this type; None where it cannot."""
        return None

    # -- without being seen -----------------------------------------------------------------------------
    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the link's address whose values are kept for it."""
        return ()

    @property
    def looks_at(self) -> tuple[tuple[str, str], ...]:
        """The earlier questions (and rows of them) that its value is worked out from."""
        return ()

    def derive(self, known: Callable[[str, str], Any]) -> Stored:
        """The stored value of a question that is not seen. `known` gives what conditions see: answers by key and part,
        and attributes by "attr" and their name."""
        return None

    # -- asking -----------------------------------------------------------------------------------------
    def read(self, sent: Sent) -> Stored:
        """The stored form of what was sent; None for nothing; AnswerError for what is not offered.

        Whether nothing is allowed is not asked here: `page.read` refuses it for required items.
        """
        raise NotImplementedError

    def sent(self, stored: Stored) -> dict[str, list[str]]:
        """What a browser would post for a stored answer: the inverse of `read`, to fill in a page again."""
        raise NotImplementedError

    def check(self, stored: Stored) -> Stored:
        """A stored answer from outside (import, other version), validated; AnswerError if it does not fit."""
        if stored is None:
            return None
        try:
            return self.read(self.sent(stored))
        except (TypeError, AttributeError, LookupError) as error:
            raise AnswerError(N_("This answer does not belong to this question.")) from error

    @property
    def parts(self) -> tuple[str, ...]:
        """The codes of the rows or options that have a column of their own in an imported file."""
        return ()

    @property
    def has_whole_cell(self) -> bool:
        """Whether one cell of an imported file can hold the whole answer."""
        return self.is_asked and not self.rows_to_rate

    def read_cell(self, cell: str) -> Stored:
        """The stored form of one cell of an imported file: codes, or labels in any language."""
        return self.read({self.item.key: [cell]})

    def read_cells(self, cells: Mapping[str, str]) -> Stored:
        """The stored form of cells that each hold one of `parts`."""
        return self.read({f"{self.item.key}.{part}": [cell.removesuffix(".0")] for part, cell in cells.items()})

    def require(self, stored: Stored) -> None:
        """AnswerError where an answer to a required question is not complete."""
        if stored is None:
            raise AnswerError(N_("Please answer this question."))

    # -- reading back -----------------------------------------------------------------------------------
    def columns(self) -> tuple[ColumnSpec, ...]:
        """The columns of this question. Text is not a column: see `text`."""
        return ()

    def cells(self, stored: Stored) -> dict[str, Cell]:
        """The value of each column for one stored answer; None in every column where nothing was answered."""
        return {spec.key: None for spec in self.columns()}

    def title(self, language: str) -> str:
        """The words over its cells, bars and the like."""
        return say(self.item.text, language) or self.item.key

    def export(self, stored: Stored, language: str) -> dict[str, str | int | float | None]:
        """Export cells for people, keyed by `export_titles`: usually the stored answer in a cell."""
        return {self.item.key: stored} if self.is_asked else {}

    def export_titles(self, language: str) -> dict[str, str]:
        return {self.item.key: self.title(language)} if self.is_asked else {}

    def text(self, stored: Stored) -> str | None:
        """The open text to judge, if this type has one."""
        return None

    def rating(self, stored: Stored) -> float | None:
        """The rating that closed-loop rules look at, if this type has one."""
        return None

    def estimate(self, frame: Frame) -> Estimate | None:
        """The score of this question on a cut, by the score function the type names; None for other types."""
        if self.score is None:
            return None
        ratings = frame[self.item.key].values if self.item.key in frame else ()
        return SCORES[self.score](ratings, **self.score_options)

    @property
    def score_options(self) -> dict[str, Any]:
        """What the score function must know about this question, such as its scale."""
        return {}

    def words(self, stored: Stored, language: str) -> str:
        """The answer in words, for piping into later texts and for showing a response."""
        raise NotImplementedError

    # -- summing up -------------------------------------------------------------------------------------
    def summarise(self, frame: Frame) -> Summary:
        """What the columns of this question say, by `analysis`; it holds where nobody answered, too."""
        return Summary(0)

    def chart(self, summary: Summary, language: str) -> dict[str, Any] | None:
        """The figure of a summary as Plotly JSON by `analysis.charts`, if there is something to draw."""
        return None
