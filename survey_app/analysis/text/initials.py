"""Pinyin initials of Chinese characters: 物流 is w l. From the order of GB 2312, which is that of pinyin."""

from collections.abc import Iterator
from functools import cache

import numpy as np
import numpy.typing as npt

Letters = npt.NDArray[np.uint8]

_FIRST = {
    "a": 0xB0A1, "b": 0xB0C5, "c": 0xB2C1, "d": 0xB4EE, "e": 0xB6EA, "f": 0xB7A2, "g": 0xB8C1, "h": 0xB9FE,
    "j": 0xBBF7, "k": 0xBFA6, "l": 0xC0AC, "m": 0xC2E8, "n": 0xC4C3, "o": 0xC5B6, "p": 0xC5BE, "q": 0xC6DA,
    "r": 0xC8BB, "s": 0xC8F6, "t": 0xCBFA, "w": 0xCDDA, "x": 0xCEF4, "y": 0xD1B9, "z": 0xD4D1,
}  # fmt: skip
"""The first of the 3,755 frequent characters of each initial; they end before 0xD7FA."""
_LAST = 0xD7F9
_SECOND = (
    "h行 x行系降校巷省 z重长传朝藏 c重长传朝藏车曾 y乐 l乐率弄 k会卡壳 b便薄 p便 d调弹提单 t调弹 j系降校卡给车解圈 "
    "s似匙盛率色厦单石 q壳区圈 n粘尿弄 m秘 g合"
)
"""Characters read in two ways: the other initial counts as well."""
_RARE = "a嗷 b绷煲 c嚓戳蹭踹 d嘀叨嘟 e嗯 g尬 h嘿唬 j矫囧 k磕 l唠烙晾 m咪 n腻 p噗 q窍 s嗦馊怂 w哇 x瑕馅 y噎 z噪锃"
"""Characters outside the frequent ones that people write about what they bought."""


@cache
def initials() -> tuple[Letters, Letters]:
    """For every code of the basic plane the code of its initial, 0 where it has none, and of a second one.

    >>> first, second = initials()
    >>> [chr(first[ord(character)]) for character in "物流客服"]
    ['w', 'l', 'k', 'f']
    >>> sorted(chr(one[ord("重")]) for one in (first, second))
    ['c', 'z']
    """
    first, second = np.zeros(65_536, np.uint8), np.zeros(65_536, np.uint8)
    starts = list(_FIRST.items())
    for (letter, start), (_, stop) in zip(starts, [*starts[1:], ("", _LAST + 1)], strict=True):
        for code in range(start, stop):
            if 0xA1 <= code & 0xFF <= 0xFE:
                first[ord(code.to_bytes(2).decode("gb2312"))] = ord(letter)
    for letter, character in _listed(_RARE):
        first[ord(character)] = first[ord(character)] or ord(letter)
    for letter, character in _listed(_SECOND):
        if first[ord(character)] != ord(letter):
            second[ord(character)] = ord(letter)
    return first, second


def _listed(given: str) -> Iterator[tuple[str, str]]:
    for group in given.split():
        yield from ((group[0], character) for character in group[1:])
