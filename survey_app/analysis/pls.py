"""The PLS path model of customer satisfaction (ECSI form): latent variables, their weights, paths and indices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .importance import standardised
from .indices import Scale
from .inputs import Values, equally_long, finite_numbers
from .joint import correlations_of
from .notes import Note, NotPossible
from .scores.base import Floats


@dataclass(frozen=True, slots=True)
class Latent:
    """One latent variable: index on 0 … 100, outer weights (adding up to 1), loadings, and how good its block is.

    `r2` is None where nothing leads to it. `ave` (average variance extracted, ≥ 0.5 is usual) and `reliability`
    (composite, ≥ 0.7) are 1 for a single item.
    """

    name: str
    value: float
    weights: Mapping[str, float]
    loadings: Mapping[str, float]
    r2: float | None
    ave: float
    reliability: float


@dataclass(frozen=True, slots=True)
class PathModel:
    """Latent variables and the paths between them ((from, to) → standardised coefficient), over `n` complete rows."""

    latents: tuple[Latent, ...]
    paths: Mapping[tuple[str, str], float]
    n: int
    iterations: int
    notes: tuple[Note, ...]

    def __getitem__(self, name: str) -> Latent:
        return next(latent for latent in self.latents if latent.name == name)

    def total_effect(self, start: str, end: str) -> float:
        """What one standard deviation of `start` goes along with in `end`, over all paths."""
        if start == end:
            return 1.0
        return sum(value * self.total_effect(to, end) for (of, to), value in self.paths.items() if of == start)


def path_model(
    blocks: Mapping[str, Mapping[str, Values]],
    paths: Sequence[tuple[str, str]],
    *,
    scheme: str = "centroid",
    scale: Scale = (1, 10),
    tolerance: float = 1e-9,
    iterations: int = 500,
) -> PathModel:
    """PLS path model, reflective blocks (mode A): latent → items, and paths (from, to) without circles.

    Latent scores are weighted sums of standardised items; inner estimates come from neighbours by the sign of the
    correlation (`scheme` "centroid") or the correlation itself ("factorial"); until no outer weight moves. The index
    of a latent is 100·(Σ w·mean − min)/(max − min) with unstandardised weights normalised to 1 (Fornell). Tenenhaus et
    al. (2005) CSDA 48:159; the form that GB/T 19038-2009 describes (参照). ValueError for circles, constants, unknown
    names and fewer than 30 complete rows.
    """
    _check(blocks, paths, scheme)
    names, columns = tuple(blocks), {item: v for block in blocks.values() for item, v in block.items()}
    equally_long(columns)
    block = np.column_stack([finite_numbers(values, item) for item, values in columns.items()])
    kept = block[~np.isnan(block).any(axis=1)]
    spread = _spread(kept, tuple(columns))
    x = (kept - kept.mean(axis=0)) / spread
    places = _places(blocks)
    neighbours = _neighbours(names, paths)
    weights, done = _outer(x, places, neighbours, scheme, tolerance, iterations)
    scores = np.column_stack([_unit(x[:, at] @ w) for at, w in zip(places, weights, strict=True)])
    found, r2 = _inner(scores, names, paths)
    latents = tuple(
        _latent(name, tuple(blocks[name]), x[:, at], scores[:, j], weights[j] / spread[at], kept[:, at].mean(axis=0),
                r2.get(name), scale)
        for j, (name, at) in enumerate(zip(names, places, strict=True))
    )  # fmt: skip
    notes = (Note("The path model did not settle: do not use it"),) if done >= iterations else ()
    return PathModel(latents, found, len(kept), done, notes)


def _check(blocks: Mapping[str, Mapping[str, Values]], paths: Sequence[tuple[str, str]], scheme: str) -> None:
    if scheme not in ("centroid", "factorial"):
        raise ValueError("scheme must be centroid or factorial")
    items = [item for block in blocks.values() for item in block]
    if len(items) != len(set(items)) or not all(blocks.values()):
        raise NotPossible("Every latent variable needs items of its own")
    if not {name for pair in paths for name in pair} <= set(blocks):
        raise NotPossible("A path leads from or to an unknown latent variable")
    left = set(blocks)
    while left:
        ready = {name for name in left if not any(end == name and start in left for start, end in paths)}
        if not ready:
            raise NotPossible("The paths form a circle")
        left -= ready
    if any(not any(name in pair for pair in paths) for name in blocks):
        raise NotPossible("Every latent variable needs a path to another")


def _spread(kept: Floats, items: tuple[str, ...]) -> Floats:
    """The standard deviation of each item, where there are enough answers and each varies."""
    if len(kept) < 30:
        raise NotPossible("A path model needs at least %(least)s complete answers, not %(n)s", least=30, n=len(kept))
    spread = kept.std(axis=0, ddof=1)
    for item, size in zip(items, spread, strict=True):
        if size < 1e-12:
            raise NotPossible("Every answer to %(name)s is the same: it cannot explain anything", name=item)
    return np.asarray(spread)


def _places(blocks: Mapping[str, Mapping[str, Values]]) -> list[list[int]]:
    made, start = [], 0
    for block in blocks.values():
        made.append(list(range(start, start + len(block))))
        start += len(block)
    return made


def _neighbours(names: tuple[str, ...], paths: Sequence[tuple[str, str]]) -> Floats:
    made = np.zeros((len(names), len(names)))
    for start, end in paths:
        i, j = names.index(start), names.index(end)
        made[i, j] = made[j, i] = 1
    return made


def _unit(values: Floats) -> Floats:
    size = values.std(ddof=1)
    return values / size if size > 0 else values


def _outer(
    x: Floats, places: list[list[int]], neighbours: Floats, scheme: str, tolerance: float, iterations: int
) -> tuple[list[Floats], int]:
    """Outer weights such that each latent score has variance 1, and after how many rounds."""
    weights = [np.ones(len(at)) for at in places]
    for done in range(1, iterations + 1):
        scores = np.column_stack([_unit(x[:, at] @ w) for at, w in zip(places, weights, strict=True)])
        between = np.corrcoef(scores, rowvar=False)
        inner = scores @ (neighbours * (np.sign(between) if scheme == "centroid" else between))
        made = []
        for j, at in enumerate(places):
            w = x[:, at].T @ _unit(inner[:, j]) / (len(x) - 1)
            made.append(w / (x[:, at] @ w).std(ddof=1))
        change = max(float(np.abs(new - old).max()) for new, old in zip(made, weights, strict=True))
        weights = made
        if change < tolerance:
            return weights, done
    return weights, iterations


def _inner(
    scores: Floats, names: tuple[str, ...], paths: Sequence[tuple[str, str]]
) -> tuple[dict[tuple[str, str], float], dict[str, float]]:
    """Each latent regressed on those that lead to it."""
    matrix = correlations_of(np.cov(scores, rowvar=False), scores.mean(axis=0))[0]
    found: dict[tuple[str, str], float] = {}
    r2: dict[str, float] = {}
    for j, name in enumerate(names):
        causes = [names.index(start) for start, end in paths if end == name]
        if not causes:
            continue
        order = [*causes, j]
        betas = standardised(matrix[np.ix_(order, order)])
        r2[name] = float(betas @ matrix[causes, j])
        found |= {(names[cause], name): float(beta) for cause, beta in zip(causes, betas, strict=True)}
    return {pair: found[pair] for pair in paths}, r2


def _latent(
    name: str, items: tuple[str, ...], x: Floats, score: Floats, raw_weights: Floats, means: Floats,
    r2: float | None, scale: Scale,
) -> Latent:  # fmt: skip
    loadings = x.T @ score / (len(x) - 1)
    shares = raw_weights / raw_weights.sum()
    value = float(100 * (shares @ means - scale[0]) / (scale[1] - scale[0]))
    squares, whole = float((loadings**2).sum()), float(loadings.sum()) ** 2
    rest = max(0.0, len(items) - squares)
    return Latent(
        name, value, dict(zip(items, shares.tolist(), strict=True)), dict(zip(items, loadings.tolist(), strict=True)),
        r2, squares / len(items), whole / (whole + rest),
    )  # fmt: skip
