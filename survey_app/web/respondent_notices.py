"""Pages for visitors who cannot answer now: what is so, and what to do."""

from datetime import datetime

from babel.dates import format_date

from ..errors import N_
from ..forms.definition import Text, say
from .respondent_asking import Asking, Reply
from .respondent_sheet import NAMES, render, wording
from .respondent_ways import Way, way_in

NOTICES = {
    "unpublished": (
        N_("This survey has not started yet"),
        N_("Please try this link again later. Nothing needs to be done now."),
    ),
    "early": (
        N_("This survey has not started yet"),
        N_("It opens on %(day)s at %(time)s. The same link will work then."),
    ),
    "full": (
        N_("Thank you, we have heard from enough people"),
        N_("This survey has all the answers it needs. Thank you for wanting to take part."),
    ),
    "paused": (
        N_("This survey is not taking answers at the moment"),
        N_("Please try this link again later, or tell the people who sent it to you."),
    ),
    "ended": (
        N_("This survey has ended"),
        N_(
            "Thank you for wanting to take part. If you still want to tell us something, "
            "reply to the message that brought you here."
        ),
    ),
    "counted": (
        N_("The time for this questionnaire is over"),
        N_("What you had answered until then has been counted. Thank you."),
    ),
    "left_out": (
        N_("The time for this questionnaire is over"),
        N_("It was not finished in time, so your answers are in no result. Thank you for having begun."),
    ),
    "again": (
        N_("You have already answered this survey"),
        N_("Your answers have arrived. Each person counts once."),
    ),
    "named": (
        N_("This survey is anonymous"),
        N_("For a call it is written down who was spoken to and when. Give the public link instead."),
    ),
    "crowded": (
        N_("Many answers are coming from your network just now"),
        N_("Your answers are still here: please send this page again in a while."),
    ),
    "missing": (
        N_("This link does not lead to a survey"),
        N_("Please check that the address is complete, or open the link in the message again."),
    ),
    "busy": (
        N_("Your answers could not be stored just now"),
        N_("Nothing is lost: wait a moment, then send the page again."),
    ),
    "large": (
        N_("That was too much text"),
        N_("Go back, shorten your answer and send it again."),
    ),
    "changed": (
        N_("This page could not be checked"),
        N_("Your answers are still here: please send them again."),
    ),
    "odd": (
        N_("This page could not be read"),
        N_("Go back, look for unusual characters in your answers and send them again."),
    ),
    "fault": (
        N_("Something went wrong on our side"),
        N_("Go back and send the page again: it counts only once."),
    ),
    "race": (
        N_("This page is open in another window"),
        N_("Close the other one, then send this page again."),
    ),
}


def notice(
    asking: Asking, kind: str, status: int, language: str = "", way: Way | None = None, *, own: Text | None = None,
    at: datetime | None = None,
) -> Reply:  # fmt: skip
    """A page with nothing to fill in; `own` is what the survey says instead of our words, `at` when it will be."""
    wanted = asking.args.get("lang", "")
    chosen = language or (wanted if wanted in NAMES else "")
    language = chosen or asking.prefers(tuple(NAMES)) or "zh"
    words = wording(language)
    title, text = map(words, NOTICES[kind])
    if at is not None:
        text = text % {"day": format_date(at, "long", locale=language), "time": f"{at:%H:%M}"}
    text = say(own, language) or text
    headers = {"Retry-After": "5"} if status == 503 else {}
    way = way or way_in(asking.args.get("c", ""), asking)
    headers |= way.headers if way else {}
    return Reply(render("respondent/notice.html", language, title=title, text=text, way=way), status, headers)
