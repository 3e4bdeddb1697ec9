"""python -m tests.analysis_more.reference CASES DATA: runs a file of cases; the last line is the result as JSON."""

import json
import sys
from pathlib import Path

from . import load, load_about, run


def main(cases: str, data: str) -> None:
    loaded, about = load(cases), load_about(cases)
    outcomes = [run(raw, Path(data), loaded, about) for raw in loaded]
    for outcome in outcomes:
        for line in outcome.wrong:
            print(f"{outcome.id} {line}")
    covered = [outcome for outcome in outcomes if outcome.is_covered]
    print(json.dumps({
        "total": len(outcomes),
        "covered": len(covered),
        "passed": sum(not outcome.wrong for outcome in covered),
        "failed": [outcome.id for outcome in covered if outcome.wrong],
        "uncovered": [outcome.id for outcome in outcomes if not outcome.is_covered],
    }))  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
