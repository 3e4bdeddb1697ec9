"""From an answer to its result: nothing said, or clauses with aspect, polarity and the words that decided."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .aspects import Mention, Taxonomy, general, is_about_the_whole
from .clauses import Clause, clauses_of
from .clean import has_chinese, prepare
from .models import DEFAULT, Probabilities, Spans, TextModel, model_for
from .said import nothing_said

RESULTS = ("positive", "neutral", "negative", "mixed", "none")
FEELING = 0.4
"""From this probability on an opinion counts as praise or complaint for the result of the whole text."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """A clause about an aspect ("" for the whole) with a polarity −1, 0 or 1. Offsets are into the original text."""

    start: int
    stop: int
    aspect: str
    polarity: int
    probability: float
    why: Spans = ()


@dataclass(frozen=True, slots=True)
class TextResult:
    """`result` is one of RESULTS; `positive` and `negative` are the text's probabilities as a whole."""

    result: str
    opinions: tuple[Opinion, ...] = ()
    positive: float = 0.0
    negative: float = 0.0
    model: str = ""
    version: str = ""

    @property
    def probability(self) -> float:
        """How sure `result` is: of a side its share, of mixed the weaker of the two sides' surest opinions."""
        if self.result == "mixed":
            return min(
                max((o.probability for o in self.opinions if o.polarity == sign), default=0.0) for sign in (1, -1)
            )
        sides = {"positive": self.positive, "negative": self.negative, "none": 1.0}
        return sides.get(self.result, max(0.0, 1 - self.positive - self.negative))


def judge(text: str, model: str = DEFAULT, *, taxonomy: Taxonomy | None = None, asks: str = "reason") -> TextResult:
    """One answer. `asks` is what the question wants ("reason" or "improvement"): see `nothing_said`."""
    return opinions([text], model, taxonomy=taxonomy, asks=asks, explain=True)[0]


def opinions(
    texts: Sequence[str], model: str = DEFAULT, *, taxonomy: Taxonomy | None = None, asks: str = "reason",
    explain: bool = False,
) -> list[TextResult]:  # fmt: skip
    """Answers judged together: each distinct clause is looked at once, by the model of its language.

    With `explain` opinions carry the words that decided (`why`), which costs about as much as judging.
    """
    kinds = taxonomy or general()
    cut = [[] if nothing_said(text, asks) else _whole(clauses_of(prepare(text))) for text in texts]
    judged = _judged({clause.text for clauses in cut for clause in clauses}, model)
    return [_result(clauses, judged, kinds, model, explain=explain) for clauses in cut]


def polarity(texts: Sequence[str], model: str = DEFAULT) -> list[Probabilities]:
    """Probabilities of whole texts: the mean over their clauses, the sure ones counting more."""
    made = []
    for result in opinions(texts, model):
        rest = max(0.0, 1 - result.positive - result.negative)
        made.append(Probabilities(result.negative, rest, result.positive))
    return made


Judged = dict[str, tuple[Probabilities, TextModel]]


def _judged(clauses: set[str], model: str) -> Judged:
    made: Judged = {}
    for language in ("zh", "en"):
        chosen = model_for(model, language)
        wanted = sorted(clause for clause in clauses if (language == "zh") == _is_chinese(clause))
        found = chosen.polarity(wanted) if wanted else []
        made.update({clause: (p, chosen) for clause, p in zip(wanted, found, strict=True)})
    return made


def _is_chinese(clause: str) -> bool:
    """Chinese, or nothing but emoji and figures, which the Chinese lists know as well."""
    return has_chinese(clause) or not any(c.isascii() and c.isalpha() for c in clause)


def _whole(clauses: list[Clause]) -> list[Clause]:
    """A clause of at most three characters without meaning of its own (然后, 总之) is left to its neighbour."""
    return [c for c in clauses if c.text not in _EMPTY_WORDS]


_EMPTY_WORDS = {
    "然后", "总之", "另外", "还有", "其次", "首先", "最后", "第一", "第二", "第三", "总的来说", "总体来说", "说实话",
    "老实说", "个人觉得", "个人感觉", "而且", "并且", "所以", "因此", "因为", "哈哈", "呵", "唉", "哎", "嗯", "啊",
    "谢谢", "谢谢了", "谢谢您", "谢谢你们", "多谢", "谢啦", "就这样", "就这样吧", "就这些", "以上", "以上就是",
    "没了", "没别的了", "暂时就这些", "先这样", "仅此而已", "凑字数", "thanks", "thank you", "that's all",
}  # fmt: skip


def _result(clauses: Sequence[Clause], judged: Judged, taxonomy: Taxonomy, model: str, *, explain: bool) -> TextResult:
    named = model_for(model, "zh")
    if not clauses:
        return TextResult("none", model=named.name, version=named.version)
    found: list[Opinion] = []
    last: tuple[int, int, str] | None = None
    for clause in clauses:
        probabilities, used = judged[clause.text]
        about = _about(clause, taxonomy, probabilities, last)
        why = _why(clause, used) if explain and about else ()
        found.extend(_opinions(clause, about, probabilities, why))
        if about and about[0].code:
            last = (clause.sentence, probabilities.polarity, about[-1].code)
    weights = [abs(p.positive - p.negative) + 0.05 for p, _ in (judged[c.text] for c in clauses)]
    share = [weight / sum(weights) for weight in weights]
    positive = sum(s * judged[c.text][0].positive for s, c in zip(share, clauses, strict=True))
    negative = sum(s * judged[c.text][0].negative for s, c in zip(share, clauses, strict=True))
    return TextResult(
        verdict((o.polarity, o.probability) for o in found), tuple(found), positive, negative, named.name, named.version
    )


def _about(
    clause: Clause, taxonomy: Taxonomy, probabilities: Probabilities, last: tuple[int, int, str] | None
) -> list[Mention]:
    """The aspects of a clause; a short follow-up of the same sign in the same sentence keeps the aspect before it."""
    mentions = taxonomy.find(clause.text)
    if mentions:
        return mentions
    is_short = not clause.lead and len(clause.text) <= 8 and not is_about_the_whole(clause.text)
    if last and is_short and probabilities.polarity and last[:2] == (clause.sentence, probabilities.polarity):
        return [Mention(last[2], 0, 0)]
    return [Mention("", 0, 0)] if probabilities.polarity else []


def _why(clause: Clause, used: TextModel) -> Spans:
    """The words of a clause that decided, as places in the original."""
    if clause.stop - clause.start != len(clause.text):  # matching shortened it: places inside are not known
        return ((clause.start, clause.stop),)
    return tuple(dict.fromkeys((clause.start + a, clause.start + b) for a, b in used.why(clause.text)))


def _opinions(clause: Clause, about: Sequence[Mention], probabilities: Probabilities, why: Spans) -> list[Opinion]:
    return [
        Opinion(clause.start, clause.stop, mention.code, probabilities.polarity,
                round(probabilities.probability, 4), why)
        for mention in about
    ]  # fmt: skip


def verdict(found: Iterable[tuple[int, float]]) -> str:
    """The result of a text from (polarity, probability) of its opinions."""
    signs = {polarity for polarity, probability in found if polarity and probability >= FEELING}
    if signs == {-1, 1}:
        return "mixed"
    if not signs:
        return "neutral"
    return "positive" if signs == {1} else "negative"
