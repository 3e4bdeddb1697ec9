"""The page at the end: thanks, and what happens next."""

from ..errors import N_
from ..forms.logic import pick_ending, pipe
from .respondent_arrival import Here
from .respondent_asking import Reply
from .respondent_sheet import kept, render, wording

ARRIVED = N_("Your answers have arrived. You can close this page.")
TAKEN = N_("Your answers have arrived.")
AGAIN = N_("You have already answered this survey; each link counts once. Your answers have arrived.")


def thanks(here: Here) -> Reply:
    given, asked, say = here.visit.given, here.asked, wording(here.language)
    note, start = ARRIVED if "done" in here.asking.args else AGAIN, ""
    if here.way and here.way.next_is_offered:
        note = here.way.done or TAKEN
        start = here.way.start or here.address(carry=False, lang=None)
    ending = pick_ending(asked.questionnaire, given.answers, here.attributes)
    text = pipe(ending.text, given.answers, asked.questions, here.attributes, here.language) if ending else ""

    def page() -> str:
        return render(
            "respondent/ending.html", here.language, title=say("Thank you"), text=text, note=say(note), way=here.way,
            start=start, next=say(here.way.next) if here.way else "",
        )  # fmt: skip

    is_same_for_all = not start and not any("{{" in words for words in (ending.text.values() if ending else ()))
    made = kept((asked, "thanks", here.language, text, note, here.way), page) if is_same_for_all else page()
    return Reply(made, 200, here.way.headers if here.way else {})
