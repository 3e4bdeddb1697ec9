"""A taught model: its base, what lessons add to clauses and to whole texts, aspects of its own; and its file."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .aspects import Mention
from .grams import SIZE
from .heads import Heads
from .models import MODELS, Spans, TextModel, Whole
from .table import Table, TableError

Floats = NDArray[np.float64]
NOTHING = Table(np.zeros(SIZE, np.int8), 1.0, 0.0)
"""A table that says nothing."""


class LessonError(ValueError):
    """What cannot be learned from, or a file that is no lesson of a model that is here."""


class Taught(TextModel):
    """`clauses` is added to the base's log odds of clauses, `side` and `plain` to those of whole texts (of praise
    against complaint, of neutral against both), `heads` find aspects. Without any of them it is its base."""

    label = "Taught"

    def __init__(
        self, base: TextModel, clauses: Table, bands: tuple[float, float], *, side: Table = NOTHING,
        plain: Table = NOTHING, heads: Heads | None = None, version: str = "",
    ) -> None:  # fmt: skip
        self.base, self.clauses, self.side, self.plain, self.heads = base, clauses, side, plain, heads
        self.bands, self.band = bands, bands[1]
        self.takes_rules, self.keeps_aspect = base.takes_rules, base.keeps_aspect and heads is None
        self.name, self.version = base.name, version or f"{base.version}+{self._digest()}"

    def log_odds(self, clauses: Sequence[str]) -> Floats:
        found: Floats = self.base.log_odds(clauses) + self.clauses.log_odds(clauses)
        return found

    def whole(self, texts: Sequence[str], counts: Sequence[int]) -> Whole:
        side, plain = self.base.whole(texts, counts)
        return Whole(side + self.side.log_odds(texts), plain + self.plain.log_odds(texts))

    def mentions(self, clauses: Sequence[str], found: Mapping[int, list[Mention]]) -> Mapping[int, list[Mention]]:
        known = self.base.mentions(clauses, found)
        return self.heads.mentions(clauses, known) if self.heads else known

    def why(self, clause: str) -> Spans:
        return self.base.why(clause)

    def to_bytes(self) -> bytes:
        """The lesson as a file of some tens of kB; of the base only its name and version are in it."""
        file = io.BytesIO()
        arrays = {**self._arrays(), "base": np.array([self.base.name, self.base.version])}
        np.savez_compressed(file, allow_pickle=False, **arrays)
        return file.getvalue()

    def _arrays(self) -> dict[str, NDArray[Any]]:
        tables = {"clauses": self.clauses, "side": self.side, "plain": self.plain}
        packed = {name: np.frombuffer(table.to_bytes(), np.uint8) for name, table in tables.items()}
        return {**packed, "bands": np.array(self.bands, "<f8"), **(self.heads.arrays() if self.heads else {})}

    def _digest(self) -> str:
        """Eight signs that differ where the answers may differ."""
        made = sha256()
        for name, array in self._arrays().items():
            made.update(name.encode() + array.tobytes())
        return made.hexdigest()[:8]

    @classmethod
    def from_bytes(cls, given: bytes, version: str = "") -> "Taught":
        """A lesson from a file. LessonError where it is none, or was made for a base that is not here."""
        try:
            with np.load(io.BytesIO(given), allow_pickle=False) as file:
                arrays = dict(file)
            clauses, side, plain = (Table.from_bytes(arrays[key].tobytes()) for key in ("clauses", "side", "plain"))
            lower, upper = arrays["bands"].astype(float).tolist()
            name, base_version = (str(one) for one in arrays["base"])
            heads = Heads.of(arrays) if "heads" in arrays else None
        except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile, TableError) as error:
            raise LessonError(f"not a lesson: {error}") from error
        base = MODELS.get(name)
        if base is None or base.version != base_version:
            raise LessonError(f"the lesson is for {name} {base_version}, which is not here")
        if not np.isfinite((lower, upper)).all():
            raise LessonError("a lesson has two bands")
        return cls(base, clauses, (lower, upper), side=side, plain=plain, heads=heads, version=version)
