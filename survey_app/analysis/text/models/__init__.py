"""Text models, one file each. A new file here is a new model to choose."""

from ...registry import modules, take_in
from .base import UNSURE, Probabilities, Spans, TextModel, from_logit

__all__ = [
    "DEFAULT", "MODELS", "UNSURE", "Probabilities", "Spans", "TextModel", "from_logit", "model_for", "register",
]  # fmt: skip

MODELS: dict[str, TextModel] = {}
"""All models by name."""

DEFAULT = "blend"


def register(module_name: str) -> None:
    """Take in the models a module defines (those with a name of their own)."""
    take_in(module_name, TextModel, MODELS, lambda kind: kind())


for _name in modules(__path__, __name__):
    register(_name)


def model_for(name: str, language: str) -> TextModel:
    """The model of that name, or the first of the language where it knows another one only."""
    if name not in MODELS:
        raise ValueError(f"no text model is called {name}; use one of {', '.join(sorted(MODELS))}")
    chosen = MODELS[name]
    if chosen.language == language:
        return chosen
    return next((model for model in MODELS.values() if model.language == language), chosen)
