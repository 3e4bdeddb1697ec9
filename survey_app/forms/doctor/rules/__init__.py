"""What can be wrong with a question's wording, one file each; a new file here is a new rule."""

from ....analysis.registry import modules, take_in
from ..asking import Rule

RULES: dict[str, Rule] = {}

for _name in modules(__path__, __name__):
    take_in(_name, Rule, RULES, lambda kind: kind())


def ordered() -> list[Rule]:
    return sorted(RULES.values(), key=lambda rule: (rule.order, rule.name))
