"""The page at the end: thanks, and what happens next."""

from ..errors import N_
from ..forms.logic import pick_ending, pipe
from .respondent_arrival import Here
from .respondent_asking import Reply
from .respondent_sheet import kept, render, wording

ARRIVED = N_("Your answers have arrived. You can close this page.")
AGAIN = N_("You have already answered this survey; each link counts once. Your answers have arrived.")


def thanks(here: Here) -> Reply:
    given, asked = here.visit.given, here.asked
    say, note = wording(here.language), ARRIVED if "done" in here.asking.args else AGAIN
    ending = pick_ending(asked.questionnaire, given.answers, here.attributes)
    text = pipe(ending.text, given.answers, asked.questions, here.attributes, here.language) if ending else ""

    def page() -> str:
        return render("respondent/ending.html", here.language, title=say("Thank you"), text=text, note=say(note))

    is_same_for_all = not ending or not any("{{" in words for words in ending.text.values())
    return Reply(kept((asked, "thanks", here.language, text, note), page) if is_same_for_all else page())
