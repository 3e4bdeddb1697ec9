"""Analysis pages: each kind of figure on a page of its own, made from the address, with its table as a file."""

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from .. import clock
from ..reporting import exports, register
from ..reporting.figures import FIGURES, Ask, Figure, Kind, View
from ..reporting.figures.sheet import sheet as sheet_of
from ..store.cuts import Cut
from .access import may, needs
from .cuts import Looking, go, looking, page
from .database import engine, reading
from .errors import missing
from .exports import CSV, XLSX, download
from .language import translate
from .reader import Reader

bp = Blueprint("figures", __name__, url_prefix="/analysis")
KINDS = f"<any({', '.join(FIGURES)}):name>"


@bp.get(f"/{KINDS}")
@needs("look")
def show(name: str) -> str:
    """The page of one kind of figure, with those that stand beside it."""
    at, kind = looking(), FIGURES[name]
    if at.survey is None or not at.frame:
        return page("analysis/figures.html", at, kind=kind, tabs=tabs(at, name), shown=[], page_args={"name": name})
    view, wanted = view_of(at), asked_for(kind)
    shown = [one.figure(view, wanted) for one in (kind, *beside(kind))]
    kept = {ask: list(codes) for ask, codes in {**wanted, **shown[0].chosen}.items() if codes}
    return page(
        "analysis/figures.html", at, kind=kind, tabs=tabs(at, name), shown=shown, forms=choices(view, kind, shown[0]),
        page_args={"name": name}, kept=kept, files={one.kind: files(at.cut, kept, one.kind) for one in shown},
        pins={one.kind: go("tiles.edit", at.cut, kept, figure=one.kind) for one in shown} if may("analyse") else {},
    )  # fmt: skip


@bp.get(f"/{KINDS}.<any(xlsx, csv):ext>")
@needs("look")
def table(name: str, ext: str) -> Response:
    """The table of a figure as a file; a workbook has its definition too."""
    at, kind = looking(), FIGURES[name]
    if at.survey is None:
        raise missing()
    view = view_of(at)
    figure = kind.figure(view, asked_for(kind))
    sheet, called = sheet_of(figure, view.words), f"{figure.title} {clock.today():%Y%m%d}.{ext}"
    if ext == "csv":
        return download(exports.as_csv(sheet), CSV, called)
    about = [
        (_("Figure"), figure.title), (_("View"), figure.subtitle), (_("Definition"), figure.definition),
        *((_("Note"), text) for text in (figure.message, *figure.lines, *figure.notes) if text),
    ]  # fmt: skip
    with exports.as_xlsx(sheet, _("Table"), about, _("About this file")[:31]) as book:
        return download([book.read()], XLSX, called)


def files(cut: Cut, kept: dict[str, list[str]], name: str) -> dict[str, str]:
    """Kind of file → the address of a figure's table in it."""
    return {ext: go("figures.table", cut, kept, name=name, ext=ext) for ext in ("xlsx", "csv")}


def view_of(at: Looking, *, is_linked: bool = True) -> View:
    """What the figures of a page look at."""
    with reading() as db:
        marked = register.events(db, at.survey.id if at.survey else None)
    events = tuple((register.local_day(event.at), event.text) for event in marked)
    return View(at.frame, at.cut, at.chosen, at.asked, Reader(at, is_linked), engine(), events)


def asked_for(kind: Kind) -> dict[str, tuple[str, ...]]:
    """What the address asks of a kind, and of those beside it."""
    names = {ask.name for one in (kind, *beside(kind)) for ask in one.asks}
    return {name: tuple(found) for name in sorted(names) if (found := [v for v in request.args.getlist(name) if v])}


def beside(kind: Kind) -> list[Kind]:
    """The kinds that stand on the page of another."""
    return sorted((one for one in FIGURES.values() if one.beside == kind.name), key=lambda one: one.order)


def choices(view: View, kind: Kind, figure: Figure) -> list[tuple[Ask, list[tuple[str, str]], tuple[str, ...]]]:
    """What can be chosen on a page: the ask, its choices, and those that are."""
    made = []
    for ask in kind.asks:
        offered, chosen = list(ask.choices(view)), figure.chosen.get(ask.name, ())
        known = {code for code, _ in offered}
        offered += [(code, ask.names(view, code)) for code in chosen if code not in known]
        if len(offered) > 1:
            made.append((ask, offered, chosen))
    return made


def tabs(at: Looking, name: str = "") -> list[tuple[str, str, bool]]:
    """The pages of the analysis: questions first, then the kinds of figures in their order."""
    own = sorted((kind for kind in FIGURES.values() if not kind.beside and kind.is_listed), key=lambda kind: kind.order)
    pages = [(translate(kind.label), go("figures.show", at.cut, name=kind.name), kind.name == name) for kind in own]
    return [(_("Questions"), at.link("questions.index"), not name), *pages]
