"""Text models, one file each. A new file here is a new model to choose."""

import pkgutil
from importlib import import_module

from .base import UNSURE, Probabilities, TextModel, from_logit

__all__ = ["DEFAULT", "MODELS", "UNSURE", "Probabilities", "TextModel", "from_logit", "model_for", "register"]

MODELS: dict[str, TextModel] = {}
"""All models by name."""

DEFAULT = "blend"


def register(module_name: str) -> None:
    """Take in the models a module defines (those with a name of their own)."""
    for kind in vars(import_module(module_name)).values():
        if isinstance(kind, type) and issubclass(kind, TextModel) and "name" in vars(kind):
            known = MODELS.setdefault(kind.name, kind())
            if type(known) is not kind:
                raise RuntimeError(f"two text models are called {kind.name}")


for _info in pkgutil.iter_modules(__path__):
    register(f"{__name__}.{_info.name}")


def model_for(name: str, language: str) -> TextModel:
    """The model of that name, or the first of the language where it knows another one only."""
    if name not in MODELS:
        raise ValueError(f"no text model is called {name}; use one of {', '.join(sorted(MODELS))}")
    chosen = MODELS[name]
    if chosen.language == language:
        return chosen
    return next((model for model in MODELS.values() if model.language == language), chosen)
