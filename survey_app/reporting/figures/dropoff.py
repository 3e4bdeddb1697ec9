"""After which page people leave a questionnaire that they have begun."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from ...analysis.charts import share_bars
from ...analysis.columns import Estimate
from ...analysis.compare import SMALLEST_BASE
from ...analysis.intervals import wilson
from ...analysis.notes import NotPossible
from ...errors import N_
from ...store.cuts import Cut
from ...store.database import reading
from ...store.policies import COUNTED
from ...store.questionnaires import Asked
from ...tables import Response
from ..register import chooses_by_answers, within
from .base import Cell, Chosen, Figure, Kind, Rows, View, rounded, short, spread
from .funnel import UNKNOWN, FunnelFigure

LABEL = 16


@dataclass(frozen=True, slots=True)
class Stop:
    """A page: how many came there, how many were last seen there, and their share."""

    label: str
    came: int
    left: int
    share: Estimate


class DropOffFigure(Kind):
    name = "dropoff"
    label = N_("Where people leave")
    order = 100
    beside = FunnelFigure.name
    needs_answers = False

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words, asked = view.words, view.asked
        if asked is None:
            raise NotPossible(N_("This survey has no published version."))
        if chooses_by_answers(view.cut):
            raise NotPossible(UNKNOWN)
        with reading(view.engine) as session:
            left, finished = stopped(session, view.cut, asked.version_id)
        began = finished + sum(left.values())
        if not began:
            raise NotPossible(N_("Nobody has begun the latest version in this view."))
        stops = list(_stops(view, asked, left, began))
        share = wilson(finished, began)
        heads = (N_("Page"), N_("Came there"), N_("Left there"), N_("Share who left"), N_("95%% interval"))
        return Figure(
            self.name, words.tell(self.label), n=began, plot=share_bars([s.label for s in stops],
                                                                        [s.share for s in stops]),
            rows=tuple(_rows(view, stops)), heads=tuple(map(words.tell, heads)),
            lines=(words.tell(N_("%(share)s of those who began have finished."),
                              {"share": words.amount(share.value, "percent", 1)}),),
            definition=words.tell(N_("Latest version. Who has saved a first page has begun. Of those who came to a "
                                     "page, how many were last seen there; they may still come back.")),
        )  # fmt: skip


def stopped(session: Session, cut: Cut, version_id: int) -> tuple[dict[int, int], int]:
    """Unfinished answers by the page they came to, and how many were finished."""
    about = [Response.version_id == version_id, *within(col(Response.saved_at), cut)]
    for column, values in (
        (Response.segment, cut.segments), (Response.tier, cut.tiers), (Response.channel, cut.channels),
        (Response.language, cut.languages),
    ):  # fmt: skip
        about += [col(column).in_(values)] if values else []
    is_counted = col(Response.outcome) == COUNTED
    is_left, is_finished = or_(col(Response.state) == "partial", is_counted), Response.state == "submitted"
    pages = session.exec(select(Response.page, func.count()).where(*about, is_left).group_by(col(Response.page))).all()
    finished = session.exec(select(func.count()).select_from(Response).where(*about, is_finished, ~is_counted))
    return {int(page): int(count) for page, count in pages}, finished.one()


def _stops(view: View, asked: Asked, left: dict[int, int], began: int) -> Iterator[Stop]:
    pages = asked.questionnaire.pages
    for number, page in enumerate(pages):
        # A page number beyond the end is the last page.
        gone = sum(count for at, count in left.items() if min(at, len(pages) - 1) == number)
        name = view.words.say(page.title) or view.words.say(page.items[0].text if page.items else {})
        yield Stop(f"{number + 1} · {short(name, LABEL)}", began, gone, wilson(gone, began))
        began -= gone


def _rows(view: View, stops: list[Stop]) -> Rows:
    words = view.words
    return [
        (
            Cell(stop.label, stop.label), Cell(stop.came, words.number(stop.came)),
            Cell(stop.left, words.number(stop.left)),
            Cell(rounded(stop.share.value), words.amount(stop.share.value, "percent", 1),
                 is_small=stop.came < SMALLEST_BASE),
            Cell(spread(words, stop.share, 1), spread(words, stop.share, 1)),
        )
        for stop in stops
    ]  # fmt: skip
