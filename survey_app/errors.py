"""Errors that people can act on: a stable code, a message that says where, a hint that says what to do."""

import traceback
from pathlib import Path
from typing import Any


def N_(text: str) -> str:
    """Mark a message id for the translators; the edge (web, command line, reports) turns it into a language."""
    return text


def traced(error: BaseException) -> str:
    """Where an error came from, for the log: kinds and places, never its message, which holds what people typed."""
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(lines) < 5:
        frames = traceback.extract_tb(seen.__traceback__)
        places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
        lines.append(f"{type(seen).__name__} at {places or 'an unknown place'}")
        seen = seen.__cause__ or seen.__context__
    return "; from ".join(lines)


class SurveyError(Exception):
    """A refusal. `code` is for tests and logs; `message` and `hint` are message ids filled with `values`."""

    status = 400

    def __init__(self, code: str, message: str, hint: str = "", **values: Any) -> None:
        super().__init__(code)
        self.code, self.message, self.hint, self.values = code, message, hint, values

    def __str__(self) -> str:
        text = f"{self.message} {self.hint}".strip()
        return text % self.values if self.values else text


class NotFound(SurveyError):
    """What the address names is not there, or not for this person."""

    status = 404


class Refused(SurveyError):
    """The person may not do this."""

    status = 403


class Conflict(SurveyError):
    """Somebody else was first, or the thing is in a state that does not allow this."""

    status = 409


class Gone(SurveyError):
    """It was there and is not any more, on purpose."""

    status = 410
