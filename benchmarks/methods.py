"""CPU time of the statistics on synthetic answers, best of three."""

from collections.abc import Callable

import numpy as np

from benchmarks import base
from survey_app import analysis as a


def answers(rows: int) -> dict[str, np.ndarray]:
    """12 items that share a mood, a rating, two attributes and weights; one answer in twenty is missing."""
    random = np.random.default_rng(1)
    mood = random.normal(0, 2, rows)
    made = {}
    for item in range(12):
        values = np.clip(np.round(7 + mood * (0.2 + item / 15) + random.normal(0, 2, rows)), 0, 10).astype(np.int32)
        values[random.random(rows) < 0.05 / 12] = a.MISSING
        made[f"q{item}"] = values
    made["rating"] = np.clip(np.round(7 + mood + random.normal(0, 1.5, rows)), 0, 10).astype(np.int32)
    made["region"], made["channel"] = (random.integers(0, k, rows).astype(np.int32) for k in (6, 4))
    made["weight"] = random.uniform(0.5, 2, rows)
    return made


def measured(rows: int) -> dict[str, float]:
    c = answers(rows)
    items = {name: c[name] for name in c if name.startswith("q")}
    targets = {
        "region": dict.fromkeys(range(6), 1 / 6),
        "channel": dict(zip(range(4), (0.4, 0.3, 0.2, 0.1), strict=True)),
    }
    matrix = np.array(a.correlation_matrix({**items, "rating": c["rating"]}).values, float)
    half = rows // 2
    counts = a.crosstab(c["rating"], c["region"]).counts
    waves = np.random.default_rng(2).normal(40, 6, 36)
    acts: dict[str, Callable[[], object]] = {
        "drivers": lambda: a.drivers(c["rating"], items, draws=0),
        "drivers_with_intervals": lambda: a.drivers(c["rating"], items),
        "relative_weights": lambda: a.drivers(c["rating"], items, method="johnson"),
        "drivers_of_a_matrix": lambda: a.drivers_of_correlations(list(items), matrix, n=rows),
        "correlation_matrix": lambda: a.correlation_matrix(items),
        "decompose_change": lambda: a.decompose_change(
            c["rating"][:half], c["region"][:half], c["rating"][half:], c["region"][half:]
        ),
        "crosstab_of_tallies": lambda: a.crosstab_of(counts),
        "crosstab": lambda: a.crosstab(c["rating"], c["region"]),
        "weighted_crosstab": lambda: a.crosstab(c["rating"], c["region"], weights=c["weight"]),
        "rake": lambda: a.rake({name: c[name] for name in targets}, targets),
        "forecast_36_months": lambda: a.forecast(waves, period=12, horizon=6),
        "limit_sort_one_column": lambda: np.sort(c["rating"]),
    }
    return {"rows": rows} | {f"{name}_cpu_ms": base.cpu_ms(act, times=3) for name, act in acts.items()}


def main() -> None:
    given = base.options(__doc__, rows={"type": int, "default": 1_000_000})
    base.report(__doc__, measured(min(given.rows, 100_000) if given.quick else given.rows), as_json=given.json)


if __name__ == "__main__":
    main()
