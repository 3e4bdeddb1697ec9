"""Text models, one file each. A new file here is a new model to choose."""

from ...registry import modules, take_in
from .base import Floats, Probabilities, Spans, TextModel, Whole, probabilities

__all__ = [
    "DEFAULT", "MODELS", "Floats", "Probabilities", "Spans", "TextModel", "Whole", "model_for", "probabilities",
    "register",
]  # fmt: skip

MODELS: dict[str, TextModel] = {}
"""All models by name."""

DEFAULT = "linear"


def register(module_name: str) -> None:
    """Take in the models a module defines (those with a name of their own)."""
    take_in(module_name, TextModel, MODELS, lambda kind: kind())


for _name in modules(__path__, __name__):
    register(_name)


def model_for(wanted: str | TextModel, language: str) -> TextModel:
    """A model or the one of that name; where it knows another language only, the first of the language."""
    if isinstance(wanted, str) and wanted not in MODELS:
        raise ValueError(f"no text model is called {wanted}; use one of {', '.join(sorted(MODELS))}")
    chosen = MODELS[wanted] if isinstance(wanted, str) else wanted
    if chosen.language == language:
        return chosen
    return next((model for model in MODELS.values() if model.language == language), chosen)
