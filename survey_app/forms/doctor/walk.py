"""The doctor looks a draft over before it is published: errors block, warnings advise."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from ...errors import N_, SurveyError
from ..definition import LANGUAGE_NAMES, Item, Questionnaire, Text
from ..logic import Expression, LogicError, Reference, parse, piped
from ..logic.expression import Compared, Constant
from ..remarks import Remark
from ..types import QuestionType, question
from . import timing, wording

MANY_ITEMS, MANY_OPEN, MANY_ROWS = 15, 3, 12


def look(questionnaire: Questionnaire) -> list[Remark]:
    """All remarks, errors first, each in the order of the questionnaire."""
    remarks = [*_whole(questionnaire), *Walk(questionnaire).remarks()]
    return sorted(remarks, key=lambda remark: not remark.is_error)


def errors(questionnaire: Questionnaire) -> list[Remark]:
    return [remark for remark in look(questionnaire) if remark.is_error]


def _error(message: str, **values: Any) -> Remark:
    return Remark("error", message, values)


def _warning(message: str, **values: Any) -> Remark:
    return Remark("warning", message, values)


def _whole(questionnaire: Questionnaire) -> Iterator[Remark]:
    items = list(questionnaire.items)
    if not items:
        yield _error(N_("There is no question yet. Add the first one."))
    yield from _long(questionnaire, items)
    yield from _missing(questionnaire.title, questionnaire.languages, N_("The title is missing in %(language)s."))
    yield from _half(questionnaire.introduction, questionnaire.languages)
    if not questionnaire.endings:
        yield _warning(N_("There is no thank-you text. A plain one will be shown."))
    elif questionnaire.endings[-1].show_if:
        yield _warning(N_("The last thank-you text has a condition. Who meets none of them sees a plain one."))


def _long(questionnaire: Questionnaire, items: list[Item]) -> Iterator[Remark]:
    """What makes people leave before the end."""
    asked = [made for item in items if (made := _made(item)) and made.is_asked and made.is_seen]
    if len(asked) > MANY_ITEMS:
        yield _warning(
            N_("%(count)s questions are many. After about %(most)s, more and more people leave."),
            count=len(asked), most=MANY_ITEMS,
        )  # fmt: skip
    needed = timing.minutes(questionnaire)
    if needed > timing.TARGET:
        yield _warning(
            N_("All questions together take about %(minutes)s minutes; %(target)s is what most people give."),
            minutes=f"{needed:.0f}", target=f"{timing.TARGET:.0f}",
        )  # fmt: skip
    if (count := sum(one.is_open for one in asked)) > MANY_OPEN:
        yield _warning(N_("%(count)s questions ask people to write. Keep the one or two you will read."), count=count)
    if (count := sum(one.rows_to_rate for one in asked)) > MANY_ROWS:
        yield _warning(
            N_("%(count)s rows of matrices are many: people begin to tick one column. Keep what you will act on."),
            count=count,
        )  # fmt: skip


def _made(item: Item) -> QuestionType | None:
    try:
        return question(item)
    except SurveyError:
        return None


def _missing(text: Text, languages: Iterable[str], message: str) -> Iterator[Remark]:
    for language in languages:
        if not text.get(language, "").strip():
            yield _error(message, language=LANGUAGE_NAMES[language])


def _half(text: Text, languages: Iterable[str]) -> Iterator[Remark]:
    """A text that is there in one language only; texts may also be left out altogether."""
    if any(words.strip() for words in text.values()):
        yield from _missing(text, languages, N_("A text is missing in %(language)s."))


class Walk:
    """Goes through the questionnaire in order, knowing what has been asked before."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire, self.languages = questionnaire, questionnaire.languages
        self.all = {item.key for item in questionnaire.items}
        self.before: dict[str, QuestionType] = {}
        self.before_page: dict[str, QuestionType] = {}
        self.here: set[str] = set()

    def remarks(self) -> Iterator[Remark]:
        for number, page in enumerate(self.questionnaire.pages):
            self.before_page, self.here = dict(self.before), {item.key for item in page.items}
            found = [*self._condition(page.show_if), *_half(page.title, self.languages), *self._pipes(page.title)]
            if not page.items and self.all:
                found.append(_error(N_("Page %(page)s has no question. Add one, or remove the page."), page=number + 1))
            yield from (replace(remark, page=number) for remark in found)
            for item in page.items:
                yield from (replace(remark, page=number, item=item.key) for remark in self._item(item))
            yield from (replace(remark, page=number, field="end_if") for remark in self._condition(page.end_if))
        self.before_page, self.here = self.before, set()
        for number, ending in enumerate(self.questionnaire.endings):
            found = [*self._condition(ending.show_if), *self._pipes(ending.text)]
            found += _missing(ending.text, self.languages, N_("The thank-you text is missing in %(language)s."))
            yield from (replace(remark, ending=number) for remark in found)

    def _item(self, item: Item) -> Iterator[Remark]:
        message = N_("The question has no text in %(language)s.")
        yield from (replace(remark, field="text") for remark in _missing(item.text, self.languages, message))
        yield from (replace(remark, field="help") for remark in _half(item.help, self.languages))
        for text in (item.text, item.help):
            yield from (replace(remark, field="text") for remark in self._pipes(text))
        yield from self._condition(item.show_if)
        yield from (replace(remark, field="required_if") for remark in self._condition(item.required_if))
        try:
            asked = question(item)
        except SurveyError as error:
            yield replace(_error(error.message, **error.values), field="options")
            return
        for name, part in asked.looks_at:
            yield from (replace(one, field="options") for one in self._reference(Reference(name, part, 0), self.before))
        yield from asked.remarks(self.languages)
        if left := _left_as_made(asked, self.languages):
            message = N_("“%(words)s” still stands as the question was made. Write what customers can choose.")
            yield replace(_error(message, words=left), field="options")
        if asked.is_worded:
            yield from wording.remarks(item, asked, self.languages)
        self.before[item.key] = asked

    def _condition(self, show_if: str) -> Iterator[Remark]:
        if not show_if.strip():
            return
        try:
            expression = parse(show_if)
        except LogicError as error:
            yield Remark("error", error.message, error.values, field="show_if", position=error.position)
            return
        for reference in expression.references():
            for remark in self._reference(reference, self.before):
                yield replace(remark, field="show_if", position=reference.position)
        for remark in self._compared(expression):
            yield replace(remark, field="show_if")

    def _pipes(self, text: Text) -> Iterator[Remark]:
        for words in text.values():
            for reference in piped(words):
                if reference.name in self.here:
                    yield _error(
                        N_("“%(key)s” is on the same page: its answer is not known yet. Move it to an earlier page."),
                        key=reference.name,
                    )  # fmt: skip
                else:
                    yield from self._reference(reference, self.before_page)

    def _reference(self, reference: Reference, known: dict[str, QuestionType]) -> Iterator[Remark]:
        name, part = reference.name, reference.part
        if reference.is_attribute:
            return
        if name not in self.all:
            yield _error(N_("“%(key)s” is not the key of a question."), key=name)
        elif name not in known:
            yield _error(
                N_("“%(key)s” is only asked later, so its answer is not known here. Move it before this."), key=name
            )
        elif part and part not in _parts(known[name]):
            yield _error(N_("“%(part)s” is not a row or an option of “%(key)s”."), part=part, key=name)

    def _compared(self, expression: Expression) -> Iterator[Remark]:
        """A comparison with a code that is not offered never holds."""
        for node in _nodes(expression):
            if not (isinstance(node, Compared) and isinstance(node.left, Reference) and not node.left.part):
                continue
            asked, right = self.before.get(node.left.name), node.right
            offered = _offered(asked) if asked else ()
            if isinstance(right, Constant) and isinstance(right.value, str) and offered and right.value not in offered:
                yield _warning(
                    N_("“%(code)s” is not among the options of “%(key)s”."), code=right.value, key=node.left.name
                )


def _nodes(expression: Expression) -> Iterator[Expression]:
    yield expression
    for part in (*getattr(expression, "parts", ()), getattr(expression, "inner", None)):
        if isinstance(part, Expression):
            yield from _nodes(part)


def _left_as_made(asked: QuestionType, languages: Iterable[str]) -> str:
    """The words of the first line that nobody has written; a new question has some, so that it can be seen."""
    for name, lines in asked.starter.items():
        made = {line["code"]: line["text"] for line in lines}
        for line in asked.item.options.get(name, ()):
            words = line.get("text", {})
            for language in languages:
                if words.get(language) and words[language] == made.get(line["code"], {}).get(language):
                    return str(words[language])
    return ""


def _parts(asked: QuestionType) -> set[str]:
    """What can be named behind the key: the rows of a matrix, the options of a multiple choice."""
    prefix = f"{asked.item.key}."
    return {spec.key.removeprefix(prefix) for spec in asked.columns() if spec.key.startswith(prefix)}


def _offered(asked: QuestionType) -> set[str]:
    return {code for spec in asked.columns() for code in spec.codes} or _parts(asked)
