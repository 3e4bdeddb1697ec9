"""From draft to version: conflicts, undo, what blocks publishing, and what a new version changes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from survey_app import publishing
from survey_app.errors import Conflict, SurveyError
from survey_app.forms import gallery
from survey_app.forms.definition import Questionnaire
from survey_app.store.database import reading, writing
from survey_app.tables import Survey


def made(engine, template="csat"):
    with writing(engine) as session:
        survey = publishing.create_survey(session, "门店满意度", publishing.from_template(template))
        return survey.id


def with_title(survey, title):
    draft = publishing.draft_of(survey)
    return draft.model_copy(update={"title": {"zh": title, "en": title}})


def test_a_new_survey_has_a_draft_and_no_version_and_takes_no_answers(engine):
    with reading(engine) as session:
        survey = session.get_one(Survey, made(engine))
        assert publishing.draft_of(survey) == publishing.from_template("csat")
        assert publishing.versions(session, survey) == []
        assert not survey.is_open


def test_of_two_editors_the_second_is_told_and_nothing_is_lost(engine):
    survey_id = made(engine)
    with writing(engine) as session:
        survey = session.get_one(Survey, survey_id)
        publishing.save_draft(session, survey, with_title(survey, "甲"), revision=1)
    with writing(engine) as session:
        survey = session.get_one(Survey, survey_id)
        with pytest.raises(Conflict):
            publishing.save_draft(session, survey, with_title(survey, "乙"), revision=1)
    with reading(engine) as session:
        assert session.get_one(Survey, survey_id).draft["title"]["zh"] == "甲"


def test_undo_goes_back_step_by_step_and_then_says_there_is_no_more(engine):
    survey_id = made(engine)
    titles = ["甲", "乙", "丙"]
    for revision, title in enumerate(titles, 1):
        with writing(engine) as session:
            survey = session.get_one(Survey, survey_id)
            publishing.save_draft(session, survey, with_title(survey, title), revision=revision)
    for wanted in ("乙", "甲", "服务满意度"):
        with writing(engine) as session:
            survey = session.get_one(Survey, survey_id)
            assert publishing.can_undo(session, survey)
            publishing.undo(session, survey, revision=survey.draft_revision)
            assert survey.draft["title"]["zh"] == wanted
    with writing(engine) as session:
        survey = session.get_one(Survey, survey_id)
        with pytest.raises(SurveyError, match="nothing left"):
            publishing.undo(session, survey, revision=survey.draft_revision)


def test_saving_the_same_again_makes_no_new_revision(engine):
    with writing(engine) as session:
        survey = session.get_one(Survey, made(engine))
    with writing(engine) as session:
        survey = session.get_one(Survey, survey.id)
        assert publishing.save_draft(session, survey, publishing.draft_of(survey), revision=1) == 1


def test_versions_are_numbered_and_the_second_needs_a_change(engine):
    survey_id = made(engine)
    with writing(engine) as session:
        survey = session.get_one(Survey, survey_id)
        assert publishing.publish(session, survey, None).number == 1
    with pytest.raises(Conflict, match="Nothing has changed"), writing(engine) as session:
        publishing.publish(session, session.get_one(Survey, survey_id), None)
    with writing(engine) as session:
        survey = session.get_one(Survey, survey_id)
        publishing.save_draft(session, survey, with_title(survey, "新标题"), revision=1)
        assert [change.message for change in publishing.changes_to_publish(session, survey)] == [
            "The title was changed."
        ]
        assert publishing.publish(session, survey, None).number == 2


def test_a_draft_with_errors_is_not_published(engine):
    with writing(engine) as session:
        empty = Questionnaire(title={"zh": "空"})
        survey_id = publishing.create_survey(session, "空", empty).id
    with pytest.raises(SurveyError, match="cannot be published"), writing(engine) as session:
        publishing.publish(session, session.get_one(Survey, survey_id), None)


def test_the_draft_that_was_looked_at_is_the_one_published(engine):
    survey_id = made(engine)
    with pytest.raises(Conflict), writing(engine) as session:
        publishing.publish(session, session.get_one(Survey, survey_id), None, revision=7)


def test_a_key_cannot_change_its_type_or_scale_once_published(engine):
    survey_id = made(engine)
    with writing(engine) as session:
        survey = session.get_one(Survey, survey_id)
        publishing.publish(session, survey, None)
        draft = survey.draft | {
            "pages": [
                {"items": [{"key": "csat", "type": "csat", "options": {"points": 7}, "text": {"zh": "?", "en": "?"}}]}
            ],
            "endings": [],
        }  # fmt: skip
        publishing.save_draft(session, survey, Questionnaire.model_validate(draft), revision=1)
        assert any("scale differs" in remark.message for remark in publishing.check(session, survey))
        draft["pages"][0]["items"][0] |= {"type": "nps", "options": {}}
        publishing.save_draft(session, survey, Questionnaire.model_validate(draft), revision=2)
        assert any("another type" in remark.message for remark in publishing.check(session, survey))


def test_only_a_published_survey_opens_and_an_archived_one_is_closed(engine):
    survey_id = made(engine)
    with pytest.raises(SurveyError, match="Publish"), writing(engine) as session:
        publishing.open_survey(session, session.get_one(Survey, survey_id))
    with writing(engine) as session:
        survey = session.get_one(Survey, survey_id)
        publishing.publish(session, survey, None)
        publishing.open_survey(session, survey)
        assert survey.is_open
        publishing.archive(session, survey)
        assert not survey.is_open
        copy = publishing.duplicate(session, survey, "副本")
        assert copy.public_id != survey.public_id
        assert copy.draft == survey.draft


def test_every_template_can_be_published_as_it_is(engine):
    for template in gallery.templates():
        survey_id = made(engine, template.name)
        with writing(engine) as session:
            survey = session.get_one(Survey, survey_id)
            assert publishing.check(session, survey) == []
            publishing.publish(session, survey, None)


def test_of_many_editors_at_the_same_moment_exactly_one_wins(engine):
    survey_id = made(engine)

    def edit(title):
        try:
            with writing(engine) as session:
                survey = session.get_one(Survey, survey_id)
                publishing.save_draft(session, survey, with_title(survey, title), revision=1)
        except Conflict:
            return 0
        return 1

    with ThreadPoolExecutor(4) as editors:
        assert sum(editors.map(edit, "甲乙丙丁戊己")) == 1
    with reading(engine) as session:
        assert session.get_one(Survey, survey_id).draft_revision == 2


def test_a_version_and_the_draft_are_found_by_what_they_are_called(engine):
    survey_id = made(engine)
    with writing(engine) as session:
        survey = session.get_one(Survey, survey_id)
        publishing.publish(session, survey, None)
        publishing.save_draft(session, survey, with_title(survey, "新标题"), revision=1)
        assert publishing.found(session, survey, "1").title["zh"] == "服务满意度"
        assert publishing.found(session, survey, "draft").title["zh"] == "新标题"
        with pytest.raises(SurveyError, match="no version 7"):
            publishing.found(session, survey, "7")
