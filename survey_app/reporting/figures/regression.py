"""A regression for those who know them: coefficients with robust intervals, and what it assumes in plain sight."""

from collections.abc import Iterator, Mapping

from ...analysis import CheckedRegression, checked_regression
from ...analysis.charts import segments
from ...analysis.columns import Estimate
from ...analysis.linear import INTERCEPT
from ...analysis.notes import NotPossible
from ...errors import N_
from ...store import metrics
from ...store.metrics import Metric
from .base import Cell, Chosen, Figure, Kind, Rows, View, first, metric_ask, probability, rounded
from .drivers import asked_of_most, driver_ask, left_out, notes_named
from .splits import scales, who_rated

DIGITS = 3


class RegressionFigure(Kind):
    name = "regression"
    label = N_("Regression")
    order = 66
    asks = (metric_ask(), driver_ask())

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words, metric, known = view.words, view.metric(first(chosen, "metric")), scales(view)
        keys = [key for key in chosen.get("drivers") or asked_of_most(view, metric) if key != metric.item_key]
        if not keys:
            raise NotPossible(N_("A regression needs at least one other rating question."))
        names = {key: known[key].title for key in keys}
        ratings = metrics.ratings(view.chosen, metric)
        made = checked_regression(ratings, {key: known[key].values for key in keys})
        shown = [one for one in made.model.coefficients if one.name != INTERCEPT]
        bars = [Estimate(one.value, one.low, one.high, one.n, "scale") for one in shown]
        return Figure(
            self.name, words.tell(N_("Regression of %(metric)s"), {"metric": view.name(metric)}), n=made.model.n,
            plot=segments([names[one.name] for one in shown], bars, Estimate(0.0, None, None, made.model.n, "scale")),
            heads=tuple(words.tell(h) if h else "" for h in HEADS), rows=tuple(_rows(view, made, metric, names)),
            lines=tuple(_assumptions(view, made)),
            notes=(*notes_named(words, made.notes, names), *left_out(view, chosen, names)),
            definition=words.tell(DEFINITION),
        )  # fmt: skip


HEADS = (
    "", N_("Coefficient"), N_("Lower limit"), N_("Upper limit"), N_("Standard error"), "z", "p", N_("VIF"), "n",
)  # fmt: skip
DEFINITION = N_(
    "Least squares of the rating itself, not of the score, on the others with an intercept: a coefficient is how many "
    "points higher the rating is where the other is one point higher and the rest are equal. 95%% intervals from "
    "errors that allow for unequal spread (HC3). Complete answers only. It shows what goes together, not what causes "
    "it."
)


def _rows(view: View, made: CheckedRegression, metric: Metric, names: Mapping[str, str]) -> Rows:
    words, known = view.words, scales(view)
    complete = {key: known[key] for key in (metric.item_key, *names) if key in known}
    to = words.answers(who_rated(view.cut, complete))
    rows: Rows = []
    for one in made.model.coefficients:
        label = names.get(one.name) or words.tell(N_("Intercept"))
        numbers = (one.value, one.low, one.high, one.standard_error, one.statistic)
        cells = [Cell(rounded(x), words.number(x, DIGITS)) for x in numbers]
        p, vif = probability(one.p), made.vif.get(one.name)
        rows.append((
            Cell(label, label), *cells, Cell(rounded(one.p), p),
            Cell(rounded(vif), words.number(vif, 1) if vif is not None else ""), Cell(one.n, words.number(one.n), to),
        ))  # fmt: skip
    return rows


def _assumptions(view: View, made: CheckedRegression) -> Iterator[str]:
    """How well it holds, and what the answers say about each thing that it takes for granted."""
    words, model = view.words, made.model
    yield words.tell(
        N_("R² %(r2)s, adjusted %(adjusted)s; residual standard error %(sigma)s, %(degrees)s degrees of freedom."),
        {"r2": words.number(model.r2, DIGITS), "adjusted": words.number(model.adjusted_r2, DIGITS),
         "sigma": words.number(model.sigma, 2), "degrees": words.number(model.degrees)},
    )  # fmt: skip
    if made.spread.p is not None:
        uneven = N_("Equal spread: does not hold (Koenker p %(p)s); the intervals allow for it.")
        even = N_("Equal spread: nothing speaks against it (Koenker p %(p)s).")
        yield words.tell(uneven if made.spread.is_doubtful else even, {"p": probability(made.spread.p)})
    if made.normality.p is not None:
        values = {"p": probability(made.normality.p), "skew": words.number(made.skew, 2),
                  "kurtosis": words.number(made.kurtosis, 2)}  # fmt: skip
        other = N_("Normal residuals: do not hold (Jarque–Bera p %(p)s; skewness %(skew)s, kurtosis %(kurtosis)s).")
        normal = N_("Normal residuals: nothing speaks against it (Jarque–Bera p %(p)s; skewness %(skew)s, kurtosis "
                    "%(kurtosis)s).")  # fmt: skip
        yield words.tell(other if made.normality.is_doubtful else normal, values)
    if made.distance is not None:
        cook = N_("Single answers: the largest Cook's distance is %(distance)s; above 1 one answer moves the line.")
        yield words.tell(cook, {"distance": words.number(made.distance, 2)})
    yield words.tell(N_("Straight lines: each point of a rating is taken to count the same; the scales are short, so "
                        "look at the crosstab too."))  # fmt: skip
