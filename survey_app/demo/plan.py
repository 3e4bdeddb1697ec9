"""Who answers which survey when and over which channel: decided before the first answer is written."""

import random
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate

from ..channels import CHANNELS
from . import drivers, story, surveys, times
from .people import Person
from .progress import Demo

ABANDONED = 0.045
"""So many more begin and do not come to an end."""
ANONYMOUS = {"qr": 0.3, "link": 0.12}
"""On links that everybody gets, many are not known by name."""
BY_CAMPAIGN = ("relationship", "email")
"""The survey that campaigns invite to, and over what."""
CAMPAIGNS = {"finished": (127.0, 151.5), "running": (0.0, 2.2)}
"""The half-yearly waves whose campaigns are on record: answers of these days before now came through them."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One response to be: `number` is its own for ever, whatever the order of making."""

    number: int
    survey: str
    person: Person
    at: datetime
    days_ago: float
    channel: str
    is_known: bool
    is_submitted: bool

    @property
    def campaign(self) -> str:
        """The campaign it came through, "" for none."""
        if (self.survey, self.channel) != BY_CAMPAIGN:
            return ""
        return next((name for name, (last, first) in CAMPAIGNS.items() if last <= self.days_ago < first), "")


def visits(demo: Demo) -> list[Visit]:
    """All of them, newest first, so that the pages of the last weeks are alive soonest."""
    found: list[Visit] = []
    for name in surveys.SURVEYS:
        found += _of_survey(demo, name, demo.size(drivers.RESPONSES[name]), len(found))
    return sorted(found, key=lambda visit: (visit.at, visit.number), reverse=True)


def _of_survey(demo: Demo, name: str, count: int, first: int) -> list[Visit]:
    rng = demo.random("visits", name)
    weights = times.day_weights("waves" if name == "relationship" else "steady", demo.now.toordinal())
    days = sorted(rng.choices(range(story.DAYS), weights, k=count + round(count * ABANDONED)))
    givers = Pool(demo.people, name)
    abandoned = set(rng.sample(range(len(days)), round(count * ABANDONED)))
    made, invited = [], set[tuple[str, int]]()
    for number, day in enumerate(days):
        person, channel = givers.draw(rng, day), _channel(rng, name)
        at = times.answered_at(rng, day, demo.now, is_office=person.segment == story.BUSINESS)
        visit = Visit(
            first + number, name, person, at, (demo.now - at).total_seconds() / 86_400, channel,
            is_known=rng.random() >= ANONYMOUS.get(channel, 0.0), is_submitted=number not in abandoned,
        )  # fmt: skip
        if (visit.campaign, person.number) in invited:
            visit = replace(visit, channel="link", is_known=True)
        elif visit.campaign:
            invited.add((visit.campaign, person.number))
        made.append(visit)
    return made


class Pool:
    """Customers to draw from, the ready ones more often, by the segments a survey reaches."""

    def __init__(self, people: Sequence[Person], name: str) -> None:
        self.people = people
        shares = drivers.SEGMENTS[name]
        self.sums = list(accumulate(shares[person.segment] * (0.25 + person.readiness) for person in people))

    def draw(self, rng: random.Random, days_ago: int) -> Person:
        """Somebody who was a customer then already."""
        for _ in range(50):
            person = self.people[bisect(self.sums, rng.random() * self.sums[-1])]
            if person.joined_days_ago > days_ago + 1:
                return person
        return max(self.people, key=lambda person: person.joined_days_ago)


def answered(visits: Sequence[Visit], campaign: str) -> dict[int, Visit]:
    """Who came through a campaign, by number."""
    return {visit.person.number: visit for visit in visits if visit.campaign == campaign}


def _channel(rng: random.Random, name: str) -> str:
    shares = {channel: share for channel, share in drivers.CHANNELS[name].items() if channel in CHANNELS}
    return rng.choices(list(shares), list(shares.values()))[0]
