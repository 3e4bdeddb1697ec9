"""Who may import whom, and what nobody may do. The tables below are the architecture; this test keeps them true."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "survey_app"

GROUND = {"errors", "clock", "config", "crypto"}
STAGES = {"publishing", "inviting", "collecting", "scoring", "reporting", "improving", "customers"}
KERNELS = {"tables", "forms", "analysis", "channels", "store"}

# part → the parts of ours it may import
MAY_IMPORT: dict[str, set[str]] = {
    "analysis": set(),
    **dict.fromkeys(GROUND, GROUND),
    "channels": GROUND,
    "tables": GROUND,
    "forms": GROUND | {"analysis"},
    "store": GROUND | {"tables", "forms", "analysis"},
    **dict.fromkeys(STAGES, GROUND | KERNELS),
    "migrations": {"tables"},
    "demo": GROUND | KERNELS | STAGES,
    "worker": GROUND | {"store", "demo"} | STAGES,
    "web": GROUND | KERNELS | STAGES,
    "__init__": {"app"},
    "app": GROUND | {"web", "store"},
    "listening": set(),
    "several": GROUND | {"listening"},
    "server": GROUND | {"store", "app", "listening", "several"},
    "cli": GROUND | KERNELS | STAGES | {"web", "worker", "server", "demo"},
    "__main__": {"cli"},
}
# library → the only places that may import it
ONLY_IN: dict[str, tuple[str, ...]] = {
    "flask": ("web/", "cli", "app.py"),
    "flask_wtf": ("web/", "forms/editor", "forms/page"),
    "flask_babel": ("web/",),
    "plotly": ("analysis/charts",),
    "snownlp": ("analysis/text/models/snownlp.py",),
    "alembic": ("store/schema.py", "migrations/"),
    "waitress": ("listening.py",),
    "smtplib": ("channels/",),
}
MAX_LINES, MAX_FUNCTION = 300, 40


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "versions" not in path.parts)


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.Module, path: Path) -> Iterator[str]:
    """Every name a module imports, absolute."""
    here = list(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    package = here[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _ours(name: str) -> str | None:
    """The part of ours that an imported name belongs to; the package's own face counts as __init__."""
    pieces = name.split(".")
    if pieces[0] != "survey_app":
        return None
    known = {p.name.removesuffix(".py") for p in PACKAGE.iterdir()} | set(MAY_IMPORT)
    return pieces[1] if len(pieces) > 1 and pieces[1] in known else "__init__"


def direction(source: str, path: Path) -> Iterator[str]:
    for name in imports(ast.parse(source), path):
        ours, mine = _ours(name), part(path)
        if ours is not None and ours != mine and ours not in MAY_IMPORT[mine]:
            yield f"{mine} may not import {name}"
        library = name.split(".")[0]
        where = path.relative_to(PACKAGE).as_posix()
        if library in ONLY_IN and not where.startswith(ONLY_IN[library]):
            yield f"{where} may not import {library}"


def lateness(source: str, path: Path) -> Iterator[str]:
    """A module of ours imported inside a function hides a wrong layer."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = ast.Module(body=function.body, type_ignores=[])
            yield from (f"{function.name} imports {name} inside" for name in imports(inner, path) if _ours(name))


def shape(source: str, path: Path) -> Iterator[str]:
    tree = ast.parse(source)
    if not ast.get_docstring(tree):
        yield "a module starts with one sentence about itself"
    if source.count("\n") > MAX_LINES:
        yield f"{source.count(chr(10))} lines; it wants to be a package"
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > MAX_FUNCTION:
                yield f"{node.name} has {length} lines"


def kind_names() -> set[str]:
    """The names of all kinds that are one file each."""
    from survey_app.analysis import rules, scores
    from survey_app.analysis.text import models
    from survey_app.channels import CHANNELS
    from survey_app.forms.types import TYPES
    from survey_app.reporting.figures import FIGURES

    return {*FIGURES, *TYPES, *CHANNELS, *scores.SCORES, *models.MODELS, *rules.RULES}


KIND_FOLDERS = (
    "forms/types/", "channels/", "analysis/scores/", "analysis/text/models/", "analysis/rules/", "reporting/figures/",
)  # fmt: skip
# Words that are kinds and also mean something else in a comparison.
ALSO_WORDS: dict[str, set[str]] = {"analysis/key_drivers.py": {"regression"}}


def comparisons(source: str, path: Path, names: set[str]) -> Iterator[str]:
    """Nobody compares with the name of a kind: that is what lets a new kind be one new file."""
    where = path.relative_to(PACKAGE).as_posix()
    if where.startswith(KIND_FOLDERS):
        return
    for node in ast.walk(ast.parse(source)):
        compared = node if isinstance(node, (ast.Compare, ast.MatchValue)) else None
        if compared is not None:
            said = {c.value for c in ast.walk(compared) if isinstance(c, ast.Constant) and isinstance(c.value, str)}
            for name in (said & names) - ALSO_WORDS.get(where, set()):
                yield f"{where}:{node.lineno} compares with {name!r}"


def template_comparisons(text: str, names: set[str]) -> Iterator[str]:
    for name in names:
        if re.search(rf"""{{[{{%][^}}]*(==|!=|\bin)\s*\(?["']{re.escape(name)}["']""", text):
            yield f"compares with {name!r}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_module_keeps_the_rules_of_the_house(path: Path) -> None:
    source = path.read_text()
    problems = [*direction(source, path), *lateness(source, path), *shape(source, path)]
    assert not problems


def test_nobody_names_a_kind() -> None:
    names = kind_names()
    problems = [problem for path in modules() for problem in comparisons(path.read_text(), path, names)]
    for path in (ROOT / "templates").rglob("*.html"):
        problems += [f"{path.name} {problem}" for problem in template_comparisons(path.read_text(), names)]
    assert not problems


def test_modules_form_no_circles() -> None:
    names = {
        ".".join(p.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): p for p in modules()
    }
    edges = {
        name: {
            target
            for full in imports(ast.parse(path.read_text()), path)
            for target in (full, full.rpartition(".")[0])
            if target in names and target != name
        }
        for name, path in names.items()
    }
    # A package's face and its own modules may know each other; between parts there is no way back.
    state: dict[str, int] = {}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        state[name] = 1
        for target in edges[name]:
            if target.startswith(f"{name}.") or name.startswith(f"{target}."):
                continue
            assert state.get(target) != 1, f"circle: {' → '.join((*trail, name, target))}"
            if target not in state:
                visit(target, (*trail, name))
        state[name] = 2

    for name in edges:
        if name not in state:
            visit(name, ())


PLANTED = {
    "flask in analysis": ("analysis/x.py", '"""X."""\nimport flask\n', direction),
    "analysis reaching for tables": ("analysis/x.py", '"""X."""\nfrom ..tables import User\n', direction),
    "a stage importing a stage": ("scoring.py", '"""X."""\nfrom .collecting import submit\n', direction),
    "a stage importing the web": ("inviting/x.py", '"""X."""\nfrom ..web import access\n', direction),
    "plotly outside charts": ("reporting/x.py", '"""X."""\nimport plotly.graph_objects as go\n', direction),
    "snownlp outside its model": ("scoring.py", '"""X."""\nfrom snownlp import SnowNLP\n', direction),
    "tables importing the store": ("tables/x.py", '"""X."""\nfrom ..store import due\n', direction),
    "an import inside a function": (
        "web/x.py", '"""X."""\ndef f() -> None:\n    from ..store import due\n', lateness,
    ),
    "no sentence": ("web/x.py", "import os\n", shape),
    "a long module": ("web/x.py", '"""X."""\n' + "x = 1\n" * 301, shape),
    "a long function": ("web/x.py", '"""X."""\ndef f() -> None:\n' + "    x = 1\n" * 41, shape),
}  # fmt: skip


@pytest.mark.parametrize("what", PLANTED)
def test_it_catches_a_planted(what: str) -> None:
    where, source, check = PLANTED[what]
    assert list(check(source, PACKAGE / where)), what


def test_it_catches_a_planted_comparison_with_a_kind() -> None:
    source = '"""X."""\ndef f(item: object) -> bool:\n    return item.type == "nps"\n'
    assert list(comparisons(source, PACKAGE / "web/x.py", {"nps"}))
    matched = '"""X."""\ndef f(t: str) -> int:\n    match t:\n        case "nps":\n            return 1\n    return 0\n'
    assert list(comparisons(matched, PACKAGE / "web/x.py", {"nps"}))
    assert list(template_comparisons("{% if item.type == 'nps' %}", {"nps"}))
    assert not list(template_comparisons("{{ nps }}", {"nps"}))
