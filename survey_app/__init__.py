"""The survey and NPS platform. Importing it loads nothing: `analysis` stands alone, `create_app` comes when asked."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .app import create_app

__all__ = ["__version__", "create_app"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """The web application's maker, loaded at first use so that a notebook with `analysis` loads no web server."""
    if name == "create_app":
        return import_module(".app", __name__).create_app
    raise AttributeError(f"{__name__} has no {name}")
