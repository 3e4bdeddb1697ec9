"""What a figure is: a drawing, its table, how it is worked out, and the way to the answers behind it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Protocol

from sqlalchemy import Engine

from ...analysis.columns import Estimate
from ...analysis.compare import SMALLEST_BASE, Difference
from ...analysis.notes import Note, NotPossible
from ...errors import N_
from ...forms.definition import Text
from ...store import metrics
from ...store.columns import Answers
from ...store.cuts import Cut, select
from ...store.metrics import Metric
from ...store.questionnaires import Asked

Json = dict[str, Any]
Chosen = Mapping[str, tuple[str, ...]]
"""What was chosen for each `Ask` of a figure."""


class Words(Protocol):
    """How the reader says things: the edge gives it, since figures are read in a language and kernels have none."""

    @property
    def language(self) -> str: ...

    @property
    def subject(self) -> str:
        """The name of the survey that is looked at."""

    def say(self, text: Text | None) -> str: ...
    def tell(self, message: str, values: Mapping[str, object] | None = None) -> str:
        """A message id in the reader's language; Estimates and Differences among the values in their unit."""

    def label(self, column: str, code: str) -> str: ...
    def aspect(self, code: str) -> str: ...
    def amount(self, value: float | None, unit: str, digits: int | None = None) -> str: ...
    def gap(self, moved: Difference) -> str:
        """A difference with its sign; percentages differ by percentage points."""

    def number(self, value: float | None, digits: int = 0) -> str: ...
    def day(self, value: Any) -> str: ...
    def join(self, *parts: str) -> str:
        """Sentences one after the other."""

    def about(self, cut: Cut) -> str:
        """What a cut looks at, in words."""

    def called(self, cut: Cut) -> str:
        """The period and the filters of a cut, without the survey."""

    def period(self, cut: Cut) -> str:
        """The days of a cut in words."""

    def answers(self, cut: Cut) -> str:
        """The address of the answers of a cut; "" where the reader may not see them."""

    def figure(self, kind: str, cut: Cut, chosen: Chosen) -> str:
        """The address of a kind of figure on a cut; "" where there are no pages for the reader."""


@dataclass(frozen=True, slots=True)
class View:
    """What a figure looks at. `frame` holds all answers of the survey, `chosen` those of the cut."""

    frame: Answers
    cut: Cut
    chosen: Answers
    asked: Asked | None
    words: Words
    engine: Engine
    events: tuple[Any, ...] = ()
    memory: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What was made under a name; several figures of one view ask for the same."""
        if name not in self.memory:
            self.memory[name] = make()
        return self.memory[name]

    @property
    def metrics(self) -> list[Metric]:
        """The ratings of the questionnaire, the headline first."""
        found = metrics.of(self.asked) if self.asked else []
        first = metrics.headline(found)
        return sorted(found, key=lambda metric: metric != first)

    def metric(self, key: str) -> Metric:
        """The metric of a key, else the headline. NotPossible where nothing is rated."""
        found = self.metrics
        if not found:
            raise NotPossible(N_("This survey has no rating question."))
        return next((metric for metric in found if metric.key == key), found[0])

    def before(self) -> Answers:
        """The answers of the period before; none where the cut has no beginning."""
        earlier = self.cut.previous()
        cut = select(self.frame, earlier) if earlier else None
        return cut if isinstance(cut, Answers) else Answers()

    def name(self, metric: Metric, *, is_long: bool = False) -> str:
        """A metric as people call it, with its question where several have the same score."""
        label = self.words.tell(metric.label)
        alike = sum(other.label == metric.label for other in self.metrics)
        return f"{label} · {short(self.words.say(metric.title) or metric.key)}" if is_long or alike > 1 else label


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that a reader chooses for a figure. `is_many`: several may be chosen, all unless some are."""

    name: str
    label: str
    choices: Callable[[View], Sequence[tuple[str, str]]]
    is_many: bool = False
    names: Callable[[View, str], str] = lambda view, code: ""
    """What a code is called that is taken though it is not among the choices; "" for one that is not taken."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a figure's table: the value for programs, the text for people, the answers behind it."""

    value: str | int | float | None
    text: str = ""
    address: str = ""
    mark: str = ""
    """Letters of the columns that are significantly lower, or a verdict."""
    is_small: bool = False
    tone: str = ""
    estimate: Estimate | None = None
    """Where people read interval and n in the mark: files give them columns of their own."""

    @property
    def is_number(self) -> bool:
        return isinstance(self.value, int | float)


Rows = list[tuple[Cell, ...]]
WIDE = 0x2E80
"""From here on characters are as wide as they are high."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as a page shows it; all words are in the reader's language.

    `message` stands in the figure's place where there is nothing to draw or to tell; a figure that looked and found
    nothing has its definition all the same. `notes` are what a reader must know,
    `lines` what the figure says in sentences. `chosen` is what was asked, with the defaults filled in.
    """

    kind: str
    title: str
    subtitle: str = ""
    n: int = 0
    plot: Json | None = None
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    definition: str = ""
    notes: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    message: str = ""
    estimate: Estimate | None = None
    change: Difference | None = None
    chosen: Chosen = field(default_factory=dict)
    ways: tuple[tuple[str, str], ...] = ()
    """(words, address) of what can be done with the figure."""
    is_table: bool = False
    """The table is the figure: it is shown open."""


class Kind:
    """One kind of figure. A subclass states its name, its label, what the reader chooses, and makes it."""

    name: ClassVar[str]
    label: ClassVar[str]
    order: ClassVar[int] = 1000
    asks: ClassVar[tuple[Ask, ...]] = ()
    beside: ClassVar[str] = ""
    """The kind on whose page this figure stands, below it and made from what is chosen there; "" for its own."""
    is_listed: ClassVar[bool] = True
    """Whether its page stands among those of the analysis; another page may lead to it instead."""
    needs_answers: ClassVar[bool] = True
    follows_view: ClassVar[bool] = True
    """Whether it looks at the days and filters of the view; one that does not says so in their place."""

    def draw(self, view: View, chosen: Chosen) -> Figure:
        """The figure; NotPossible says in words why there is none."""
        raise NotImplementedError

    def figure(self, view: View, wanted: Chosen) -> Figure:
        """The figure of a view, or a message in its place."""
        chosen = dict(self._chosen(view, wanted))
        about = view.words.about(view.cut) if self.follows_view else self._whatever(view)
        empty = Figure(self.name, view.words.tell(self.label), about, chosen=chosen)
        if self.needs_answers and not len(view.chosen):
            return replace(empty, message=view.words.tell(N_("No answers in this view")))
        try:
            made = self.draw(view, chosen)
        except NotPossible as error:
            return replace(empty, message=view.words.tell(error.message, error.values))
        n = view.words.tell(N_("n %(n)s"), {"n": view.words.number(made.n)})
        return replace(made, subtitle=f"{about} · {n}" if self.follows_view else about, chosen=chosen)

    def _whatever(self, view: View) -> str:
        now = view.words.tell(N_("as it stands now, whatever the period and the filters"))
        return " · ".join(filter(None, (view.words.subject, now)))

    def _chosen(self, view: View, wanted: Chosen) -> Iterator[tuple[str, tuple[str, ...]]]:
        """What was asked for and is offered; else the first choice, or nothing where several may be chosen."""
        for ask in self.asks:
            offered, codes = [code for code, _ in ask.choices(view)], dict.fromkeys(wanted.get(ask.name, ()))
            given = tuple(code for code in codes if code in offered or ask.names(view, code))
            yield ask.name, given if ask.is_many else (given or tuple(offered))[:1]


def first(chosen: Chosen, name: str) -> str:
    """The one choice of an ask, "" where nothing is offered."""
    return next(iter(chosen.get(name, ())), "")


def short(text: str, most: int = 24) -> str:
    """A question's words as a label of at most so many Chinese, or twice as many Latin, characters."""
    room = 0.0
    for place, character in enumerate(text):
        room += 0.5 if ord(character) < WIDE else 1
        if room > most:
            return f"{text[:place].rstrip()}…"
    return text


def notes(words: Words, found: Sequence[Note]) -> tuple[str, ...]:
    """Notes of an analysis in the reader's language."""
    return tuple(words.tell(note.message, note.values) for note in found)


def spread(words: Words, e: Estimate, digits: int | None = None) -> str:
    """An interval in words, "" where there is none."""
    if e.low is None or e.high is None:
        return ""
    return f"{words.amount(e.low, e.unit, digits)} … {words.amount(e.high, e.unit, digits)}"


def estimate_cells(words: Words, e: Estimate, address: str = "", digits: int | None = None) -> tuple[Cell, ...]:
    """Value, interval (two columns for programs in one text for people) and n of an estimate."""
    is_small = e.n < SMALLEST_BASE
    return (
        Cell(rounded(e.value), words.amount(e.value, e.unit, digits), address, is_small=is_small),
        Cell(rounded(e.low), words.amount(e.low, e.unit, digits) if e.low is not None else "", is_small=is_small),
        Cell(rounded(e.high), words.amount(e.high, e.unit, digits) if e.high is not None else "", is_small=is_small),
        Cell(e.n, words.number(e.n), is_small=is_small),
    )


def probability(p: float) -> str:
    """A p value as reports write it.

    >>> probability(0.04321), probability(1e-9)
    ('0.043', '< 0.001')
    """
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def rounded(value: float | None) -> float | None:
    """A value as a file keeps it."""
    return None if value is None else round(float(value), 6)


ESTIMATE_HEADS = (N_("Lower limit"), N_("Upper limit"), "n")


def metric_ask() -> Ask:
    """Which rating: the headline unless another is chosen."""
    return Ask("metric", N_("Metric"), lambda view: [(m.key, view.name(m)) for m in view.metrics])
