"""Dashboards: figures, each with its own cut, in an order that somebody chose, kept under a name."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlmodel import Session, col, select

from .. import clock
from ..errors import N_, NotFound, SurveyError
from ..tables import Dashboard
from .figures import FIGURES, Figure, View
from .figures.base import Chosen

MOST_TILES = 24
MOST_LETTERS = 60


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of a dashboard. `query` is its cut as an address says it, `id` names it within its dashboard."""

    figure: str
    query: str
    chosen: Chosen = field(default_factory=dict)
    title: str = ""
    """What it is called here; the figure's own title unless one is given."""
    is_wide: bool = False
    id: int = 0


def found(session: Session, dashboard_id: int) -> Dashboard:
    """A dashboard; NotFound where there is none."""
    row = session.get(Dashboard, dashboard_id)
    if row is None:
        raise NotFound("dashboard", N_("This dashboard is no longer there."), N_("Look for it in the list."))
    return row


def changing(session: Session, dashboard_id: int) -> Dashboard:
    """A dashboard to be changed: until the transaction ends nobody else changes it."""
    session.exec(select(Dashboard.id).where(Dashboard.id == dashboard_id).with_for_update())
    return found(session, dashboard_id)


def every(session: Session) -> list[Dashboard]:
    """All dashboards by name."""
    return list(session.exec(select(Dashboard).order_by(col(Dashboard.name), col(Dashboard.id))))


def make(session: Session, name: str, user_id: int | None) -> Dashboard:
    """A new dashboard without figures."""
    row = Dashboard(name=named(name), user_id=user_id)
    session.add(row)
    session.flush()
    return row


def named(name: str) -> str:
    """A name as it is kept; refused where there is none."""
    name = " ".join(name.split())[:MOST_LETTERS]
    if not name:
        raise SurveyError("dashboard-name", N_("The dashboard has no name."), N_("Go back and give it one."))
    return name


def tiles_of(row: Dashboard) -> list[Tile]:
    """The figures of a dashboard in their order."""
    return [_read(kept) for kept in row.tiles]


def _read(kept: dict[str, Any]) -> Tile:
    chosen = {ask: tuple(codes) for ask, codes in kept["chosen"].items()}
    return Tile(kept["figure"], kept["query"], chosen, kept["title"], kept["is_wide"], kept["id"])


def tile_of(row: Dashboard, tile_id: int) -> Tile:
    """One figure of a dashboard; NotFound where it has been taken off."""
    for tile in tiles_of(row):
        if tile.id == tile_id:
            return tile
    raise NotFound("tile", N_("This figure is no longer on the dashboard."), N_("Look at the dashboard as it is now."))


def put(row: Dashboard, tile: Tile) -> Tile:
    """Put a figure at the end, or in the place of the one with its id."""
    tiles = tiles_of(row)
    if tile.id:
        tile_of(row, tile.id)
        _keep(row, [tile if one.id == tile.id else one for one in tiles])
        return tile
    if len(tiles) >= MOST_TILES:
        raise SurveyError(
            "dashboard-full", N_("A dashboard has at most %(n)s figures."),
            N_("Take one off, or make another dashboard."), n=MOST_TILES,
        )  # fmt: skip
    tile = replace(tile, id=max((one.id for one in tiles), default=0) + 1)
    _keep(row, [*tiles, tile])
    return tile


def take_off(row: Dashboard, tile_id: int) -> None:
    """Take a figure off; nothing happens where it is gone already."""
    _keep(row, [tile for tile in tiles_of(row) if tile.id != tile_id])


def move(row: Dashboard, tile_id: int, by: int) -> None:
    """Move a figure by so many places; it stays within the ends."""
    tiles = tiles_of(row)
    tile = tile_of(row, tile_id)
    place = max(0, min(tiles.index(tile) + by, len(tiles) - 1))
    tiles.remove(tile)
    tiles.insert(place, tile)
    _keep(row, tiles)


def resize(row: Dashboard, tile_id: int, *, is_wide: bool) -> None:
    """Give a figure the whole width, or half of it."""
    put(row, replace(tile_of(row, tile_id), is_wide=is_wide))


def _keep(row: Dashboard, tiles: Sequence[Tile]) -> None:
    row.tiles = [
        {
            "id": tile.id, "figure": tile.figure, "query": tile.query, "title": tile.title, "is_wide": tile.is_wide,
            "chosen": {ask: list(codes) for ask, codes in tile.chosen.items()},
        }
        for tile in tiles
    ]  # fmt: skip
    row.changed_at = clock.now()


def drawn(tile: Tile, view: View) -> Figure:
    """The figure of a tile on a view."""
    kind = FIGURES.get(tile.figure)
    if kind is None:
        return Figure(tile.figure, tile.title, message=view.words.tell(N_("There is no such kind of figure any more.")))
    made = kind.figure(view, tile.chosen)
    return replace(made, title=tile.title) if tile.title else made
