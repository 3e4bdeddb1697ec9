"""Registering by being there: every file of a package adds the kinds it defines, and no name is given twice."""

import pkgutil
from collections.abc import Callable, Iterable, MutableMapping
from importlib import import_module
from typing import Any, TypeVar

Kept = TypeVar("Kept")


def take_in(module_name: str, base: type, registry: MutableMapping[str, Kept], keep: Callable[[Any], Kept]) -> None:
    """Add the subclasses of `base` that a module defines under a name of their own, as `keep` makes them.

    Raises RuntimeError where another kind has the name already.
    """
    for kind in vars(import_module(module_name)).values():
        if not (isinstance(kind, type) and issubclass(kind, base) and "name" in vars(kind)):
            continue
        name = str(vars(kind)["name"])
        known = registry.setdefault(name, keep(kind))
        if kind not in (known, type(known)):
            raise RuntimeError(f"two kinds of {base.__name__} are called {name}")


def modules(path: Iterable[str], package: str) -> list[str]:
    """The full names of a package's modules, for its face to register."""
    return [f"{package}.{info.name}" for info in pkgutil.iter_modules(list(path))]
