"""The text model that a command names: one that is installed, or the file of a taught one."""

from pathlib import Path

from ..analysis.text import MODELS, LessonError, Taught, TextModel
from ..errors import N_, SurveyError


def names() -> str:
    return ", ".join(sorted(MODELS))


def model(name: str) -> TextModel:
    """A model by its name or by the file it was written to."""
    if name in MODELS:
        return MODELS[name]
    path = Path(name)
    if not path.is_file():
        raise SurveyError(
            "text-model", N_("There is no text model %(name)s."), N_("There are: %(names)s."), name=name, names=names()
        )
    try:
        return Taught.from_bytes(path.read_bytes())
    except LessonError as error:
        raise SurveyError(
            "text-lesson", N_("%(file)s is not the file of a taught model of this version."),
            N_("Teach it again with survey-app text teach."), file=path.name,
        ) from error  # fmt: skip
