"""A decomposed change in plain sentences: message ids with values, no word that makes a cause of a sum."""

from collections.abc import Iterator, Mapping, Sequence

from .compare import Difference, Verdict
from .decomposition import ChangeParts, SegmentPart
from .notes import Note
from .opinion_moves import OpinionMove

MOST = 5
NOT_STATED = "Not stated"

MESSAGES: dict[str, str] = {
    "few": "%(metric)s: %(n)s answers, and %(n_before)s before, are too few to split a change.",
    "noise": "%(metric)s was %(before)s and is %(now)s: this may be noise.",
    "up": "%(metric)s rose by %(points)s, from %(before)s to %(now)s.",
    "down": "%(metric)s fell by %(points)s, from %(before)s to %(now)s.",
    "level up": "Within the segments, ratings rose: that adds %(points)s.",
    "level down": "Within the segments, ratings fell: that takes away %(points)s.",
    "level noise": "Within the segments, ratings are as before, as far as these answers can tell.",
    "mix up": "Segments that rate higher give a larger share of the answers: that adds %(points)s.",
    "mix down": "Segments that rate lower give a larger share of the answers: that takes away %(points)s.",
    "mix noise": "The shares of the segments make no difference that stands out from noise.",
    "segment up": "%(segment)s: from %(before)s to %(now)s, its share of the answers from %(share_before)s to "
    "%(share_now)s. Together that adds %(points)s.",
    "segment down": "%(segment)s: from %(before)s to %(now)s, its share of the answers from %(share_before)s to "
    "%(share_now)s. Together that takes away %(points)s.",
    "new up": "%(segment)s is new, with %(share_now)s of the answers at %(now)s: that adds %(points)s.",
    "new down": "%(segment)s is new, with %(share_now)s of the answers at %(now)s: that takes away %(points)s.",
    "gone up": "%(segment)s gave %(share_before)s of the answers at %(before)s and gives none now: "
    "that adds %(points)s.",
    "gone down": "%(segment)s gave %(share_before)s of the answers at %(before)s and gives none now: "
    "that takes away %(points)s.",
    "segments noise": "None of %(count)s segments stands out from noise.",
    "opinion up": "%(opinion)s: in %(share_now)s of the answers, %(share_before)s before. These rate %(now)s, "
    "all others %(others)s. Together that adds %(points)s.",
    "opinion down": "%(opinion)s: in %(share_now)s of the answers, %(share_before)s before. These rate %(now)s, "
    "all others %(others)s. Together that takes away %(points)s.",
    "unsaid up": "%(opinion)s: in none of the answers now, in %(share_before)s before. Those rated %(before)s, "
    "all others %(others)s. That adds %(points)s.",
    "unsaid down": "%(opinion)s: in none of the answers now, in %(share_before)s before. Those rated %(before)s, "
    "all others %(others)s. That takes away %(points)s.",
    "opinions noise": "None of %(count)s opinions stands out from noise.",
    "end": "These figures add up the answers: they show where the change lies, not how it came about.",
}


def change_sentences(found: ChangeParts, opinions: Sequence[OpinionMove] = (), *, most: int = MOST) -> tuple[Note, ...]:
    """What changed, where it sits and how sure that is, the most telling first; `most` segments and opinions each.

    Values are Estimates (before, now, shares), Differences whose direction the words already tell (points), names
    and counts: pages write them as their readers do. All message ids stand in MESSAGES.

    >>> from survey_app.analysis import decompose_change
    >>> made = decompose_change([9, 3] * 50, ["a", "b"] * 50, [9, 9] * 50, ["a", "b"] * 50)
    >>> [note.message[:28] for note in change_sentences(made)][:2]
    ['%(metric)s rose by %(points)', 'Within the segments, ratings']
    """
    notes = [_whole(found)]
    if found.change.verdict is not Verdict.TOO_FEW:
        notes += [_sum("level", found.level), _sum("mix", found.mix)]
        notes += _standing_out("segments", found.ranked, most)
        notes += _standing_out("opinions", opinions, most)
    return (*notes, _note("end", {}))


def _note(kind: str, values: Mapping[str, object]) -> Note:
    """The message of a kind with those of the values that it names."""
    return Note(MESSAGES[kind], {name: value for name, value in values.items() if f"%({name})" in MESSAGES[kind]})


def _way(change: Difference) -> str:
    return "up" if (change.value or 0.0) > 0 else "down"


def _whole(found: ChangeParts) -> Note:
    kinds = {Verdict.TOO_FEW: "few", Verdict.NOISE: "noise", Verdict.REAL: _way(found.change)}
    return _note(kinds[found.change.verdict], {
        "metric": found.score.label, "points": found.change, "before": found.before, "now": found.now,
        "n": found.now.n, "n_before": found.before.n,
    })  # fmt: skip


def _sum(name: str, part: Difference) -> Note:
    way = _way(part) if part.verdict is Verdict.REAL else "noise"
    return _note(f"{name} {way}", {"points": part})


def _standing_out(name: str, looked_at: Sequence[SegmentPart | OpinionMove], most: int) -> Iterator[Note]:
    real = [one for one in looked_at if one.verdict is Verdict.REAL]
    if looked_at and not real:
        yield _note(f"{name} noise", {"count": len(looked_at)})
    for one in real[:most]:
        yield _of_segment(one) if isinstance(one, SegmentPart) else _of_opinion(one)


def _of_segment(one: SegmentPart) -> Note:
    kind = "segment" if one.before.n and one.now.n else "gone" if one.before.n else "new"
    return _note(f"{kind} {_way(one.part)}", {
        "segment": NOT_STATED if one.name is None else one.name, "points": one.part, "before": one.before,
        "now": one.now, "share_before": one.share_before, "share_now": one.share_now,
    })  # fmt: skip


def _of_opinion(one: OpinionMove) -> Note:
    kind = "opinion" if one.now.n else "unsaid"
    return _note(f"{kind} {_way(one.part)}", {
        "opinion": one.name, "points": one.part, "before": one.before, "now": one.now,
        "others": one.others_now if one.now.n else one.others_before, "share_before": one.share_before,
        "share_now": one.share_now,
    })  # fmt: skip
