"""A dashboard drawn for whoever looks: its figures, and a mark that stays the same while they do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from flask import Response, request
from sqlmodel import func, select
from werkzeug.wrappers import Response as Answer

from .. import clock
from ..errors import SurveyError
from ..reporting import dashboards
from ..reporting.dashboards import Tile
from ..reporting.figures import FIGURES, Figure, View
from ..store import columns
from ..store.cuts import Cut
from ..tables import Dashboard, Event, Survey
from .cuts import look
from .database import config, engine, reading
from .figures import files, view_of
from .language import language, refusal, translate


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure in its place, and the addresses of its table as files."""

    tile: Tile
    figure: Figure
    files: Mapping[str, str] = field(default_factory=dict)


def draw(tiles: Sequence[Tile], period: str = "", *, is_linked: bool = True) -> list[Shown]:
    """The figures of a dashboard, each on its own period or all on one; what cannot be drawn says why in its place.
    Without `is_linked` no address leads on from them."""
    views: dict[str, View] = {}
    return [_drawn(tile, period, views, is_linked=is_linked) for tile in tiles]


def _drawn(tile: Tile, period: str, views: dict[str, View], *, is_linked: bool) -> Shown:
    kind = FIGURES.get(tile.figure)
    try:
        if tile.query not in views:
            views[tile.query] = view_of(look(cut_of(tile, period)), is_linked=is_linked)
        view = views[tile.query]
        figure = dashboards.drawn(tile, view)
    except SurveyError as error:
        title = tile.title or (translate(kind.label) if kind else "")
        return Shown(tile, Figure(tile.figure, title, message=refusal(error)))
    chosen = {ask: list(codes) for ask, codes in tile.chosen.items()}
    return Shown(tile, figure, files(view.cut, chosen, kind.name) if kind and is_linked else {})


def cut_of(tile: Tile, period: str = "") -> Cut:
    """What a figure looks at, on its own period or another."""
    cut = Cut.from_query(tile.query)
    if not period:
        return cut
    query = {name: value for name, value in cut.query().items() if name not in ("since", "until")}
    return Cut.from_query({**query, "period": period})


SLOW, QUICK = 10, 1
"""Minutes after which a dashboard is drawn afresh though no answer came: names and days may be others by then.
What is counted from rows, such as cases, has no other sign of a change."""


def mark_of(row: Dashboard, *more: object) -> str:
    """A word for all that a dashboard shows; finding it costs little, and it changes when an answer comes in."""
    tiles = dashboards.tiles_of(row)
    kinds = [FIGURES[tile.figure] for tile in tiles if tile.figure in FIGURES]
    minutes = SLOW if all(kind.needs_answers for kind in kinds) else QUICK
    now = clock.now()
    about = [row.changed_at, language(), clock.today(), int(now.timestamp()) // (60 * minutes), *more]
    with reading() as db:
        about += db.exec(select(func.count(), func.max(Event.id))).one()
        ids = sorted({survey_id for tile in tiles if (survey_id := _survey_of(tile)) is not None})
        there = [survey_id for survey_id in ids if db.get(Survey, survey_id) is not None]
    about += [columns.mark(engine(), config().columns, survey_id) for survey_id in there]
    return sha256("|".join(map(str, about)).encode()).hexdigest()[:20]


def _survey_of(tile: Tile) -> int | None:
    try:
        return Cut.from_query(tile.query).survey_id
    except SurveyError:
        return None


def unchanged(mark: str) -> bool:
    """Whether the browser shows this mark already."""
    return request.if_none_match.contains_weak(mark)


def marked(mark: str, page: str = "") -> Answer:
    """A page under its mark; without one the answer that what is shown still holds."""
    answer = Response(page) if page else Response(status=304)
    answer.set_etag(mark, weak=True)
    return answer
