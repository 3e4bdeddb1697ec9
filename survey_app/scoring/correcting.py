"""One click on a clause: what a person says about it holds from then on, and is kept for teaching."""

from typing import Any

from sqlmodel import Session, select

from ..analysis import text
from ..errors import N_, SurveyError
from ..store import due
from ..tables import Judgement, Opinion, Response
from .labelling import note_correction
from .reading import chosen
from .writing import tell_improving


def correct(
    session: Session, opinion: Opinion, *, aspect: str, polarity: int, user_id: int | None = None
) -> dict[str, Any]:
    """Write what a person says about a clause: its aspect and polarity, the result of its text, the hand-overs.
    The same as the model said is a confirmation. What it was before."""
    if aspect and all(aspect != known.code for known in chosen(session).taxonomy.aspects):
        raise SurveyError("aspect", N_("There is no such aspect."), N_("Choose one from the list."))
    before = {"polarity": opinion.polarity, "aspect": opinion.aspect, "is_corrected": opinion.is_corrected}
    opinion.polarity, opinion.aspect, opinion.is_corrected, opinion.probability = polarity, aspect, True, 1.0
    session.add(opinion)
    session.flush()
    note_correction(session, opinion, user_id)
    its = (Opinion.response_id == opinion.response_id, Opinion.item_key == opinion.item_key)
    said = session.exec(select(Opinion.polarity, Opinion.probability).where(*its)).all()
    judged = session.exec(
        select(Judgement).where(Judgement.response_id == opinion.response_id, Judgement.item_key == opinion.item_key)
    ).first()
    if judged is not None:
        judged.result = text.verdict(said)
        session.add(judged)
    due.note_changes(session, opinion.survey_id, [opinion.response_id])
    tell_improving(session, [session.get_one(Response, opinion.response_id)])
    return before
