"""A stem that is too long: people read the beginning and guess the rest."""

import re

from ....errors import N_
from ..asking import Asking, Finding, Rule, stem

MOST = {"zh": 60, "en": 180}
"""Characters, without what stands in brackets."""
PURPOSE = re.compile("^(?:为了?|感谢|您好|尊敬的|亲爱的|本次|我们)")


class LongStem(Rule):
    name = "long_stem"
    order = 70

    def look(self, asking: Asking) -> Finding | None:
        length, most = len(asking.plain), MOST[asking.language]
        if length <= most:
            return None
        kept, rest = _shorter(asking)
        return Finding(
            N_("The stem has %(length)s characters; up to %(most)s are read to the end. Keep what is asked."),
            {"length": length, "most": most}, stems=(kept,) if kept else (), help=rest,
        )  # fmt: skip


def _shorter(asking: Asking) -> tuple[str, str]:
    """The clauses that ask, and those that only lead up to them."""
    ends = "[，。；;！!]" if asking.is_chinese else r"[.;!]|,"
    parts = [part.strip() for part in re.split(ends, asking.text) if part.strip(" ？?")]
    joint = "，" if asking.is_chinese else ", "
    if len(parts) < 2:
        return "", ""
    kept = [parts.pop()]
    while parts and len(kept[0]) + len(parts[-1]) < MOST[asking.language] // 2 and not PURPOSE.match(parts[-1]):
        kept.insert(0, parts.pop())
    rest = joint.join(parts)
    return stem(joint.join(kept), asking.language), rest + ("。" if asking.is_chinese else ".") if rest else ""
