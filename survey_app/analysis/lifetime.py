"""What customers will be worth, by models: BG/NBD and Pareto/NBD purchases, Gamma–Gamma spend, constant retention."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .inputs import Values, finite_numbers
from .notes import NotPossible
from .scores.base import Floats

Numbers = float | Sequence[float] | npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BgNbd:
    """Purchases while alive: Poisson with a gamma rate (r, alpha); death after a purchase: beta chance (a, b).

    Fader, Hardie & Lee (2005) Marketing Science 24:275. Times in the unit of the data that were fitted.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float | None = None
    n: int = 0

    def expected(self, t: Numbers) -> Floats:
        """Repeat purchases of a new customer up to time t."""
        from scipy.special import hyp2f1  # type: ignore[import-untyped]

        time, (r, alpha, a, b) = np.asarray(t, float), (self.r, self.alpha, self.a, self.b)
        inner = (alpha / (alpha + time)) ** r * hyp2f1(r, b, a + b - 1, time / (alpha + time))
        return np.asarray((a + b - 1) / (a - 1) * (1 - inner))

    def alive(self, frequency: Numbers, recency: Numbers, age: Numbers) -> Floats:
        """The chance that a customer still buys. Always 1 for those who never bought again.

        The model cannot lose these: do not show them as active.
        """
        x, tx, at = (np.asarray(v, float) for v in (frequency, recency, age))
        log_ratio = (self.r + x) * np.log((self.alpha + at) / (self.alpha + tx))
        odds = self.a / (self.b + np.maximum(x, 1) - 1) * np.exp(log_ratio)
        return np.where(x > 0, 1 / (1 + odds), 1.0)

    def purchases(self, t: Numbers, frequency: Numbers, recency: Numbers, age: Numbers) -> Floats:
        """Purchases expected in the next time t from a customer with this past (their equation 10)."""
        from scipy.special import hyp2f1

        t, x, tx, at = (np.asarray(v, float) for v in (t, frequency, recency, age))
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        inner = hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + at + t))
        left = 1 - ((alpha + at) / (alpha + at + t)) ** (r + x) * inner
        odds = a / (b + np.maximum(x, 1) - 1) * np.exp((r + x) * np.log((alpha + at) / (alpha + tx)))
        return np.asarray((a + b + x - 1) / (a - 1) * left / (1 + np.where(x > 0, odds, 0)))


def bg_nbd(frequency: Values, recency: Values, age: Values) -> BgNbd:
    """Fit BG/NBD by maximum likelihood: one row per customer, all times in one unit (weeks).

    `frequency`: repeat purchases (the first is not counted, same day = one); `recency`: time from first to last
    purchase; `age`: time from the first purchase to the end. Not for contracts or subscriptions. ValueError for
    recency above age, negative numbers, or nobody who bought again.
    """
    x, tx, at = _history(frequency, recency, age)
    counted = _distinct(x, tx, at)
    (r, alpha, a, b), log_likelihood = _maximum(lambda p: _bg_nbd_log(p, *counted), 4)
    return BgNbd(r, alpha, a, b, log_likelihood, len(x))


def _history(frequency: Values, recency: Values, age: Values) -> tuple[Floats, Floats, Floats]:
    columns = [finite_numbers(v, n) for v, n in ((frequency, "frequency"), (recency, "recency"), (age, "age"))]
    if len({len(column) for column in columns}) > 1:
        raise NotPossible("All columns must be equally long")
    kept = ~np.isnan(np.column_stack(columns)).any(axis=1)
    x, tx, at = (column[kept] for column in columns)
    if (x < 0).any() or (tx < 0).any() or (tx > at).any() or (at <= 0).any():
        raise NotPossible("Frequency and recency must be at least 0, and age above 0 and at least recency")
    if (x != np.floor(x)).any():
        raise NotPossible("Frequency must be a whole number of repeat purchases")
    if not (x > 0).any():
        raise NotPossible("Nobody bought again: there is nothing to learn from")
    return x, tx, at


def _distinct(x: Floats, tx: Floats, at: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Equal customers once, with how many they are: the likelihood need not visit each."""
    rows, times = np.unique(np.column_stack([x, tx, at]), axis=0, return_counts=True)
    return rows[:, 0], rows[:, 1], rows[:, 2], times.astype(float)


def _bg_nbd_log(p: Floats, x: Floats, tx: Floats, at: Floats, times: Floats) -> float:
    from scipy.special import betaln, gammaln

    r, alpha, a, b = p
    start = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    here = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + at)
    gone = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + tx)
    return float(times @ (start + np.logaddexp(here, np.where(x > 0, gone, -np.inf))))


def _maximum(log_likelihood: Callable[[Floats], float], size: int) -> tuple[list[float], float]:
    """The parameters (all above 0) where the log likelihood is largest, sought on their logarithms."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    def loss(logs: Floats) -> float:
        value = log_likelihood(np.exp(np.clip(logs, -20, 20)))
        return -value if math.isfinite(value) else 1e300

    best = None
    for start in (0.0, 1.0):
        found = minimize(loss, np.full(size, start), method="Nelder-Mead",
                         options={"maxiter": 4000, "maxfev": 8000, "xatol": 1e-8, "fatol": 1e-9})  # fmt: skip
        best = found if best is None or found.fun < best.fun else best
    assert best is not None
    return [float(value) for value in np.exp(best.x)], -float(best.fun)


@dataclass(frozen=True, slots=True)
class ParetoNbd:
    """Purchases while alive: Poisson with a gamma rate (r, alpha); lifetimes: exponential with a gamma rate (s, beta).

    Schmittlein, Morrison & Colombo (1987) Management Science 33:1.
    """

    r: float
    alpha: float
    s: float
    beta: float
    log_likelihood: float | None = None
    n: int = 0

    def expected(self, t: Numbers) -> Floats:
        """Repeat purchases of a new customer up to time t: rβ/(α(s − 1))·(1 − (β/(β + t))^(s − 1))."""
        time = np.asarray(t, float)
        scale = self.r * self.beta / (self.alpha * (self.s - 1))
        return np.asarray(scale * (1 - (self.beta / (self.beta + time)) ** (self.s - 1)))

    def alive(self, frequency: Numbers, recency: Numbers, age: Numbers) -> Floats:
        """The chance that a customer still buys."""
        x, tx, at = (np.asarray(v, float) for v in (frequency, recency, age))
        r, alpha, s, beta = self.r, self.alpha, self.s, self.beta
        log_gone = _pareto_gone(r, alpha, s, beta, x, tx, at)
        log_here = -(r + x) * np.log(alpha + at) - s * np.log(beta + at)
        return np.asarray(1 / (1 + s / (r + s + x) * np.exp(log_gone - log_here)))

    def purchases(self, t: Numbers, frequency: Numbers, recency: Numbers, age: Numbers) -> Floats:
        """Purchases expected in the next time t from a customer with this past."""
        t, x, at = np.asarray(t, float), np.asarray(frequency, float), np.asarray(age, float)
        r, alpha, s, beta = self.r, self.alpha, self.s, self.beta
        scale = (r + x) * (beta + at) / ((alpha + at) * (s - 1))
        grown = scale * (1 - ((beta + at) / (beta + at + t)) ** (s - 1))
        return np.asarray(grown * self.alive(frequency, recency, age))


def pareto_nbd(frequency: Values, recency: Values, age: Values) -> ParetoNbd:
    """Fit Pareto/NBD by maximum likelihood; rows and errors as for `bg_nbd`."""
    x, tx, at = _history(frequency, recency, age)
    counted = _distinct(x, tx, at)
    (r, alpha, s, beta), log_likelihood = _maximum(lambda p: _pareto_log(p, *counted), 4)
    return ParetoNbd(r, alpha, s, beta, log_likelihood, len(x))


def _pareto_log(p: Floats, x: Floats, tx: Floats, at: Floats, times: Floats) -> float:
    from scipy.special import gammaln

    r, alpha, s, beta = (float(value) for value in p)
    start = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    here = -(r + x) * np.log(alpha + at) - s * np.log(beta + at)
    gone = np.log(s) - np.log(r + s + x) + _pareto_gone(r, alpha, s, beta, x, tx, at)
    return float(times @ (start + np.logaddexp(here, gone)))


def _pareto_gone(r: float, alpha: float, s: float, beta: float, x: Floats, tx: Floats, at: Floats) -> Floats:
    """log A0 of Fader & Hardie's note on the Pareto/NBD: how likely the customer left between tx and the end."""
    from scipy.special import hyp2f1

    power, most, gap = r + s + x, max(alpha, beta), abs(alpha - beta)
    shape = s + 1 if alpha >= beta else r + x
    first = hyp2f1(power, shape, power + 1, gap / (most + tx))
    later = hyp2f1(power, shape, power + 1, gap / (most + at))
    ratio = power * np.log((most + tx) / (most + at))
    inside = np.maximum(first - later * np.exp(ratio), 1e-300)
    return np.asarray(np.log(inside) - power * np.log(most + tx))


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """Spend per purchase: gamma with shape p, whose rate differs between customers as gamma (q, v)."""

    p: float
    q: float
    v: float
    log_likelihood: float | None = None
    n: int = 0

    @property
    def mean(self) -> float | None:
        """The average spend of all customers, p·v/(q − 1); None where q ≤ 1 (it does not exist)."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else None

    def expected(self, frequency: Numbers, monetary: Numbers) -> Floats:
        """A customer's spend per purchase, drawn towards the mean the fewer purchases are known.

        (q − 1)/(p·x + q − 1)·mean + p·x/(p·x + q − 1)·m.
        """
        x, m = np.asarray(frequency, float), np.asarray(monetary, float)
        return np.asarray(self.p * (self.v + np.where(x > 0, x * m, 0)) / (self.p * x + self.q - 1))


def gamma_gamma(frequency: Values, monetary: Values) -> GammaGamma:
    """Fit Gamma–Gamma by maximum likelihood, over customers with repeat purchases and spend above 0.

    `monetary`: mean spend of the repeat purchases (without the first). Assumes that how often and how much people
    buy do not go together: look at their correlation first. Fader & Hardie (2013), note 025.
    """
    from scipy.special import gammaln

    x, m = finite_numbers(frequency, "frequency"), finite_numbers(monetary, "monetary")
    if len(x) != len(m):
        raise NotPossible("All columns must be equally long")
    kept = (x > 0) & (m > 0)
    x, m = x[kept], m[kept]
    if len(x) < 3:
        raise NotPossible("At least 3 customers with repeat purchases are needed, not %(n)s", n=len(x))

    def log_likelihood(parameters: Floats) -> float:
        p, q, v = parameters
        shape = p * x
        return float(np.sum(
            gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(v) + (shape - 1) * np.log(m)
            + shape * np.log(x) - (shape + q) * np.log(x * m + v)
        ))  # fmt: skip

    (p, q, v), best = _maximum(log_likelihood, 3)
    return GammaGamma(p, q, v, best, len(x))


def constant_retention_value(margin: float, retention: float, discount: float, *, periods: int | None = None) -> float:
    """m·Σ r^t/(1 + d)^t: the value now of a customer who stays with chance r each period, first margin today.

    Without `periods` for ever: m(1 + d)/(1 + d − r). `retention` and `discount` as shares of 1.

    >>> round(constant_retention_value(100, 0.8, 0.1), 2)
    366.67
    """
    if not (0 <= retention < 1 + discount and discount > -1):
        raise NotPossible("Retention must be at least 0 and below 1 + discount")
    step = retention / (1 + discount)
    if periods is None:
        return margin / (1 - step)
    return margin * math.fsum(step**t for t in range(periods))


def lifetime_value(purchases: Numbers, spend: Numbers, *, margin: float = 1.0) -> Floats:
    """Expected purchases × expected spend × share that is margin, customer by customer."""
    return np.asarray(np.asarray(purchases, float) * np.asarray(spend, float) * margin)
