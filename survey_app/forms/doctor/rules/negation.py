"""Two negations in one clause: people get it wrong in both directions."""

import re

from ....errors import N_
from ..asking import CLAUSE_END, Asking, Finding, Rule, stem

EITHER = re.compile(r"(\w)不\1|有没有|是否|要不要|与否")
HARMLESS = re.compile(
    '(?:请|可)?(?:填写?|写|选择?)[“"‘]?无[”"’]?|不同(?!意)|不断|不少|不久|不仅|不但|不过|不管|不论|不错|不妨|不如|不只|不适用|不定期|非常|非凡|除非|无论|无线|无糖|无人|没关系|未来|未婚|未成年|不清楚|不确定|不一定|不得不|差不多|不方便之处'
)
APART = re.compile("或者?|和|与|、|以及|还是|且|但|却")
NO = re.compile("不|没有?|未|无法|无|非|勿|莫|反对|拒绝|否认|禁止|取消|避免|防止|杜绝|难以|缺乏|并非")
EN_NO = re.compile(
    r"n['’]t\b|\bnot\b|\bnever\b|\bno\b|\bnobody\b|\bnone\b|\bwithout\b|\bcannot\b|\b(?:dis|un|in|im|ir)(?:agree|approve|like|satisfied|fair|reasonable|clear|necessary|happy|able|possible|convenient|acceptable|important|helpful|reliable|friendly|justified)\w*|\b(?:oppose|opposed|deny|ban|banned|prohibit|forbid|refuse|prevent|against|fail|failed|lack|avoid)\b",
    re.IGNORECASE,
)
EN_PAIRS = re.compile(
    r"\b(?:satisfied|likely|agree|happy|clear|important|fair|helpful|easy|friendly|reliable)\s+(?:or|nor)\s+\w+|\bwhy\b|\bno\. ?\d|\bnot at all\b|\bif not\b|\bor not\b",
    re.IGNORECASE,
)


CLAUSES = {code: re.compile(rf"{ends.pattern}|[()（）]") for code, ends in CLAUSE_END.items()}


class Negation(Rule):
    name = "negation"
    order = 40

    def look(self, asking: Asking) -> Finding | None:
        for clause in CLAUSES[asking.language].split(asking.text):
            if found := (_chinese(clause) if asking.is_chinese else _english(clause)):
                return Finding(
                    N_("“%(first)s” and “%(second)s” deny twice, and people lose track. Ask it the positive way round."),
                    {"first": found[0], "second": found[1]}, stems=_positive(asking, clause),
                )  # fmt: skip
        return None


def _chinese(clause: str) -> list[str]:
    plain = HARMLESS.sub("□□", EITHER.sub("□□", clause))
    for part in APART.split(plain):
        found = [match[0] for match in NO.finditer(part)]
        if len(found) > 1:
            return found
    return []


def _english(clause: str) -> list[str]:
    found = [match[0] for match in EN_NO.finditer(EN_PAIRS.sub("□", clause))]
    return found if len(found) > 1 else []


def _positive(asking: Asking, clause: str) -> tuple[str, ...]:
    """The clause without its two negations, where both can simply go."""
    if asking.is_chinese:
        kept = (
            re.sub("反对(?:不|禁止|取消)|拒绝不|禁止不", "支持", clause)
            if re.search("反对(?:不|禁止|取消)", clause)
            else None
        )
        changed = kept or re.sub("不(?!同|断|少|久)|没有?|未|并非|难以|无法", "", clause, count=2)
    else:
        changed = re.sub(
            r"\bdo\s+not\b|\bnot\b\s*|\b(do|does|did|is|are|was|were|would|should|could|ca)n['’]t\b",
            lambda m: m[1] or "",
            clause,
            count=1,
            flags=re.IGNORECASE,
        )
        changed = re.sub(
            r"\b(?:dis|un|in|im|ir)(agree|approve|like|satisfied|fair|reasonable|clear|necessary|happy|able|possible|convenient|acceptable|important|helpful|reliable|friendly|justified)",
            r"\1",
            changed,
            count=1,
            flags=re.IGNORECASE,
        )
        changed = re.sub(r"\bnot\s+|\bn['’]t\b", "", changed, count=1, flags=re.IGNORECASE)
    made = stem(asking.text.replace(clause, changed), asking.language)
    return (made,) if made and made != asking.text else ()
