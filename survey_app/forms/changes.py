"""What a draft changes against a published questionnaire, in words, and what it must not change."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ..errors import N_, SurveyError
from .definition import Item, Questionnaire, Text
from .remarks import Remark
from .types import QuestionType, question


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: a message id with values; `text` is the question it is about."""

    kind: Literal["added", "removed", "changed"]
    message: str
    key: str = ""
    text: Text = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


PARTS = (
    ("text", N_("The text of the question was changed.")),
    ("help", N_("The help was changed.")),
    ("is_required", N_("Whether an answer is required was changed.")),
    ("show_if", N_("The condition was changed.")),
    ("options", N_("The options were changed.")),
)


def between(before: Questionnaire | None, after: Questionnaire) -> list[Change]:
    """All differences, question by question; everything is new where there was nothing before."""
    if before is None:
        return [Change("added", N_("New question."), item.key, item.text) for item in after.items]
    return [*_items(before, after), *_order(before, after), *_rest(before, after)]


def _items(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    old, new = {item.key: item for item in before.items}, {item.key: item for item in after.items}
    for key, item in new.items():
        if key not in old:
            yield Change("added", N_("New question."), key, item.text)
            continue
        for name, message in PARTS:
            if getattr(old[key], name) != getattr(item, name):
                yield Change("changed", message, key, item.text)
    for key, item in old.items():
        if key not in new:
            yield Change("removed", N_("The question was removed. Its earlier answers are kept."), key, item.text)


def _order(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    kept = {item.key for item in before.items} & {item.key for item in after.items}

    def places(of: Questionnaire) -> list[list[str]]:
        pages = [[item.key for item in page.items if item.key in kept] for page in of.pages]
        return [page for page in pages if page]

    if places(before) != places(after):
        yield Change("changed", N_("The order of questions or pages was changed."))


def _rest(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    for is_changed, message in (
        (before.title != after.title, N_("The title was changed.")),
        (before.introduction != after.introduction, N_("The introduction was changed.")),
        (before.languages != after.languages, N_("The languages were changed.")),
        (before.endings != after.endings, N_("The thank-you texts were changed.")),
        (_page_settings(before) != _page_settings(after), N_("Headings or conditions of pages were changed.")),
    ):
        if is_changed:
            yield Change("changed", message)


def _page_settings(of: Questionnaire) -> list[tuple[Text, str]]:
    return [(page.title, page.show_if) for page in of.pages if page.title or page.show_if]


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
