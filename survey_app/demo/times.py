"""When demo customers answer: on which days, at which hours, and how long they take."""

import random
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from . import story

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = (2, 1, 1, 0, 0, 1, 3, 7, 12, 17, 18, 17, 24, 20, 14, 14, 15, 16, 19, 24, 30, 33, 24, 10)
OFFICE_HOURS = (0, 0, 0, 0, 0, 0, 0, 2, 14, 34, 36, 28, 14, 18, 30, 32, 28, 18, 6, 2, 2, 1, 0, 0)
SALES = {(6, 18): 1.9, (11, 11): 2.3, (12, 12): 1.3}
"""The great shopping days; what was bought then is rated in the days after."""
WAVES = (700, 517, 334, 151, 2)
"""Days before now on which the half-yearly relationship surveys went out."""


@lru_cache(maxsize=8)
def day_weights(kind: str, today: int) -> tuple[float, ...]:
    """How many answers each of the last days gets, relative to the others; `today` is an ordinal."""
    weights = []
    for ago in range(story.DAYS):
        day = datetime.fromordinal(today - ago)
        weight = 1.2 - 0.55 * ago / story.DAYS
        weight *= (0.95, 0.97, 1.0, 1.0, 1.04, 1.14, 1.1)[day.weekday()]
        weights.append(weight * (_wave(ago) if kind == "waves" else _season(day)))
    return tuple(weights)


def _wave(ago: int) -> float:
    """Most answers come in the days after a wave went out, the rest all the time."""
    since = [start - ago for start in WAVES if 0 <= start - ago <= 24]
    return 1.0 + (26 * 0.8 ** min(since) if since else 0.0)


def _season(day: datetime) -> float:
    weight = 1.0
    for (month, number), factor in SALES.items():
        since = (day - datetime(day.year, month, number)).days
        if 2 <= since <= 12:
            weight = max(weight, factor)
    return weight * (0.72 if day.month == 2 else 1.0)


def answered_at(rng: random.Random, days_ago: int, now: datetime, *, is_office: bool = False) -> datetime:
    """A time of that day at which people answer; never in the future."""
    hour = rng.choices(range(24), OFFICE_HOURS if is_office else HOURS)[0]
    day = (now.astimezone(ZONE) - timedelta(days=days_ago)).replace(hour=hour, minute=0, second=0, microsecond=0)
    moment = day + timedelta(minutes=rng.randrange(60), seconds=rng.randrange(60))
    if is_office and moment.weekday() >= 5 and rng.random() < 0.8:
        moment -= timedelta(days=rng.choice([2, 3]))
    while moment >= now:
        moment -= timedelta(days=1)
    return moment.astimezone(now.tzinfo)


def took(rng: random.Random, questions: int) -> timedelta:
    """How long an answer took: some seconds a question, more for those who think or are called away."""
    return timedelta(seconds=round(9 + questions * rng.lognormvariate(2.1, 0.55)))
