"""The questionnaires that ship as templates, one YAML file each in templates/."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from ..errors import N_, NotFound
from . import exchange
from .definition import Questionnaire, Text

FOLDER = Path(__file__).parent / "templates"
ORDER = (
    "relationship_nps", "transactional_nps", "csat", "ces", "after_sales_visit", "complaint_follow_up",
    "customer_needs", "churn_reasons", "service_promise", "employee_nps",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Template:
    """A questionnaire to start from: what staff call its kind, and a line on when to use it."""

    name: str
    label: Text
    purpose: Text
    minutes: int
    questionnaire: Questionnaire


@cache
def templates() -> tuple[Template, ...]:
    """All templates, the common ones first; a further file in the folder is a further template."""
    names = sorted(
        (path.stem for path in FOLDER.glob("*.yaml")), key=lambda n: (ORDER.index(n) if n in ORDER else 99, n)
    )
    return tuple(_read(name) for name in names)


def template(name: str) -> Template:
    found = next((one for one in templates() if one.name == name), None)
    if found is None:
        raise NotFound("template", N_("There is no template “%(name)s”."), name=name)
    return found


def _read(name: str) -> Template:
    parsed = yaml.load((FOLDER / f"{name}.yaml").read_text("utf-8"), exchange.Loader)
    label, purpose, minutes = (parsed.pop(key) for key in ("label", "purpose", "minutes"))
    parsed.pop("format", None)
    return Template(name, label, purpose, minutes, exchange.validate(parsed))
