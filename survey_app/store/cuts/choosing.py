"""The answers that a cut lets through."""

from collections.abc import Iterable

import numpy as np

from ...analysis.columns import Column, Frame, Mask
from ...analysis.counting import bounded
from ...errors import N_
from ..columns.frames import FLAG, KNOWN, Answers, Numbers
from ..flags import STORED
from .cut import LISTS, Cut
from .words import ANY, EPOCH, NONE, range_of, wrong

FLAGS = {
    "any": N_("Any sign of low quality"), **STORED,
    "fast": N_("Answered very fast"), "straight": N_("Same answer down a whole grid"),
}  # fmt: skip
"""Signs of quality: the name in addresses and of the column, and the words."""
BUT = "-"
"""Before a flag: the answers that do not show it."""


def select(frame: Answers, cut: Cut) -> Answers:
    """The rows of a frame that a cut lets through, weighted as it says."""
    if not len(frame):
        return frame
    mask = np.ones(len(frame), np.bool_)
    days: Numbers = frame["day"].values
    if cut.since is not None:
        mask &= days >= (cut.since - EPOCH).days
    if cut.until is not None:
        mask &= days <= (cut.until - EPOCH).days
    for name, field in LISTS.items():
        if wanted := getattr(cut, field):
            mask &= _among(frame[name], wanted)
    for name in dict.fromkeys(name for name, _ in cut.attributes):
        mask &= _known(frame, name, [value for other, value in cut.attributes if other == name])
    for key in dict.fromkeys(key for key, _ in cut.answers):
        mask &= answered(frame, key, [code for other, code in cut.answers if other == key])
    for flag in cut.flags:
        mask &= _flagged(frame, flag)
    if cut.aspect or cut.polarity is not None:
        mask &= _said(frame, cut)
    if cut.tags:
        mask &= _tagged(frame, cut.tags)
    if cut.words:
        mask &= np.isin(frame["response"].values, frame.words.find(cut.words))
    return frame if mask.all() else frame.where(mask)


def opinions(frame: Answers, aspect: str = "", polarity: int | None = None) -> Frame:
    """The opinions about a cut's answers, all or those on an aspect (NONE: on none in particular) or of a polarity."""
    if not len(frame.opinions):
        return Frame()
    said = frame.opinions
    mask = np.ones(len(said), np.bool_)
    if aspect:
        mask &= _among(said["aspect"], ("" if aspect == NONE else aspect,))
    if polarity is not None:
        mask &= said["polarity"].values == polarity
    return said if mask.all() else said.where(mask)


def _said(frame: Answers, cut: Cut) -> Mask:
    found = opinions(frame, cut.aspect, cut.polarity)
    if not len(found):
        return np.zeros(len(frame), np.bool_)
    mask = np.zeros(len(frame), np.bool_)
    mask[frame.places(found["response"].values)] = True
    return mask


def _among(column: Column, wanted: Iterable[str]) -> Mask:
    is_wanted = np.zeros(len(column.codes) + 1, np.bool_)
    is_wanted[[column.codes.index(code) for code in wanted if code in column.codes]] = True
    return np.asarray(is_wanted[bounded(column.values, len(column.codes))])


def _known(frame: Answers, name: str, values: list[str]) -> Mask:
    key = f"{KNOWN}{name}"
    if key not in frame:
        raise wrong("attr", name)
    column = frame[key]
    mask = _among(column, values)
    return mask | ~column.is_answered if "" in values else mask


def _flagged(frame: Answers, flag: str) -> Mask:
    name = flag.removeprefix(BUT)
    if name not in FLAGS:
        raise wrong("flag", flag)
    shows: Mask = np.equal(frame[f"{FLAG}{name}"].values, 1)
    return ~shows if flag.startswith(BUT) else shows


def _tagged(frame: Answers, names: Iterable[str]) -> Mask:
    if not len(frame.tags):
        return np.zeros(len(frame), np.bool_)
    found = frame.tags["response"].values[_among(frame.tags["tag"], names)]
    return np.isin(frame["response"].values, found)


def answered(frame: Answers, key: str, codes: Iterable[str]) -> Mask:
    """The rows whose answer is one of these: codes, numbers, ranges, ANY or NONE."""
    if key not in frame:
        raise wrong("answer", key)
    column = frame[key]
    values: Numbers = column.values
    mask = np.zeros(len(frame), np.bool_)
    for code in codes:
        if code in column.codes:
            mask |= values == column.codes.index(code)
        elif code in (ANY, NONE):
            mask |= column.is_answered if code == ANY else ~column.is_answered
        elif not column.codes:
            low, high = range_of(code)
            mask |= column.is_answered & (values >= low) & (values <= high)
    return mask
