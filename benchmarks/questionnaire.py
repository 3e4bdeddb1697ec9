"""A questionnaire of 500 items: read and checked, walked for each answer, linted, proven; and the same at a tenth.

The peer is reading the same YAML without any check. `growth_` is how much dearer 500 items are than 50: 10 is linear.
"""

import time
from collections.abc import Callable
from typing import Any

import yaml

from survey_app.forms import doctor, exchange, proof
from survey_app.forms.definition import Questionnaire
from survey_app.forms.logic import parse, walk

from . import base

KINDS = ("nps", "single", "multiple", "csat", "long_text", "number", "matrix", "yes_no", "date", "ranking")
LINES = [{"code": code, "text": {"zh": f"选项{code}", "en": f"Option {code}"}} for code in "abcde"]
OPTIONS: dict[str, dict[str, Any]] = {
    "single": {"choices": LINES}, "multiple": {"choices": LINES}, "matrix": {"rows": LINES}, "ranking": {"rows": LINES},
}  # fmt: skip


def many(count: int) -> Questionnaire:
    """Ten items a page; the last six of each depend on the first, a page in two on the one before."""
    pages = []
    for page in range(count // 10):
        items = [
            {
                "key": f"q{page}_{number}", "type": kind, "options": OPTIONS.get(kind, {}),
                "text": {"zh": f"您对第{page}部分的第{number}项有什么看法？", "en": f"What about {page}, {number}?"},
                "show_if": f"q{page}_0 <= {number}" if number > 3 else "",
            }
            for number, kind in enumerate(KINDS)
        ]  # fmt: skip
        before = f"q{page - 1}_0 >= 3 or not answered(q{page - 1}_0)" if page % 2 else ""
        pages.append({"items": items, "show_if": before})
    return Questionnaire.model_validate(
        {"title": {"zh": "长问卷", "en": "Long"}, "languages": ["zh", "en"], "pages": pages}
    )


def branches(count: int) -> Questionnaire:
    """One choice with so many options, a page with a rating and a follow-up for each."""
    choices = [{"code": f"c{n}", "text": {"zh": f"产品{n}"}} for n in range(count)]
    first = {"key": "which", "type": "single", "text": {"zh": "您买的是哪一款？"}, "options": {"choices": choices}}
    pages: list[dict[str, Any]] = [{"items": [first]}]
    for n in range(count):
        rated = {"key": f"r{n}", "type": "nps", "text": {"zh": "推荐吗？"}, "show_if": f'which == "c{n}"'}
        why = {"key": f"w{n}", "type": "long_text", "text": {"zh": "为什么？"}, "show_if": f"r{n} <= 6"}
        pages.append({"items": [rated, why]})
    return Questionnaire.model_validate({"title": {"zh": "分支"}, "pages": pages})


def cpu_ms(act: Callable[[], object], times: int) -> float:
    """The least CPU time of several runs: other work on the machine only ever adds."""
    found = []
    for _ in range(times):
        start = time.process_time()
        act()
        found.append(1000 * (time.process_time() - start))
    return round(min(found), 2)


def measured(count: int, times: int) -> dict[str, float]:
    text = exchange.dump_yaml(made := many(count))
    answers = {item.key: 3 if item.type == "nps" else None for item in made.items}

    def read() -> None:
        parse.cache_clear()
        exchange.load(text)

    def proven() -> None:
        parse.cache_clear()
        proof.prove(made)

    return {
        "read_and_check": cpu_ms(read, times),
        "visibility_of_one_answer": cpu_ms(lambda: walk(made, answers), 5 * times),
        "lint": cpu_ms(lambda: doctor.look(made), times),
        "proof": cpu_ms(proven, times),
        "peer_yaml_alone": cpu_ms(lambda: yaml.load(text, exchange.Loader), times),
    }


def main() -> None:
    asked = base.options(__doc__)
    times = 3 if asked.quick else 10
    large, small = measured(500, times), measured(50, times)
    result: dict[str, Any] = {f"{name}_500_items_cpu_ms": value for name, value in large.items()}
    result |= {f"growth_{name}": round(value / max(small[name], 0.01), 1) for name, value in large.items()}
    forked = branches(60)
    result["proof_60_branches_cpu_ms"] = cpu_ms(lambda: proof.prove(forked), times)
    result["proof_60_branches_states"] = proof.prove(forked).most_states
    base.report(__doc__, result, as_json=asked.json)


if __name__ == "__main__":
    main()
