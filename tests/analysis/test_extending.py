"""A new score and a new text model are one new file each; the documents show how, and their steps are followed here."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from survey_app import analysis
from survey_app.analysis import scores

DOCS = Path(__file__).parents[2] / "docs"
KERNEL = Path(str(analysis.__file__)).parent
CODE = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def _follow(document: str, folder: str, name: str, copy: Path, check: str) -> None:
    """Put the document's first block into a copy of the kernel as a file of that name; run the second and `check`.

    A copy can be made because the kernel imports nothing of ours, and has to be: other tests run at the same time.
    """
    first, second = CODE.findall((DOCS / document).read_text("utf-8"))
    kernel = copy / "survey_app" / "analysis"
    shutil.copytree(KERNEL, kernel, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "survey_app" / "__init__.py").touch()
    assert not (kernel / folder / f"{name}.py").exists()
    (kernel / folder / f"{name}.py").write_text(first, "utf-8")
    subprocess.run([sys.executable, "-c", f"{second}\n{check}"], check=True, cwd=copy)


@pytest.mark.slow
def test_the_steps_of_adding_a_score(tmp_path: Path) -> None:
    _follow(
        "adding-a-score.md",
        "scores",
        "bottom_box",
        tmp_path,
        "assert SCORES['bottom_box'].by_group([1, 5], [0, 1], 2)[1].n",
    )


@pytest.mark.slow
def test_the_steps_of_adding_a_text_model(tmp_path: Path) -> None:
    _follow(
        "adding-a-text-model.md",
        "text/models",
        "emphasis",
        tmp_path,
        "assert judge('太好了！', 'emphasis').model == 'emphasis'",
    )


@pytest.mark.slow
def test_importing_the_kernel_loads_nothing_heavy() -> None:
    # The package above it wires the web; the kernel is to be usable without, from a notebook.
    alone = (
        "import sys, types; top = types.ModuleType('survey_app'); top.__path__ = ['survey_app'];"
        "sys.modules['survey_app'] = top; import survey_app.analysis, survey_app.analysis.text;"
        "print([m for m in ('plotly', 'snownlp', 'flask', 'sqlmodel', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", alone], check=True, capture_output=True, text=True, cwd=DOCS.parent)
    assert done.stdout.strip() == "[]"


def test_two_of_one_name_are_refused() -> None:
    def nps(ratings: object) -> None: ...

    with pytest.raises(RuntimeError, match="two scores"):
        scores.score(label="x", unit="points", points=lambda r: r, interval=lambda m, c: m)(nps)


def test_the_examples_in_the_documents_hold() -> None:
    blocks = CODE.findall((DOCS / "analysis.md").read_text("utf-8"))
    assert len(blocks) >= 2
    for block in blocks:
        exec(compile(block, "docs/analysis.md", "exec"), {})
