"""How addresses are read: a number that no row can have leads nowhere, and nothing is led elsewhere."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

MOST = 2**31 - 1
"""The largest id of both databases."""


class RowNumber(IntegerConverter):
    """What `<int:…>` means in our addresses."""

    def __init__(self, map: Map, fixed_digits: int = 0, min: int | None = None, max: int | None = MOST) -> None:
        super().__init__(map, fixed_digits, min, max)


def use(app: Flask) -> None:
    """To be called before any address is registered."""
    app.url_map.converters["int"] = RowNumber
    # The router's own redirects would name whatever host was asked for.
    app.url_map.merge_slashes = app.url_map.strict_slashes = False
