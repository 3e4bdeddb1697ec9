"""From answers to results: nothing said, or clauses with aspect, polarity and the words that decided."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import exp, log
from typing import NamedTuple

import numpy as np

from .aspects import Mention, Taxonomy, general, is_about_the_whole
from .beside import beside
from .clauses import Piece, cut
from .clean import Cleaned, clean, goes_as_chinese
from .lexical import weigh
from .models import DEFAULT, Floats, Probabilities, Spans, TextModel, model_for, probabilities
from .said import says_nothing
from .words import words

RESULTS = ("positive", "neutral", "negative", "mixed", "none")
FEELING = 0.4
"""From this probability on an opinion counts as praise or complaint for the result of the whole text."""
TOGETHER = 1_000
"""Texts that are looked at together: many enough to be fast, few enough to stay in the processor's cache."""


class Opinion(NamedTuple):
    """A clause about an aspect ("" for the whole) with a polarity −1, 0 or 1. Offsets are into the original text."""

    start: int
    stop: int
    aspect: str
    polarity: int
    probability: float
    why: Spans = ()


class TextResult(NamedTuple):
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
            surest = [
                max((o.probability for o in self.opinions if o.polarity == sign), default=0.0) for sign in (1, -1)
            ]
            return min(surest)
        sides = {"positive": self.positive, "negative": self.negative, "none": 1.0}
        return sides.get(self.result, max(0.0, 1 - self.positive - self.negative))


def judge(
    text: str, model: str | TextModel = DEFAULT, *, taxonomy: Taxonomy | None = None, asks: str = "reason"
) -> TextResult:
    """One answer. `asks` is what the question wants ("reason" or "improvement"): see `nothing_said`."""
    return opinions([text], model, taxonomy=taxonomy, asks=asks, explain=True)[0]


def opinions(
    texts: Sequence[str], model: str | TextModel = DEFAULT, *, taxonomy: Taxonomy | None = None,
    asks: str = "reason", explain: bool = False,
) -> list[TextResult]:  # fmt: skip
    """Answers judged together: each distinct clause is looked at once, by the model of its language.

    With `explain` opinions carry the words that decided (`why`), which costs about as much as judging.
    """
    kinds, found = taxonomy or general(), dict[str, TextResult]()
    distinct = list(dict.fromkeys(texts))
    for first in range(0, len(distinct), TOGETHER):
        part = distinct[first : first + TOGETHER]
        with _uncollected():
            found.update(zip(part, _judged(part, model, kinds, asks, explain=explain), strict=True))
    return [found[text] for text in texts]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of circles: results have none, and to look for some took a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def polarity(texts: Sequence[str], model: str | TextModel = DEFAULT) -> list[Probabilities]:
    """Probabilities of whole texts: the mean over their clauses, the sure ones counting more."""
    made = []
    for result in opinions(texts, model):
        rest = max(0.0, 1 - result.positive - result.negative)
        made.append(Probabilities(result.negative, rest, result.positive))
    return made


def _judged(
    texts: Sequence[str], model: str | TextModel, taxonomy: Taxonomy, asks: str, *, explain: bool
) -> list[TextResult]:
    cleaned = clean(texts)
    cuts = cut(cleaned)
    for number, mine in enumerate(cuts):
        if mine and says_nothing(cleaned.of(number), asks):
            mine.clear()
    # A clause of at most three characters without meaning of its own (然后, 总之) is left to its neighbour.
    cuts = [[piece for piece in mine if piece[2] not in _EMPTY_WORDS] for mine in cuts]
    looked = _Looked(list(dict.fromkeys(words for mine in cuts for _, _, words, _, _ in mine)), model, taxonomy)
    side, plain = _whole(looked.named, cleaned, cuts)
    return [looked.result(mine, one, flat, explain=explain) for mine, one, flat in zip(cuts, side, plain, strict=True)]


def _whole(model: TextModel, cleaned: Cleaned, cuts: Sequence[Sequence[Piece]]) -> tuple[list[float], list[float]]:
    """What the model says of texts as a whole: the two columns of `Whole`, 0 where it is not asked."""
    side, plain = np.zeros(len(cuts)), np.zeros(len(cuts))
    asked = [i for i, mine in enumerate(cuts) if mine and goes_as_chinese(cleaned.of(i))]
    said = model.whole([cleaned.of(i) for i in asked], [len(cuts[i]) for i in asked])
    side[asked], plain[asked] = said
    return side.tolist(), plain.tolist()


Said = tuple[int, float, float, float, float, Sequence[Mention]]
"""What a clause says: polarity, probability, weight in its text, praise and complaint by that weight, aspects."""


class _Looked:
    """What distinct clauses say: the side, how likely it is, and the aspects."""

    def __init__(self, clauses: list[str], model: str | TextModel, taxonomy: Taxonomy) -> None:
        self.models = {language: model_for(model, language) for language in ("zh", "en")}
        self.named = self.models["zh"]
        sides = np.zeros((len(clauses), 3))
        languages = ["zh" if goes_as_chinese(clause) else "en" for clause in clauses]
        for language, chosen in self.models.items():
            mine = [i for i, one in enumerate(languages) if one == language]
            if mine:
                sides[mine] = _sides([clauses[i] for i in mine], chosen)
        self.languages = dict(zip(clauses, languages, strict=True))
        self.said = self._said(clauses, sides, self.named.mentions(clauses, taxonomy.find_all(clauses)))

    @staticmethod
    def _said(clauses: list[str], sides: Floats, mentions: Mapping[int, list[Mention]]) -> dict[str, Said]:
        polarity = np.array([0, -1, 1])[np.argmax(sides[:, [1, 0, 2]], axis=1)]
        weights = np.abs(sides[:, 2] - sides[:, 0]) + 0.05
        columns = (
            polarity,
            sides.max(axis=1, initial=0).round(4),
            weights,
            weights * sides[:, 2],
            weights * sides[:, 0],
        )
        about = (mentions.get(i, ()) for i in range(len(clauses)))
        return dict(zip(clauses, zip(*(one.tolist() for one in columns), about, strict=True), strict=True))

    def result(self, clauses: Sequence[Piece], side: float, plain: float, *, explain: bool) -> TextResult:
        if not clauses:
            return TextResult("none", model=self.named.name, version=self.named.version)
        found: list[Opinion] = []
        signs: set[int] = set()
        last: tuple[int, int, str] | None = None
        positive = negative = whole = 0.0
        said, keeps_aspect = self.said, self.named.keeps_aspect
        for piece in clauses:
            start, stop, words, sentence, _ = piece
            polarity, probability, weight, up, down, about = said[words]
            if polarity and not about:
                about = _unnamed(piece, polarity, last)
            if about:
                why = self._why(piece) if explain else ()
                for code, _, _ in about:
                    found.append(_new(Opinion, (start, stop, code, polarity, probability, why)))
                if keeps_aspect and about[0][0]:
                    last = (sentence, polarity, about[-1][0])
                if probability >= FEELING:
                    signs.add(polarity)
            whole += weight
            positive += up
            negative += down
        verdict = _VERDICTS[frozenset(signs - {0})]
        up, down = positive / whole, negative / whole
        if side or plain:
            verdict, up, down = _settled(verdict, up, down, side, plain)
        named = self.named
        return _new(TextResult, (verdict, tuple(found), up, down, named.name, named.version))

    def _why(self, piece: Piece) -> Spans:
        """The words of a clause that decided, as places in the original."""
        start, stop, clause, _, _ = piece
        if stop - start != len(clause):  # matching shortened it: places inside are not known
            return ((start, stop),)
        model = self.models[self.languages[clause]]
        spans = weigh(clause, words("chinese")).spans if model.takes_rules else ()
        return tuple(dict.fromkeys((start + a, start + b) for a, b in spans or model.why(clause)))


def _settled(verdict: str, up: float, down: float, side: float, plain: float) -> tuple[str, float, float]:
    """The result and the two sides of a text by what its clauses and it as a whole say."""
    rest = max(1e-6, 1 - up - down)
    odds = log(max(up, 1e-6) / max(down, 1e-6)) + side
    if plain:
        rest = 1 / (1 + (1 - rest) / rest * exp(-plain))
    up = (1 - rest) / (1 + exp(-odds))
    down = 1 - rest - up
    if plain and verdict != "mixed":
        verdict = "neutral" if rest > max(up, down) else "positive" if up > down else "negative"
    elif verdict in ("positive", "negative"):
        verdict = "positive" if odds > 0 else "negative"
    return verdict, up, down


_new = tuple.__new__
"""Makes a named tuple from its fields in a third of the time."""


def _sides(clauses: list[str], model: TextModel) -> Floats:
    """Probabilities of negative, neutral and positive for each clause."""
    odds = model.log_odds(clauses)
    if not model.takes_rules:
        return probabilities(odds, model.band)
    said = beside(clauses)
    return probabilities(said.trust * odds + said.odds, np.where(said.is_sure, *model.bands))


_EMPTY_WORDS = {
    "然后", "总之", "另外", "还有", "其次", "首先", "最后", "第一", "第二", "第三", "总的来说", "总体来说", "说实话",
    "老实说", "个人觉得", "个人感觉", "而且", "并且", "所以", "因此", "因为", "哈哈", "呵", "唉", "哎", "嗯", "啊",
    "谢谢", "谢谢了", "谢谢您", "谢谢你们", "多谢", "谢啦", "就这样", "就这样吧", "就这些", "以上", "以上就是",
    "没了", "没别的了", "暂时就这些", "先这样", "仅此而已", "凑字数", "thanks", "thank you", "that's all",
}  # fmt: skip


def _unnamed(piece: Piece, polarity: int, last: tuple[int, int, str] | None) -> Sequence[Mention]:
    """What an opinion that names no aspect is about: a short follow-up of the same sign in the same sentence keeps
    the aspect before it, anything else is about the whole."""
    _, _, words, sentence, lead = piece
    follows = last and last[0] == sentence and last[1] == polarity and not lead and len(words) <= 8
    if last and follows and not is_about_the_whole(words):
        return (Mention(last[2], 0, 0),)
    return _WHOLE


_WHOLE = (Mention("", 0, 0),)
_VERDICTS = {
    frozenset(): "neutral", frozenset((1,)): "positive", frozenset((-1,)): "negative", frozenset((1, -1)): "mixed",
}  # fmt: skip


def verdict(found: Iterable[tuple[int, float]]) -> str:
    """The result of a text from (polarity, probability) of its opinions."""
    return _VERDICTS[frozenset(polarity for polarity, probability in found if polarity and probability >= FEELING)]
