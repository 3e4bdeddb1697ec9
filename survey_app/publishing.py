"""Step 1 of the chain: a draft that several people may edit becomes a version that never changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from . import clock, crypto
from .errors import N_, Conflict, NotFound, SurveyError
from .forms import changes, doctor, gallery, proof
from .forms.definition import Questionnaire, say
from .forms.remarks import Remark
from .store.policies import Policy
from .store.policies import plain as plain_policy
from .tables import Setting, Survey, Version

UNDO_STEPS = 50
DRAFT = "draft"
"""What the draft is called where versions have numbers."""


def from_template(name: str) -> Questionnaire:
    """The questionnaire of a template that ships."""
    return gallery.template(name).questionnaire


def create_survey(session: Session, name: str, questionnaire: Questionnaire) -> Survey:
    """A new survey with this draft; closed, and without a version yet."""
    survey = Survey(public_id=crypto.new_token(), name=_name(name, questionnaire), draft=plain(questionnaire))
    session.add(survey)
    session.flush()
    return survey


def draft_of(survey: Survey) -> Questionnaire:
    return Questionnaire.model_validate(survey.draft)


def plain(questionnaire: Questionnaire) -> dict[str, Any]:
    """A questionnaire as the database keeps it."""
    return questionnaire.model_dump(mode="json", exclude_defaults=True) | {"title": dict(questionnaire.title)}


def save_draft(session: Session, survey: Survey, questionnaire: Questionnaire, *, revision: int) -> int:
    """Save an edit of draft `revision`; returns the next one. Conflict when somebody else saved in between."""
    before, after = survey.draft, plain(questionnaire)
    if revision == survey.draft_revision and before == after:
        return revision
    fresh = _replace(session, survey, after, revision)
    _remember(session, survey, fresh, {"draft": before, "before": revision})
    return fresh


def undo(session: Session, survey: Survey, *, revision: int) -> int:
    """Bring back the draft before the last edit; undoing again goes back further."""
    step = session.get(Setting, _step_key(survey, revision))
    if step is None:
        raise SurveyError("nothing-to-undo", N_("There is nothing left to undo."))
    fresh = _replace(session, survey, step.value["draft"], revision)
    earlier = session.get(Setting, _step_key(survey, step.value["before"]))
    if earlier is not None:
        _remember(session, survey, fresh, dict(earlier.value))
    return fresh


def can_undo(session: Session, survey: Survey) -> bool:
    return session.get(Setting, _step_key(survey, survey.draft_revision)) is not None


def _replace(session: Session, survey: Survey, draft: dict[str, Any], revision: int) -> int:
    """Put a draft in place of revision `revision`, if that is still the one."""
    changed = session.execute(
        update(Survey)
        .where(col(Survey.id) == survey.id, col(Survey.draft_revision) == revision)
        .values(draft=draft, draft_revision=revision + 1)
        .execution_options(synchronize_session=False)
    )
    if not getattr(changed, "rowcount", 0):
        raise Conflict(
            "draft-changed",
            N_("Somebody else has changed this questionnaire in the meantime, so your change was not made."),
            N_("You see the newest draft now: make the change again if it is still right."),
        )
    session.refresh(survey)
    return revision + 1


def _step_key(survey: Survey, revision: int) -> str:
    return f"draft.{survey.id}.{revision}"


def _remember(session: Session, survey: Survey, revision: int, value: dict[str, Any]) -> None:
    """Keep what undo brings back from a revision, for the last steps."""
    session.add(Setting(key=_step_key(survey, revision), value=value))
    session.execute(delete(Setting).where(col(Setting.key) == _step_key(survey, revision - UNDO_STEPS)))


# -- versions --------------------------------------------------------------------------------------------------


def versions(session: Session, survey: Survey) -> list[Version]:
    """All versions, newest first."""
    wanted = select(Version).where(Version.survey_id == survey.id).order_by(col(Version.number).desc())
    return list(session.exec(wanted))


def found(session: Session, survey: Survey, wanted: str) -> Questionnaire:
    """The questionnaire of a version by its number, or of the draft."""
    if wanted == DRAFT:
        return draft_of(survey)
    for version in versions(session, survey):
        if str(version.number) == wanted:
            return Questionnaire.model_validate(version.definition)
    raise NotFound("version", N_("There is no version %(number)s."), number=wanted)


def changes_to_publish(session: Session, survey: Survey) -> list[changes.Change]:
    """What the draft would change against the newest version; empty where nothing would."""
    published = versions(session, survey)
    before = Questionnaire.model_validate(published[0].definition) if published else None
    return changes.between(before, draft_of(survey))


def check(session: Session, survey: Survey) -> list[Remark]:
    """The doctor's remarks on the draft, with those about earlier versions and about its logic."""
    earlier = [Questionnaire.model_validate(version.definition) for version in versions(session, survey)]
    draft = draft_of(survey)
    return [*changes.clashes(earlier, draft), *doctor.look(draft), *proof.prove(draft).remarks]


def publish(session: Session, survey: Survey, user_id: int | None, *, revision: int | None = None) -> Version:
    """Make the draft a version. Refused while the doctor finds errors or nothing has changed.

    With `revision`, only that revision of the draft is published: the one that was looked at.
    """
    if revision is not None and revision != survey.draft_revision:
        raise Conflict(
            "draft-changed",
            N_("Somebody else has changed this questionnaire in the meantime."),
            N_("Look at the changes once more, then publish."),
        )
    errors = [remark for remark in check(session, survey) if remark.is_error]
    if errors:
        raise SurveyError(
            "doctor", N_("The questionnaire cannot be published yet: %(count)s things must be put right."),
            N_("They are marked at the questions."), count=len(errors),
        )  # fmt: skip
    published = versions(session, survey)
    if published and not changes_to_publish(session, survey):
        raise Conflict("unchanged", N_("Nothing has changed since the last version."))
    number = published[0].number + 1 if published else 1
    assert survey.id is not None
    version = Version(
        survey_id=survey.id, number=number, definition=plain(draft_of(survey)), published_by=user_id,
        published_at=clock.now(),
    )  # fmt: skip
    session.add(version)
    session.flush()
    return version


# -- the survey itself -----------------------------------------------------------------------------------------


def open_survey(session: Session, survey: Survey) -> None:
    """Take answers from now on."""
    if not versions(session, survey):
        raise SurveyError("unpublished", N_("Publish the questionnaire first."))
    if survey.archived_at is not None:
        raise SurveyError("archived", N_("This survey is in the archive. Bring it back first."))
    survey.is_open = True
    if survey.closes_at is not None and survey.closes_at <= clock.now():
        survey.closes_at = None
    session.add(survey)


def close_survey(session: Session, survey: Survey) -> None:
    """Take no new answers; who has begun may finish."""
    survey.is_open = False
    session.add(survey)


def rename(session: Session, survey: Survey, name: str) -> None:
    survey.name = _name(name, draft_of(survey))
    session.add(survey)


def change_times(session: Session, survey: Survey, *, opens_at: datetime | None, closes_at: datetime | None) -> None:
    survey.opens_at, survey.closes_at = opens_at, closes_at
    session.add(survey)


def change_policy(session: Session, survey: Survey, policy: Policy) -> None:
    survey.policy = plain_policy(policy)
    session.add(survey)


def duplicate(session: Session, survey: Survey, name: str) -> Survey:
    """A new survey with the same draft; answers stay where they are."""
    return create_survey(session, name, draft_of(survey))


def archive(session: Session, survey: Survey) -> None:
    """Close it and take it off the lists; nothing is deleted."""
    survey.is_open, survey.archived_at = False, clock.now()
    session.add(survey)


def restore(session: Session, survey: Survey) -> None:
    survey.archived_at = None
    session.add(survey)


def _name(name: str, questionnaire: Questionnaire) -> str:
    return name.strip()[:120] or say(questionnaire.title, questionnaire.languages[0])[:120] or "–"


def used_keys(session: Session, survey: Survey) -> frozenset[str]:
    """Keys that answers may stand under: those of the draft and of every version."""
    definitions: list[Mapping[str, Any]] = [
        survey.draft,
        *(version.definition for version in versions(session, survey)),
    ]
    pages = [page for definition in definitions for page in definition.get("pages", ())]
    return frozenset(item["key"] for page in pages for item in page.get("items", ()))
