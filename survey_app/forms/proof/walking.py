"""Walking all ways at once: at each question the states that are possible, told apart by what still matters later."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ...errors import N_, SurveyError
from ..definition import Item, Page, Questionnaire, Text
from ..doctor import timing
from ..logic import Expression, Reference, Values, parse
from ..logic.piping import PIPE
from ..logic.values import ATTRIBUTES
from ..remarks import Remark
from ..types import QuestionType, Stored, question
from . import domains
from .domains import Asked, name_of

MOST_STATES = 5000
"""States that are walked together before the proof stops and says so."""

NEVER = N_("Its condition can never hold, whatever is answered before.")
PERHAPS_NEVER = N_("No answers that were tried make its condition hold. Please check it.")
ALWAYS = N_("Its condition always holds, so it can be left out.")
EMPTY = N_("“%(key)s” may not have an answer here. Add words for that case: {{%(key)s|…}}, or a condition.")
UNREAD = N_("Nobody ever gets here: a thank-you text before it is always shown.")
STOPPED = N_(
    "The ways through the questionnaire were followed up to “%(key)s”: there are more than %(most)s by then. "
    "Fewer questions that many later conditions look at make it provable."
)

Path = tuple[Any, str, Stored] | None
"""What was answered on the way, the last answer first."""


@dataclass(slots=True)
class State:
    """One class of ways: the answers that still matter, the shortest and longest time, and one example."""

    known: dict[str, Stored]
    shortest: float = 0.0
    longest: float = 0.0
    path: Path = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What holds on every way. `is_whole` says that nothing had to be tried out by examples, `stopped_at` is the item
    where there were too many ways. Minutes are of the shortest and the longest way; `cases` are answers that lead to
    every question, page and ending that can be reached."""

    remarks: tuple[Remark, ...]
    is_whole: bool
    stopped_at: str
    most_states: int
    shortest: float
    longest: float
    cases: tuple[dict[str, Stored], ...]


def prove(questionnaire: Questionnaire) -> Proof:
    """Walk all ways. Conditions that do not hold together are the doctor's to tell; here they count as empty."""
    return _Walk(questionnaire).whole()


def _parsed(show_if: str) -> Expression | None:
    try:
        return parse(show_if) if show_if.strip() else None
    except SurveyError:
        return None


def _piped(texts: Iterable[Text]) -> Iterator[Reference]:
    """What texts take over without words for the case that there is nothing."""
    for text in texts:
        for words in text.values():
            for match in PIPE.finditer(words):
                if match[1] != ATTRIBUTES and not (match[3] or "").strip():
                    yield Reference(match[1], match[2] or "", match.start())


class _Walk:
    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire, self.language = questionnaire, questionnaire.languages[0]
        self.kinds: dict[str, QuestionType] = dict(self._kinds())
        self.steps = list(self._steps())
        conditions = [condition for _, condition, _ in self.steps if condition is not None]
        self.asked = domains.questions_of(conditions)
        self.last: dict[str, int] = {}
        """The last step that looks at each item or attribute."""
        for number, (_, condition, pipes) in enumerate(self.steps):
            for reference in (*(condition.references() if condition else ()), *pipes):
                self.last[name_of(reference)] = number
        self.is_whole = all(domains.is_exact(self.kinds.get(name), one) for name, one in self.asked.items())
        seconds = timing.reading(questionnaire.introduction.get(self.language, ""))
        self.states = [State({}, seconds, seconds)]
        self.done: list[State] = []
        """The ways that have ended before the last page."""
        self.remarks: list[Remark] = []
        self.cases: list[dict[str, Stored]] = []
        self.most, self.stopped_at, self.number = 1, "", -1

    def _kinds(self) -> Iterator[tuple[str, QuestionType]]:
        for item in self.questionnaire.items:
            try:
                yield item.key, question(item)
            except SurveyError:
                continue

    def _steps(self) -> Iterator[tuple[Any, Expression | None, tuple[Reference, ...]]]:
        """Everything that is shown or not, in order, with what it looks at."""
        for page in self.questionnaire.pages:
            yield page, _parsed(page.show_if), tuple(_piped([page.title]))
            for item in page.items:
                yield item, _parsed(item.show_if), tuple(_piped([item.text, item.help]))
                if item.required_if.strip():
                    yield item, _parsed(item.required_if), ()
            if page.end_if.strip():
                yield page, _parsed(page.end_if), ()
        for ending in self.questionnaire.endings:
            yield ending, _parsed(ending.show_if), tuple(_piped([ending.text]))

    # -- going on ---------------------------------------------------------------------------------------
    def whole(self) -> Proof:
        for number, page in enumerate(self.questionnaire.pages):
            self._page(number, page)
            if self.stopped_at:
                break
        else:
            self._endings()
        if self.stopped_at:
            values = {"key": self.stopped_at, "most": MOST_STATES}
            self.remarks.append(Remark("warning", STOPPED, values, item=self.stopped_at))
        return Proof(
            tuple(self.remarks), self.is_whole, self.stopped_at, self.most,
            min(state.shortest for state in self.states) / 60, max(state.longest for state in self.states) / 60,
            tuple(self.cases),
        )  # fmt: skip

    def _page(self, number: int, page: Page) -> None:
        shown, hidden = self._divided(self.states, page=number)
        for item in page.items:
            self.states = shown
            on, off = self._divided(shown, item=item.key, page=number)
            must: list[State] = []
            if item.required_if.strip():
                must, on = self._divided(on, item=item.key, page=number, field="required_if")
            values = self._answers_to(item)
            if (len(on) + len(must)) * len(values or [None]) + len(off) + len(hidden) > MOST_STATES:
                self.stopped_at = item.key
                break
            given = None if values is None else [value for value in values if value is not None]
            answered = [*self._answered(on, item, values), *self._answered(must, item, given)]
            shown, hidden = self._merged([*answered, *off]), self._merged(hidden)
        if page.end_if.strip() and not self.stopped_at:
            done, shown = self._divided(shown, page=number)
            self.done += done
        self.states = self._merged([*shown, *hidden])
        self.most = max(self.most, len(self.states))

    def _divided(self, states: list[State], **place: Any) -> tuple[list[State], list[State]]:
        """The states in which the next step is shown, and those in which it is not."""
        self.number += 1
        _, condition, pipes = self.steps[self.number]
        states = self._with_attributes(states, condition)
        if condition is None:
            shown, hidden = states, []
        else:
            verdicts = [(state, condition.evaluate(_values(state)) is True) for state in states]
            shown, hidden = [one for one, holds in verdicts if holds], [one for one, holds in verdicts if not holds]
            self._judge(condition, shown, hidden, place)
        self._look_at_pipes(pipes, shown, place)
        return shown, hidden

    def _with_attributes(self, states: list[State], condition: Expression | None) -> list[State]:
        """Whatever an attribute can be, from the first condition on that looks at it."""
        for reference in condition.references() if condition else ():
            name = name_of(reference)
            if reference.is_attribute and states and name not in states[0].known:
                values = domains.attribute_classes(name, self.asked[name])
                states = [
                    State({**state.known, name: value}, state.shortest, state.longest, (state.path, name, value))
                    for state in states for value in values
                ]  # fmt: skip
        return states

    def _answers_to(self, item: Item) -> list[Stored] | None:
        """All that can be answered to an item, as far as something looks at it later; None where nothing does."""
        kind = self.kinds.get(item.key)
        if kind is None or not kind.is_asked or self.last.get(item.key, -1) <= self.number:
            return None
        return domains.classes(kind, self.asked.get(item.key, Asked()))

    def _answered(self, states: list[State], item: Item, values: list[Stored] | None) -> Iterator[State]:
        """The states after an item that is shown: one for each answer."""
        seconds = timing.seconds(item, self.language)
        for state in states:
            shortest, longest = state.shortest + seconds, state.longest + seconds
            if values is None:
                yield State(state.known, shortest, longest, state.path)
            for value in values or ():
                yield State({**state.known, item.key: value}, shortest, longest, (state.path, item.key, value))

    def _merged(self, states: list[State]) -> list[State]:
        """States that differ in nothing that is looked at later are one."""
        made: dict[Any, State] = {}
        for state in states:
            known = {name: value for name, value in state.known.items() if self.last[name] > self.number}
            sign = tuple((name, repr(value)) for name, value in sorted(known.items()))
            same = made.get(sign)
            if same is None:
                made[sign] = State(known, state.shortest, state.longest, state.path)
            else:
                same.shortest, same.longest = min(same.shortest, state.shortest), max(same.longest, state.longest)
        return list(made.values())

    # -- what is found ----------------------------------------------------------------------------------
    def _judge(self, condition: Expression, shown: list[State], hidden: list[State], place: dict[str, Any]) -> None:
        if shown:
            self.cases.append(dict(_answers(shown[0].path)))
            if not hidden and "page" in place and not self._waits_for_this_page(condition, place):
                self._say("warning", ALWAYS, place)
        elif hidden:
            self._say("error" if self.is_whole else "warning", NEVER if self.is_whole else PERHAPS_NEVER, place)

    def _waits_for_this_page(self, condition: Expression, place: dict[str, Any]) -> bool:
        """Whether the question comes up when something on the same page is answered, however."""
        if "item" not in place:
            return False
        here = {item.key for item in self.questionnaire.pages[place["page"]].items}
        return any(reference.name in here for reference in condition.references())

    def _look_at_pipes(self, pipes: tuple[Reference, ...], shown: list[State], place: dict[str, Any]) -> None:
        told = set()
        for reference in pipes:
            is_earlier = reference.name in self.kinds and reference.name not in told
            if is_earlier and any(state.known.get(reference.name) is None for state in shown):
                told.add(reference.name)
                self._say("warning", EMPTY, place, key=reference.name)

    def _say(self, level: Any, message: str, place: dict[str, Any], **values: Any) -> None:
        field = {"field": "text" if values else "show_if"}
        self.remarks.append(Remark(level, message, values, **field | place))

    def _endings(self) -> None:
        """The first ending whose condition holds is shown; those after it are not."""
        waiting = self.states = [*self.states, *self.done]
        for number, ending in enumerate(self.questionnaire.endings):
            if not waiting:
                self.number += 1
                if ending.show_if.strip():  # one without is there for safety
                    self.remarks.append(Remark("warning", UNREAD, ending=number, field="show_if"))
                continue
            shown, waiting = self._divided(waiting, ending=number)
            if shown and not ending.show_if.strip():
                self.cases.append(dict(_answers(shown[0].path)))


def _values(state: State) -> Values:
    prefix = f"{ATTRIBUTES}."
    answers = {name: value for name, value in state.known.items() if not name.startswith(prefix)}
    attributes = {name.removeprefix(prefix): value for name, value in state.known.items() if name.startswith(prefix)}
    return Values(answers, attributes)


def _answers(path: Path) -> Iterator[tuple[str, Stored]]:
    while path is not None:
        path, name, value = path
        yield name, value
