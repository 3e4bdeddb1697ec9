"""What one questionnaire changes against another, in words: each change with whether the trend goes on, and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ..errors import N_, SurveyError
from . import option_changes
from .definition import Item, Questionnaire
from .logic import same_condition
from .option_changes import MOVED, Change, everywhere, reworded
from .remarks import Remark
from .types import QuestionType, question

__all__ = ["Change", "between", "breaks", "clashes"]

SAME_QUESTIONS = N_("What is asked is the same.")
OTHERS_ASKED = N_("Others are asked than before.")


def between(before: Questionnaire | None, after: Questionnaire) -> list[Change]:
    """All differences, question by question; everything is new where there was nothing before."""
    if before is None:
        return [Change("added", N_("New question."), after=item.text, key=item.key) for item in after.items]
    return [*_items(before, after), *_order(before, after), *_rest(before, after)]


def breaks(before: Questionnaire, after: Questionnaire, key: str) -> bool:
    """Whether the answers to one question cannot be compared before and after."""
    return any(change.breaks for change in _items(before, after) if change.key == key)


def _items(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    old, new = {item.key: item for item in before.items}, {item.key: item for item in after.items}
    for key, item in new.items():
        if key in old:
            yield from (replace(one, key=key, text=item.text) for one in _item(old[key], item))
        else:
            yield Change("added", N_("New question."), N_("It begins a series of its own."), key=key, after=item.text)
    for key, item in old.items():
        if key not in new:
            message = N_("The question was removed. Its earlier answers are kept.")
            yield Change("removed", message, N_("Its series ends here."), breaks=True, key=key, text=item.text)


def _item(old: Item, new: Item) -> Iterator[Change]:
    if old.type != new.type:
        reason = N_("Answers of two types cannot be counted together.")
        yield Change("changed", N_("The type of the question was changed."), reason, breaks=True)
    yield from reworded(N_("The text of the question was changed."), old.text, new.text)
    yield from reworded(N_("The help was changed."), old.help, new.help)
    if old.is_required != new.is_required:
        yield Change(
            "changed", N_("An answer is required now.") if new.is_required else N_("The answer is optional now."),
            N_("Who would have skipped it answers now.") if new.is_required else N_("Who had to answer may skip it."),
            breaks=True,
        )  # fmt: skip
    yield from _condition(N_("The condition was changed."), old.show_if, new.show_if)
    yield from _condition(N_("When an answer is required was changed."), old.required_if, new.required_if)
    if old.options != new.options and old.type == new.type:
        was, now = _made(old), _made(new)
        if was and now:
            yield from option_changes.between(was, now)
        else:
            yield Change("changed", N_("The options were changed."), option_changes.OTHERWISE, breaks=True)


def _condition(message: str, old: str, new: str) -> Iterator[Change]:
    if old == new:
        return
    is_same = same_condition(old, new)
    reason = N_("It is written otherwise and says the same.") if is_same else OTHERS_ASKED
    yield Change("changed", message, reason, breaks=not is_same, before=everywhere(old), after=everywhere(new))


def _order(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    kept = {item.key for item in before.items} & {item.key for item in after.items}

    def places(of: Questionnaire) -> list[list[str]]:
        pages = [[item.key for item in page.items if item.key in kept] for page in of.pages]
        return [page for page in pages if page]

    old, new = places(before), places(after)
    if [key for page in old for key in page] != [key for page in new for key in page]:
        yield Change("changed", N_("The order of the questions was changed."), MOVED, breaks=True)
    elif old != new:
        reason = N_("The order is the same, only the pages end elsewhere.")
        yield Change("changed", N_("The division into pages was changed."), reason)


def _rest(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    for message, old, new in (
        (N_("The title was changed."), before.title, after.title),
        (N_("The introduction was changed."), before.introduction, after.introduction),
    ):
        if old != new:
            yield Change("changed", message, SAME_QUESTIONS, before=old, after=new)
    if before.languages != after.languages:
        yield Change("changed", N_("The languages were changed."), N_("Answers in all languages are the same codes."))
    if before.endings != after.endings:
        yield Change("changed", N_("The thank-you texts were changed."), SAME_QUESTIONS)
    yield from _pages(before, after)


def _pages(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    if [one.title for one in before.pages if one.title] != [one.title for one in after.pages if one.title]:
        yield Change("changed", N_("Headings of pages were changed."), SAME_QUESTIONS)
    old, new = ([page.end_if for page in of.pages if page.end_if] for of in (before, after))
    if old != new:
        yield from _condition(N_("Where the survey ends early was changed."), "; ".join(old), "; ".join(new))
    kept = {item.key for item in before.items} & {item.key for item in after.items}
    if _conditions(before, kept) != _conditions(after, kept):
        was, now = (everywhere("; ".join(page.show_if for page in of.pages if page.show_if)) for of in (before, after))
        message = N_("Conditions of pages were changed.")
        yield Change("changed", message, OTHERS_ASKED, breaks=True, before=was, after=now)


def _conditions(of: Questionnaire, kept: set[str]) -> dict[str, str]:
    """The condition that each question has from its page."""
    return {item.key: page.show_if for page in of.pages if page.show_if for item in page.items if item.key in kept}


def clashes(earlier: Sequence[Questionnaire], draft: Questionnaire) -> list[Remark]:
    """Questions whose new answers could not be counted together with earlier ones under the same key."""
    return list(_clashes(earlier, draft))


def _clashes(earlier: Iterable[Questionnaire], draft: Questionnaire) -> Iterator[Remark]:
    items = {item.key: (page, item) for page, whole in enumerate(draft.pages) for item in whole.items}
    told = set()
    for version in earlier:
        for item in version.items:
            page, now = items.get(item.key, (0, None))
            if now is None or item.key in told:
                continue
            message = _clash(item, now)
            if message:
                told.add(item.key)
                yield Remark("error", message, item=item.key, page=page)


def _clash(before: Item, now: Item) -> str:
    if before.type != now.type:
        return N_("This key belonged to a question of another type. Add the new question under a new key.")
    was, is_now = _made(before), _made(now)
    if was and is_now and was.score_options != is_now.score_options:
        return N_("The scale differs from earlier answers. Add a new question instead, so that both can be read.")
    return ""


def _made(item: Item) -> QuestionType | None:
    try:
        return question(item)
    except SurveyError:
        return None
