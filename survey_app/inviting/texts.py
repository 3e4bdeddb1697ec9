"""The words of invitations: default texts, and placeholders that are filled in one pass and never evaluated."""

import re
from collections.abc import Mapping
from functools import lru_cache

from ..errors import N_, SurveyError

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
PLACEHOLDERS = {"name": N_("customer's name"), "company": N_("your company"), "survey": N_("name of the survey")}
MAX_SUBJECT, MAX_BODY = 200, 5000

Words = dict[str, str]

INVITATION: tuple[Words, Words] = (
    {"zh": "{{company}}想听听您的意见", "en": "How did we do? {{company}} would like to know"},
    {
        "zh": "尊敬的{{name}}：\n\n感谢您选择{{company}}。我们想知道您的真实感受，好的和不好的都想听。"
        "问卷只需一两分钟，您的每一条意见都会有人看。\n\n请从这里开始：",
        "en": "Dear {{name}},\n\nThank you for choosing {{company}}. We would like to know how it has been for you, "
        "the good and the bad. It takes a minute or two, and a person reads every comment.\n\n"
        "Please begin here:",
    },
)
REMINDER: tuple[Words, Words] = (
    {"zh": "温馨提醒：{{company}}期待您的反馈", "en": "A short reminder: {{company}} would value your opinion"},
    {
        "zh": "尊敬的{{name}}：\n\n前几天我们给您发过一份简短的问卷，也许您当时正忙。如果方便，请用一两分钟告诉我们"
        "您的感受；如果不想回答，不用理会这封邮件，我们不会再提醒。\n\n请从这里开始：",
        "en": "Dear {{name}},\n\nA few days ago we sent you a short questionnaire; perhaps it was a busy moment. "
        "If you have a minute or two now, we would like to hear from you. If not, please ignore this mail: "
        "we will not remind you again.\n\nPlease begin here:",
    },
)
SHORT: tuple[Words, Words] = (
    {"zh": "", "en": ""},
    {
        "zh": "【{{company}}】{{name}}您好，想请您用一分钟评价我们的服务：",
        "en": "{{company}}: {{name}}, would you take a minute to tell us how we did?",
    },
)
SHORT_REMINDER: tuple[Words, Words] = (
    {"zh": "", "en": ""},
    {
        "zh": "【{{company}}】{{name}}您好，前几天请您评价过我们的服务，方便时请用一分钟填写：",
        "en": "{{company}}: {{name}}, a minute for the questions we sent you a few days ago?",
    },
)


def defaults(*, number: int, has_subject: bool) -> tuple[Words, Words]:
    """Subject and body to begin with, for step 1 (invitation) or 2 (reminder)."""
    if not has_subject:
        return SHORT if number == 1 else SHORT_REMINDER
    return INVITATION if number == 1 else REMINDER


def fill(template: str, values: Mapping[str, str]) -> str:
    """Put values in place of {{name}} and the like, in one pass: what a value contains is never looked at again."""
    pieces = list(_pieces(template))
    pieces[1::3] = (values.get(key, written) for written, key in zip(pieces[1::3], pieces[2::3], strict=True))
    del pieces[2::3]
    return "".join(pieces)


@lru_cache(maxsize=64)
def _pieces(template: str) -> tuple[str, ...]:
    """A template taken apart: text, a placeholder as it is written, its key, text, … A letter is filled many times."""
    return tuple(re.split(f"({_PLACEHOLDER.pattern})", template))


def clean(value: str) -> str:
    """A value as it may stand in a header or a line: no line breaks, no control characters."""
    return " ".join(_UNWANTED.sub(" ", value).split())


def check(subject: Words, body: Words, *, has_subject: bool, max_text: int = MAX_BODY) -> None:
    """Refuse texts that could not be sent, saying which and why."""
    for language, text in subject.items():
        if has_subject and not text.strip() and body.get(language, "").strip():
            raise TextError("text-subject", N_("The subject (%(language)s) is empty."), language=language)
        if len(text) > MAX_SUBJECT or _UNWANTED.search(text):
            raise TextError(
                "text-subject", N_("The subject (%(language)s) must be one line of at most %(limit)s characters."),
                language=language, limit=MAX_SUBJECT,
            )  # fmt: skip
    if not any(text.strip() for text in body.values()):
        raise TextError("text-empty", N_("The message has no text."), N_("Write it in at least one language."))
    limit = min(max_text, MAX_BODY)
    for language, text in body.items():
        if len(text) > limit:
            raise TextError(
                "text-long", N_("The text (%(language)s) is longer than %(limit)s characters."),
                language=language, limit=limit,
            )  # fmt: skip
    for text in (*subject.values(), *body.values()):
        for found in _PLACEHOLDER.finditer(text):
            if found[1] not in PLACEHOLDERS:
                raise TextError(
                    "text-placeholder", N_("There is nothing to put in place of %(word)s."),
                    N_("Use %(known)s."), word=found[0],
                    known=", ".join("{{" + word + "}}" for word in PLACEHOLDERS),
                )  # fmt: skip


class TextError(SurveyError):
    """A message text that cannot be sent as it is."""
