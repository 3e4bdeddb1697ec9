"""Texts judged per CPU second by each model, against SnowNLP called as usual; and how often they are right.

`--sets FOLDER` measures accuracy on the labelled files of that folder instead; texts that its leak.json names are left
out, because SnowNLP was trained on them. `survey-app text evaluate` is the same for one file.
"""

import random
import resource
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from survey_app.analysis.text import DEFAULT, MODELS, opinions, themes
from survey_app.cli.labelled import labelled, without
from survey_app.cli.texts import measured

from . import base

SETS = ("waimai_10k", "online_shopping", "hotel_htl_all", "weibo_2400", "eprstmt", "meituan_stars",
        "cosmetics_aspect", "car_aspect", "absa_terms", "restaurant_triplet", "semeval16_zh")  # fmt: skip
PARTS = (
    "物流{很快,太慢了,还可以,一般,等了三天才到}",
    "客服{态度很好,半天不回复,很有耐心,答非所问,没有解决问题}",
    "{价格,性价比}{有点高,很实惠,还行,不太划算}",
    "{质量,做工}{很好,太差,一般,用了两周就坏了,没的说}",
    "{包装,页面,安装}{很精致,破了,不难用,太复杂,挺方便}",
)


def main() -> None:
    asked = base.options(
        __doc__,
        sets={"type": Path, "help": "a folder of labelled files: measure accuracy"},
        rows={"type": int, "default": 0, "help": "rows of each set, 0 for all (default)"},
        models={"nargs": "+", "default": ["linear", "lexicon", "bayes", "snownlp"], "choices": sorted(MODELS)},
    )
    result = accuracy(asked.sets, asked.rows, asked.models) if asked.sets else speed(1500 if asked.quick else 20_000)
    base.report(__doc__, result, as_json=asked.json)


def speed(count: int) -> dict[str, Any]:
    """Texts per CPU second. SnowNLP gets fewer of the same texts: it needs milliseconds for each."""
    texts = _texts(count)
    before = _memory()
    result: dict[str, Any] = {"texts": count, "characters_per_text": round(sum(map(len, texts)) / count, 1)}
    results = []

    def judged() -> None:
        results.extend(opinions(texts))

    opinions(_texts(20, seed=9))  # word lists are read and the classifier's weights made once a process
    result["default_model"] = DEFAULT
    result["default_pipeline_texts_per_cpu_s"] = _rate(judged, count)
    result["default_memory_mib"] = _memory() - before
    result["themes_texts_per_cpu_s"] = _rate(lambda: themes(texts, results), count)
    for number, name in enumerate(sorted(MODELS)):
        # Texts of its own for each, since clauses are remembered across models that build on each other.
        part = _texts(count if name != "snownlp" else 150, seed=10 + number)
        MODELS[name].polarity(part[:1])
        result[f"{name}_texts_per_cpu_s"] = _rate(lambda p=part, n=name: MODELS[n].polarity(p), len(part))
    peer = import_module("snownlp").SnowNLP
    part = _texts(150, seed=2)
    result["peer_snownlp_texts_per_cpu_s"] = _rate(lambda: [peer(t).sentiments for t in part], len(part))
    result["peer_memory_mib"] = _memory() - before - result["default_memory_mib"]
    result["default_pipeline_times_peer"] = round(
        result["default_pipeline_texts_per_cpu_s"] / result["peer_snownlp_texts_per_cpu_s"], 1
    )
    return result


def accuracy(folder: Path, rows: int, models: Sequence[str]) -> dict[str, Any]:
    """How often the side (praise or complaint) is right, per set and model, and the means over the sets."""
    result: dict[str, Any] = {"rows_per_set": rows or "all"}
    leak = folder / "leak.json"
    for name in models:
        found = []
        for one in SETS:
            kept = labelled(folder / f"{one}.csv")
            kept = without(kept, leak, one) if leak.exists() else kept
            if rows:
                kept = random.Random(0).sample(kept, min(rows, len(kept)))
            made, speeds = measured(kept, name, "binary")
            found.append((made.accuracy, made.macro_f1, *speeds.values()))
            result[f"{name}_{one}"] = f"{made.accuracy:.3f} {made.macro_f1:.3f}"
        means = [sum(column) / len(found) for column in zip(*found, strict=True)]
        result |= {
            f"{name}_mean_accuracy": round(means[0], 4), f"{name}_mean_macro_f1": round(means[1], 4),
            f"{name}_chars_per_cpu_s": round(means[2]), f"{name}_pipeline_chars_per_cpu_s": round(means[3]),
        }  # fmt: skip
    return result


def _texts(count: int, seed: int = 1) -> list[str]:
    """Comments of one to four clauses with figures of their own, so that no cache can know them all."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        clauses = [_fill(part, chance) for part in chance.sample(PARTS, chance.randint(1, 4))]
        clauses.append(f"{chance.choice(('订单', '买了', '第'))}{chance.randint(1, 99_999)}{chance.choice('号件次')}")
        made.append(chance.choice("，。 ").join(clauses))
    return made


def _fill(part: str, chance: random.Random) -> str:
    while "{" in part:
        start, stop = part.index("{"), part.index("}")
        part = part[:start] + chance.choice(part[start + 1 : stop].split(",")) + part[stop + 1 :]
    return part


def _rate(work: Callable[[], object], count: int) -> float:
    with base.spent() as took:
        work()
    return round(count / max(1e-9, took.cpu_seconds), 1)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
