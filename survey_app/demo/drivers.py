"""Which feeling is behind which question of the demo's surveys, and how much each aspect weighs in them."""

from collections.abc import Mapping

from ..forms.types import QuestionType, Stored
from . import story
from .answering import Driver, Experience, comment, complaints, earlier, fact, number, rate, rows, wish

WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "relationship": {
        "quality": 0.28, "price": 0.18, "service": 0.15, "logistics": 0.16, "aftersales": 0.12, "app": 0.06,
        "store": 0.12,
    },
    "delivery": {
        "logistics": 0.42, "packaging": 0.13, "quality": 0.2, "price": 0.1, "service": 0.12, "app": 0.05, "store": 0.08,
    },
    "aftersales": {"aftersales": 0.45, "installation": 0.3, "service": 0.25},
}  # fmt: skip


def weights(name: str, segment: str, product: str) -> dict[str, float]:
    """What a survey is about for such a customer: no shop for those who buy online, no fitter for a rice cooker."""
    left_out = {
        "store": segment != story.SHOPS,
        "installation": product not in story.BIG,
        "app": segment == story.BUSINESS,
    }
    return {aspect: weight for aspect, weight in WEIGHTS[name].items() if not left_out.get(aspect)}


def _promise(lived: Experience) -> str:
    felt = lived.feelings.get("logistics", 0.3) + lived.rng.gauss(0, 0.12)
    return "early" if felt > 0.72 else "as_promised" if felt > 0.0 else "late" if felt > -0.42 else "very_late"


def _told(lived: Experience) -> str:
    drawn = lived.rng.random()
    if lived.moment.is_fixed:
        return "before" if drawn < 0.71 else "after" if drawn < 0.9 else "never"
    return "never" if drawn < 0.6 else "after" if drawn < 0.87 else "before"


def _again(lived: Experience) -> str:
    felt = lived.overall + lived.rng.gauss(0, 0.2)
    return "yes" if felt > 0.55 else "maybe" if felt > -0.15 else "no"


def _kind(lived: Experience) -> str:
    drawn = lived.rng.random()
    if lived.person.product in story.BIG:
        return "install" if drawn < 0.5 else "repair" if drawn < 0.88 else "maintain"
    return "repair" if drawn < 0.85 else "maintain" if drawn < 0.96 else "other"


def _valued(lived: Experience) -> str:
    codes = {aspect: code for code, aspect in NEEDS.items()}
    best = max(lived.feelings, key=lambda aspect: lived.feelings[aspect] + lived.rng.gauss(0, 0.1))
    return codes.get(best, "quality")


def _call_me(lived: Experience) -> str:
    return "yes" if lived.rng.random() < 0.44 else "no"


def _standards(question: QuestionType, lived: Experience) -> Stored:
    felt = {"on_time": "installation", "price": "aftersales", "test": "aftersales", "clean": "installation"}
    kept = [
        choice.code
        for choice in question.options.choices
        if not choice.is_exclusive
        and lived.rng.random() < 0.62 + 0.35 * lived.feelings.get(felt.get(choice.code, "service"), lived.overall)
    ]
    nothing = [choice.code for choice in question.options.choices if choice.is_exclusive]
    return {"codes": kept or nothing}


def _waited(question: QuestionType, lived: Experience) -> Stored:
    return max(0, min(21, round(2.4 - 2.6 * lived.feelings["aftersales"] + lived.rng.expovariate(0.8))))


def _solved(lived: Experience) -> str:
    felt = lived.feelings["aftersales"] + lived.rng.gauss(0, 0.15)
    return "yes" if felt > -0.2 else "no"


def _places(question: QuestionType, lived: Experience) -> Stored:
    likely = {
        story.ONLINE: {"shop": 0.55, "market": 0.72, "store": 0.06},
        story.SHOPS: {"shop": 0.16, "market": 0.2, "store": 0.95},
        story.BUSINESS: {"company": 0.92, "market": 0.15, "shop": 0.08},
    }[lived.person.segment]
    chosen = {code for code, share in likely.items() if lived.rng.random() < share} or {
        max(likely, key=likely.__getitem__)
    }
    other = "朋友代买" if lived.rng.random() < 0.03 else None
    codes = [choice.code for choice in question.options.choices if choice.code in chosen or (other and choice.is_other)]
    return {"codes": codes, "other": other} if other else {"codes": codes}


NEEDS = {
    "quality": "quality", "price": "price", "delivery": "logistics", "service": "service", "ease": "app",
    "aftersales": "aftersales",
}  # fmt: skip
TROUBLES = {
    "find": "app",
    "pay": "app",
    "wait": "logistics",
    "courier": "logistics",
    "damaged": "packaging",
    "service": "service",
}  # fmt: skip

DRIVERS: Mapping[str, Mapping[str, Driver]] = {
    "relationship": {
        "nps": rate(),
        "why": comment(0.55),
        "improve": complaints(NEEDS),
        "value_most": fact(_valued),
        "aspects": rows(delivery="logistics"),
        "app": rate("app"),
        "repurchase": fact(_again),
        "places": _places,
        "wish": wish(0.28),
    },
    "delivery": {
        "nps": rate(),
        "why": comment(0.57),
        "ces": rate("logistics", "service", "app"),
        "trouble": complaints(TROUBLES, at_most=2),
        "contact": fact(_call_me),
        "contact_details": lambda _question, _lived: None,
        "speed": rate("logistics"),
        "packing": rate("packaging", "quality"),
        "on_time": fact(_promise),
        "told": fact(_told),
    },
    "aftersales": {
        "visited_on": earlier(3),
        "visit_kind": fact(_kind),
        "wait_days": _waited,
        "fixed": fact(_solved),
        "standards": _standards,
        "aspects": rows(skill="aftersales", manner="service", time="installation", price="aftersales"),
        "csat": rate(),
        "why": comment(0.52),
        "easy": rate("aftersales", "service"),
        "visits": number(1, 6),
    },
}

CHANNELS: Mapping[str, Mapping[str, float]] = {
    "relationship": {"email": 0.66, "wecom": 0.2, "link": 0.14},
    "delivery": {"qr": 0.31, "link": 0.22, "sms": 0.2, "wecom": 0.15, "email": 0.12},
    "aftersales": {"sms": 0.4, "wecom": 0.34, "qr": 0.16, "link": 0.1},
}
"""Over which channels each survey is answered; channels that are not installed fall to the first one that is."""
SEGMENTS: Mapping[str, Mapping[str, float]] = {
    "relationship": {story.ONLINE: 1.0, story.SHOPS: 0.9, story.BUSINESS: 1.5},
    "delivery": {story.ONLINE: 1.8, story.SHOPS: 0.45, story.BUSINESS: 1.1},
    "aftersales": {story.ONLINE: 1.0, story.SHOPS: 1.1, story.BUSINESS: 1.6},
}
RESPONSES: Mapping[str, int] = {"relationship": 2100, "delivery": 4100, "aftersales": 1800}
