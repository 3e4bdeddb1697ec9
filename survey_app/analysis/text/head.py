"""What an embedding's numbers say about praise and complaint: a logistic head, kept in a file of a few kB."""

import io
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Head(NamedTuple):
    """Log odds = `bias` + vectors · `weights`."""

    weights: NDArray[np.float32]
    bias: float

    def log_odds(self, vectors: NDArray[np.float32]) -> Floats:
        found: Floats = (vectors @ self.weights).astype(float) + self.bias
        return found

    def to_bytes(self) -> bytes:
        file = io.BytesIO()
        np.save(file, np.append(self.weights, np.float32(self.bias)).astype("<f4"))
        return file.getvalue()

    @classmethod
    def from_bytes(cls, given: bytes) -> "Head":
        numbers = np.load(io.BytesIO(given), allow_pickle=False)
        return cls(numbers[:-1], float(numbers[-1]))


def fit_head(vectors: NDArray[np.float32], targets: Floats, counts: Floats, firmness: float = 0.3) -> Head:
    """Logistic regression on standardised vectors; `firmness` is the squared penalty beside the mean loss."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]  # here: half a second to load

    mean, spread = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
    rows = ((vectors - mean) / spread).astype(float)
    shares = counts / counts.sum()

    def loss(point: Floats) -> tuple[float, Floats]:
        odds = rows @ point[:-1] + point[-1]
        slope = shares * (1 / (1 + np.exp(-np.clip(odds, -700, 700))) - targets)
        value = shares @ (np.logaddexp(0, odds) - targets * odds) + firmness / 2 * (point[:-1] @ point[:-1])
        return float(value), np.append(rows.T @ slope + firmness * point[:-1], slope.sum())

    found = minimize(loss, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    weights = found[:-1] / spread
    return Head(weights.astype(np.float32), float(found[-1] - mean @ weights))
