"""What demo customers write: comments put together from the project's own phrases, clause by clause."""

import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

POLARITIES = {-1: "negative", 0: "neutral", 1: "positive"}
KINDS = {"none": 0.05, "short": 0.09, "one": 0.27, "two": 0.37, "three": 0.15, "wish": 0.07}
PERIODS = {"delay": -1, "since": 1}
"""Phrases for the logistics of a time in the story, and the polarity they belong to."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing said: about an aspect ("" for the whole), with the polarity it was meant to have."""

    text: str
    aspect: str
    polarity: int


@dataclass(frozen=True, slots=True)
class Comment:
    text: str
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Mood:
    """What a person has to say: how each aspect was (-1 … 1), the whole, and the time of the story."""

    feelings: Mapping[str, float]
    overall: float
    period: str = ""
    language: str = "zh"
    product: str = ""


@lru_cache(maxsize=1)
def grammar() -> dict[str, Any]:
    """The phrases, read once."""
    return tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))


def comment(rng: random.Random, mood: Mood) -> Comment:
    """One open answer that fits a mood; now and then nothing is said."""
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    if mood.language != "zh":
        return _english(rng, mood)
    if kind == "none":
        return Comment(rng.choice(grammar()["general"]["none"]))
    if kind == "short":
        return _short(rng, mood)
    clauses = _clauses(rng, mood, {"one": 1, "two": 2, "three": 3}.get(kind, 1))
    text = _join(rng, clauses)
    if kind == "wish":
        wish = _phrase(rng, grammar()["wishes"][clauses[-1].aspect], mood.product)
        clauses, text = (*clauses, Clause(wish, clauses[-1].aspect, 0)), f"{text}{rng.choice('，。')}{wish}"
    return Comment(_dress(rng, text, mood, clauses[0]), clauses)


def wish(rng: random.Random, mood: Mood) -> str:
    """What should be better, of the things that were not so good; some leave it at nothing."""
    if mood.language != "zh":
        return _english(rng, mood).text
    if rng.random() < 0.16:
        return str(rng.choice(grammar()["general"]["none"]))
    aspects = sorted(mood.feelings, key=lambda aspect: mood.feelings[aspect] + rng.random() * 0.9)
    said = [_phrase(rng, grammar()["wishes"][aspect], mood.product) for aspect in aspects[: rng.choice([1, 1, 2])]]
    if mood.feelings[aspects[0]] < 0:
        said.insert(0, _about(rng, mood, aspects[0], mood.feelings[aspects[0]]).text)
    return rng.choice(["，", "；", "。"]).join(said) + rng.choice(["", "", "。", "，谢谢"])


def _short(rng: random.Random, mood: Mood) -> Comment:
    """A few words about the whole; two of them now and then, as people do."""
    said = _general(rng, mood)
    more = _general(rng, mood)
    if more.text == said.text or more.polarity * said.polarity < 0 or rng.random() < 0.55:
        return Comment(said.text + _emoji(rng, said.polarity, 0.25), (said,))
    text = said.text + rng.choice(["，", "，", " ", "。"]) + more.text
    return Comment(text + _emoji(rng, said.polarity, 0.2), (said, more))


def _general(rng: random.Random, mood: Mood) -> Clause:
    polarity = _polarity(rng, mood.overall)
    words = _fill(rng, rng.choice(grammar()["general"][POLARITIES[polarity]]), mood.product)
    return Clause(words, "", polarity)


def _clauses(rng: random.Random, mood: Mood, count: int) -> tuple[Clause, ...]:
    """Clauses about different aspects: what stood out is said first and most often."""
    left = dict(mood.feelings)
    made = []
    for _ in range(min(count, len(left))):
        aspects = list(left)
        aspect = rng.choices(aspects, [(0.12 + abs(left[a])) ** 2 for a in aspects])[0]
        made.append(_about(rng, mood, aspect, left.pop(aspect)))
    if count > 1 and rng.random() < 0.22:
        made[-1] = _general(rng, mood)
    return tuple(made)


def _about(rng: random.Random, mood: Mood, aspect: str, feeling: float) -> Clause:
    polarity = _polarity(rng, feeling)
    phrases = grammar()["aspects"][aspect]
    own = aspect == "logistics" and PERIODS.get(mood.period) == polarity and rng.random() < 0.7
    return Clause(_phrase(rng, phrases[mood.period if own else POLARITIES[polarity]], mood.product), aspect, polarity)


def _phrase(rng: random.Random, phrases: list[str], product: str) -> str:
    """One that can be said about the product: no soy milk from an air fryer."""
    only = grammar()["only"]
    fitting = [
        phrase
        for phrase in phrases
        if not product or all(product in products for word, products in only.items() if word in phrase)
    ]
    return _fill(rng, rng.choice(fitting), product)


def _polarity(rng: random.Random, feeling: float) -> int:
    felt = feeling + rng.gauss(0, 0.12)
    return 1 if felt > 0.14 else -1 if felt < -0.14 else 0


def _join(rng: random.Random, clauses: tuple[Clause, ...]) -> str:
    """Clauses in one breath; a turn from good to bad is marked as speakers mark it."""
    glue = grammar()["glue"]
    text = clauses[0].text
    for before, after in pairwise(clauses):
        turn = "and" if after.aspect else "end"
        if before.polarity * after.polarity < 0:
            turn = "but" if after.polarity < 0 else "but_good"
        text += rng.choice(glue[turn]) + after.text
    return text


def _dress(rng: random.Random, text: str, mood: Mood, first: Clause) -> str:
    """An opening and an ending, as far as they go with what is said."""
    glue = grammar()["glue"]
    openings = glue["open"] + (glue["open_quality"] if first.aspect == "quality" else [])
    opening: str = _fill(rng, rng.choice(openings), mood.product) if first.polarity else ""
    if len(text) < 4 or (mood.product and mood.product in opening and mood.product in text):
        opening = ""
    closing: str = rng.choice(glue["close" if mood.overall > 0 else "close_sad"])
    return opening + text + closing + _emoji(rng, 1 if mood.overall > 0.3 else -1 if mood.overall < -0.3 else 0, 0.08)


def _emoji(rng: random.Random, polarity: int, share: float) -> str:
    if polarity == 0 or rng.random() > share:
        return ""
    return str(rng.choice(grammar()["glue"]["happy" if polarity > 0 else "angry"]))


def _fill(rng: random.Random, phrase: str, product: str) -> str:
    """The phrase with its slots filled; the product is the one this person bought."""
    slots = grammar()["slots"]
    while "{" in phrase:
        start, stop = phrase.index("{"), phrase.index("}")
        name = phrase[start + 1 : stop]
        phrase = phrase[:start] + (product if name == "p" and product else rng.choice(slots[name])) + phrase[stop + 1 :]
    return phrase


def _english(rng: random.Random, mood: Mood) -> Comment:
    aspects = sorted(mood.feelings, key=lambda aspect: -abs(mood.feelings[aspect]) - rng.random() * 0.6)
    clauses: list[Clause] = []
    for aspect in aspects[: rng.choice([1, 1, 2])]:
        polarity = _polarity(rng, mood.feelings[aspect])
        clauses.append(Clause(rng.choice(grammar()["english"][aspect][POLARITIES[polarity]]), aspect, polarity))
    text = clauses[0].text
    for before, after in pairwise(clauses):
        turn = ", but " if before.polarity * after.polarity < 0 else rng.choice([". ", ", and "])
        is_start = turn == ". " or after.text.startswith("I ")
        text += turn + (after.text if is_start else after.text[0].lower() + after.text[1:])
    return Comment(text + rng.choice(["", ".", "."]), tuple(clauses))
