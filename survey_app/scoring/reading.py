"""What open answers are read by, and their reading: a model and a taxonomy, the texts, the results."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, col, select

from ..analysis import text
from ..analysis.text import Taxonomy, TaxonomyError, TextModel, TextResult
from ..analysis.text.taught import LessonError, Taught
from ..store.questionnaires import asked
from ..tables import ModelUse, ModelVersion, Response, Setting

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class How:
    """What texts are judged by: a model and a taxonomy, as the setting "text" and the version in use say."""

    model: TextModel
    taxonomy: Taxonomy

    @property
    def named(self) -> tuple[str, str]:
        """The model's name and version."""
        return self.model.name, self.model.version


@dataclass(frozen=True, slots=True)
class Judged:
    """The results of one response by item key, with the texts they are about and what their questions ask for."""

    response: Response
    texts: dict[str, str]
    asks: dict[str, str]
    results: dict[str, TextResult]


def chosen(session: Session) -> How:
    """The model and taxonomy of this installation; what cannot be used falls back to what ships."""
    setting = session.get(Setting, "text")
    value: dict[str, Any] = setting.value if setting else {}
    taxonomy = text.general()
    if value.get("taxonomy"):
        try:
            taxonomy = Taxonomy.from_dict(value["taxonomy"])
        except (TaxonomyError, TypeError, AttributeError):
            log.warning("scoring: the saved taxonomy cannot be used, the general one is")
    name = value.get("model", text.DEFAULT)
    base = text.MODELS[name if name in text.MODELS else text.DEFAULT]
    version = in_use(session)
    if version is None or (version.base, version.base_version) != (base.name, base.version):
        return How(base, taxonomy)
    return How(loaded(version), taxonomy)


def in_use(session: Session) -> ModelVersion | None:
    """The taught version that was put to use last; None for the model as it ships."""
    last = session.exec(select(ModelUse.version_id).order_by(col(ModelUse.id).desc()).limit(1)).first()
    return session.get(ModelVersion, last) if last else None


def loaded(version: ModelVersion) -> TextModel:
    """A version as a model; its base where the lesson cannot be read."""
    try:
        return Taught.from_bytes(version.lesson, f"{version.base_version}+{version.id}")
    except LessonError:
        log.warning("scoring: the lesson of version %s cannot be read, its base is used", version.id)
        return text.MODELS[version.base]


def texts_of(session: Session, ids: Sequence[int]) -> dict[int, Judged]:
    """The open answers of submitted responses, each read by its own version."""
    found: dict[int, Judged] = {}
    wanted = select(Response).where(col(Response.id).in_(list(ids)), Response.state == "submitted")
    for response in session.exec(wanted):
        questions = asked(session, response.version_id).questions
        said = {key: question.text(response.answers.get(key)) for key, question in questions.items()}
        texts = {key: words for key, words in said.items() if words}
        asks = {key: text.asked_for(" ".join(questions[key].item.text.values())) for key in texts}
        found[response.id or 0] = Judged(response, texts, asks, {})
    return found


def judge(one: Judged, how: How) -> Judged:
    results = {
        key: text.judge(words, how.model, taxonomy=how.taxonomy, asks=one.asks[key]) for key, words in one.texts.items()
    }
    return replace(one, results=results)
