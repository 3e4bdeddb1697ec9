"""Flask lives here: requests in, stages called, pages out. Every module with a `bp` is registered by being here."""

import pkgutil
from importlib import import_module

from flask import Blueprint, Flask

from . import access, assets, errors, headers, language, numbers, pages, respondent_door


def register(app: Flask) -> None:
    """Add the blueprints and the parts that every page shares."""
    numbers.use(app)
    for info in pkgutil.iter_modules(__path__):
        blueprint = getattr(import_module(f"{__name__}.{info.name}"), "bp", None)
        if isinstance(blueprint, Blueprint):
            app.register_blueprint(blueprint)
    for part in (language, access, assets, pages, errors, headers, respondent_door):
        part.register(app)
