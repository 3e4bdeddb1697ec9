"""A linear model of character n-grams: one small whole number per bucket, kept in a file of some 200 kB."""

import io
import zipfile
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .grams import SIZE, totals, windows

Floats = NDArray[np.float64]
LARGEST = 127


class TableError(ValueError):
    """A file that is no table of this shape."""


class Table(NamedTuple):
    """Log odds of a clause = `bias` + `scale` × the sum of its n-grams' weights / √(their number)."""

    weights: NDArray[np.int8]
    scale: float
    bias: float

    def log_odds(self, clauses: Sequence[str]) -> Floats:
        """ln(praise : complaint) of each clause in the form for matching.

        >>> Table(np.zeros(SIZE, np.int8), 0.1, 0.5).log_odds(["很快", "慢"]).tolist()
        [0.5, 0.5]
        """
        found: Floats = self.bias + self.scale * totals(clauses, self.weights) / np.sqrt(windows(clauses))
        return found

    @property
    def version(self) -> str:
        """Eight signs that differ where the answers may differ."""
        numbers = np.array([self.scale, self.bias], "<f8").tobytes()
        return sha256(self.weights.tobytes() + numbers).hexdigest()[:8]

    def to_bytes(self) -> bytes:
        """The table as a file; the same table gives the same bytes."""
        file = io.BytesIO()
        np.savez_compressed(file, weights=self.weights, numbers=np.array([self.scale, self.bias], "<f8"))
        return file.getvalue()

    @classmethod
    def from_bytes(cls, given: bytes) -> "Table":
        """A table from a file. TableError where the file is none."""
        try:
            with np.load(io.BytesIO(given), allow_pickle=False) as file:
                weights, numbers = file["weights"], file["numbers"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise TableError(f"not a table of weights: {error}") from error
        if (
            weights.shape != (SIZE,)
            or weights.dtype != np.int8
            or numbers.shape != (2,)
            or not np.isfinite(numbers).all()
        ):
            raise TableError(f"a table has {SIZE} small whole numbers, a scale and a bias")
        return cls(weights, float(numbers[0]), float(numbers[1]))

    @classmethod
    def rounded(cls, weights: Floats, bias: float) -> "Table":
        """The table whose weights are nearest to these."""
        scale = float(np.abs(weights).max(initial=0.0)) / LARGEST or 1.0
        return cls(np.rint(weights / scale).astype(np.int8), scale, bias)
