"""What demo customers write: varied, fitting, and nobody's real words or addresses."""

import random
import re

import pytest

from survey_app.analysis.text.judging import opinions
from survey_app.demo import phrases, story
from survey_app.demo.people import people

PEOPLE = people(7, 400)


def _mood(rng, overall=0.0, spread=0.5, **more):
    feelings = {aspect: overall + rng.gauss(0, spread) for aspect in story.ASPECTS}
    return phrases.Mood(feelings, overall, **{"product": "电饭煲", **more})


def _many(count=3000, **more):
    rng = random.Random(5)
    return [phrases.comment(rng, _mood(rng, rng.gauss(0.3, 0.4), **more)) for _ in range(count)]


def test_there_are_hundreds_of_phrases_for_nine_aspects_in_three_polarities():
    grammar = phrases.grammar()
    assert set(grammar["aspects"]) == set(grammar["english"]) == set(grammar["wishes"]) == set(story.ASPECTS)
    for aspect in grammar["aspects"].values():
        assert all(len(aspect[polarity]) >= 3 for polarity in phrases.POLARITIES.values())
    count = sum(len(words) for aspect in grammar["aspects"].values() for words in aspect.values())
    assert count > 300
    assert (
        len({phrase for aspect in grammar["aspects"].values() for words in aspect.values() for phrase in words})
        == count
    )


def test_comments_are_not_repetitive():
    texts = [comment.text for comment in _many()]
    assert len(set(texts)) / len(texts) >= 0.6


def test_every_slot_is_filled_and_nothing_is_empty():
    for language in ("zh", "en"):
        for comment in _many(1500, language=language):
            assert comment.text.strip()
            assert not re.search(r"[{}]", comment.text)


def test_the_same_seed_writes_the_same_words():
    assert _many(50) == _many(50)


def test_glad_people_praise_and_angry_people_complain():
    rng = random.Random(3)

    def balance(overall):
        said = [c.polarity for _ in range(400) for c in phrases.comment(rng, _mood(rng, overall, 0.2)).clauses]
        return sum(said) / len(said)

    assert balance(0.7) > 0.7
    assert balance(-0.7) < -0.6


def test_the_turn_from_good_to_bad_is_marked():
    turns = phrases.grammar()["glue"]["but"] + phrases.grammar()["glue"]["but_good"]
    rng = random.Random(2)
    feelings = dict.fromkeys(story.ASPECTS, 0.9) | {"service": -0.9, "logistics": -0.9}
    mixed = [phrases.comment(rng, phrases.Mood(feelings, 0.2)) for _ in range(300)]
    turned = [
        c for c in mixed if any(a.polarity * b.polarity < 0 for a, b in zip(c.clauses, c.clauses[1:], strict=False))
    ]
    assert turned
    assert all(any(turn in comment.text for turn in turns) for comment in turned)


def test_no_soy_milk_comes_from_a_rice_cooker():
    assert not any("豆浆" in comment.text or "洗得很干净" in comment.text for comment in _many())


def test_delays_are_spoken_of_while_the_warehouse_moves():
    rng = random.Random(4)
    feelings = dict.fromkeys(story.ASPECTS, 0.0) | {"logistics": -1.0}
    own = set(phrases.grammar()["aspects"]["logistics"]["delay"])
    said = [c.text for _ in range(300) for c in phrases.comment(rng, phrases.Mood(feelings, -0.5, "delay")).clauses]
    usual = [c.text for _ in range(300) for c in phrases.comment(rng, phrases.Mood(feelings, -0.5)).clauses]
    assert sum(text in own for text in said) > 20
    assert not any(text in own for text in usual)


def test_nobody_can_be_written_to_or_called():
    for person in PEOPLE:
        assert re.fullmatch(r"kehu\d{5}@(example\.(com|net|org)|mail\.example)", person.email)
        assert re.fullmatch(r"1540000\d{4}", person.phone)
    assert len({person.email for person in PEOPLE}) == len(PEOPLE) == len({person.phone for person in PEOPLE})


def test_customers_are_spread_as_the_story_says():
    found = {name: sum(person.segment == name for person in PEOPLE) / len(PEOPLE) for name in story.SEGMENTS}
    assert found == pytest.approx(dict(story.SEGMENTS), abs=0.07)
    assert len({person.name for person in PEOPLE}) > 350


def test_the_default_model_reads_what_was_meant():
    """Measured: 91 % of clauses have the intended polarity, opposite ones are under 1 %."""
    clauses = [clause for comment in _many(900) for clause in comment.clauses]
    words = sorted({clause.text for clause in clauses})
    sign = {"positive": 1, "negative": -1}
    read = {text: sign.get(result.result, 0) for text, result in zip(words, opinions(words), strict=True)}
    agree = [read[clause.text] == clause.polarity for clause in clauses]
    opposite = [read[clause.text] * clause.polarity < 0 for clause in clauses]
    assert sum(agree) / len(agree) >= 0.8
    assert sum(opposite) / len(opposite) < 0.03
