"""Fisher's exact test of a table of any size, counted out where that is feasible, else by Monte Carlo."""

import numpy as np
import numpy.typing as npt

from .scores.base import Floats

Counts = npt.NDArray[np.int64]
Paths = dict[tuple[int, ...], tuple[Floats, Floats]]
"""Row totals used so far → log chances of the tables that use them, and how many tables have each chance."""

QUICK, THOROUGH = 2e6, 3e7
"""How many tables may be counted out: within about 0.1 s, or within seconds."""

NEAR = 1e-7
"""Tables whose chance is this close (relatively) to the observed one count as equally likely, as in R."""


def fisher_p(table: Counts, *, work: float = QUICK, draws: int = 20_000, seed: int = 1) -> float:
    """The chance of tables with these margins that are at most as likely as this one (Freeman & Halton 1951).

    A table's chance is Π r_i! Π c_j! / (n! Π x_ij!). All columns but the two largest are counted out first, keyed
    by the row totals they use up; each of these meets all ways to fill the last two columns. When that takes
    more than `work` tables: the share among `draws` random tables with the same margins, (b + 1)/(draws + 1).
    """
    table = table if table.shape[0] <= table.shape[1] else table.T
    table = table[:, np.argsort(table.sum(axis=0), kind="stable")]
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    logs = _log_factorials(int(table.sum()))
    observed = -float(logs[table].sum())
    always = float(logs[rows].sum() + logs[columns].sum() - logs[table.sum()])
    paths = _first_columns(rows, columns[:-2], logs, work) if table.shape[0] <= 8 else None
    fills = _ways(int(columns[-2]), rows, work / max(1, len(paths))) if paths is not None else None
    if paths is None or fills is None:
        return _monte_carlo(rows, columns, observed, logs, draws, seed)
    log_p = 0.0
    for used, (chances, times) in paths.items():
        log_p += _meeting(rows - np.array(used), fills, chances, times, observed, always, logs)
    return min(1.0, log_p)


def _log_factorials(n: int) -> Floats:
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])


def _ways(total: int, most: Counts, limit: float) -> Counts | None:
    """All ways to spread `total` over rows that hold at most `most`; None when there are more than `limit`."""
    made, left = np.zeros((1, 0), np.int64), np.array([total])
    for place, room in enumerate(most):
        later = int(most[place + 1 :].sum())
        low, high = np.maximum(0, left - later), np.minimum(room, left)
        times = np.maximum(0, high - low + 1)
        if times.sum() > limit:
            return None
        which = np.repeat(np.arange(len(made)), times)
        steps = np.arange(len(which)) - np.repeat(np.cumsum(times) - times, times) + low[which]
        made, left = np.column_stack([made[which], steps]), left[which] - steps
    return made


def _first_columns(rows: Counts, columns: Counts, logs: Floats, work: float) -> Paths | None:
    paths: Paths = {(0,) * len(rows): (np.zeros(1), np.ones(1))}
    done = 0
    for column in columns:
        gathered: dict[tuple[int, ...], list[tuple[Floats, Floats]]] = {}
        for used, (chances, times) in paths.items():
            fills = _ways(int(column), rows - np.array(used), work / 20)
            if fills is None:
                return None
            done += len(fills) * (len(chances) + 20)
            if done > work / 5:
                return None
            costs = logs[fills].sum(axis=1)
            for fill, cost in zip((fills + np.array(used)).tolist(), costs, strict=True):
                gathered.setdefault(tuple(fill), []).append((chances - cost, times))
        paths = {used: _merged(parts) for used, parts in gathered.items()}
    return paths


def _merged(parts: list[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    """Equal chances put together (to 1e-10, far below NEAR)."""
    chances = np.concatenate([part[0] for part in parts])
    times = np.concatenate([part[1] for part in parts])
    _, first, index = np.unique(np.round(chances, 10), return_index=True, return_inverse=True)
    return chances[first], np.bincount(index, times).astype(np.float64)


def _meeting(
    rest: Counts, fills: Counts, chances: Floats, times: Floats, observed: float, always: float, logs: Floats
) -> float:
    """The chance of all at most as likely tables that begin with these paths."""
    fitting = fills[(fills <= rest).all(axis=1)]
    ends = np.sort(-(logs[fitting].sum(axis=1) + logs[rest - fitting].sum(axis=1)))
    sums = np.concatenate([[0.0], np.cumsum(np.exp(ends + always))])
    reach = np.searchsorted(ends, observed + NEAR - chances, side="right")
    return float(np.sum(times * np.exp(chances) * sums[reach]))


def _monte_carlo(rows: Counts, columns: Counts, observed: float, logs: Floats, draws: int, seed: int) -> float:
    random, extreme = np.random.default_rng(seed), 0
    batch = max(1, min(draws, 2_000_000 // (len(rows) * len(columns))))
    for start in range(0, draws, batch):
        chances = _random_chances(rows, columns, logs, min(batch, draws - start), random)
        extreme += int(np.sum(chances <= observed + NEAR))
    return (extreme + 1) / (draws + 1)


def _random_chances(rows: Counts, columns: Counts, logs: Floats, size: int, random: np.random.Generator) -> Floats:
    """Log chances of `size` random tables with these margins, filled cell by cell."""
    left, chances = np.tile(rows, (size, 1)), np.zeros(size)
    for column in columns[:-1]:
        wanted = np.full(size, column)
        for row in range(len(rows) - 1):
            below = left[:, row + 1 :].sum(axis=1)
            cell = random.hypergeometric(left[:, row], below, wanted)
            left[:, row] -= cell
            wanted -= cell
            chances -= logs[cell]
        left[:, -1] -= wanted
        chances -= logs[wanted]
    return np.asarray(chances - logs[left].sum(axis=1))
