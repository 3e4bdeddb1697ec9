"""What the command line says, in the language of the terminal."""

import os
import sys
from typing import Any

from ..web.language import translations


def language() -> str:
    """SURVEY_LANGUAGE, else the terminal's: Chinese where it is Chinese or unknown, English otherwise."""
    wanted = os.environ.get("SURVEY_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "zh"
    return "zh" if wanted.lower().startswith(("zh", "c.", "c", "posix")) else "en"


def t(message: str, **values: Any) -> str:
    """A message id in the terminal's language, filled in."""
    text = translations(language()).gettext(message) if language() != "en" else message
    return text % values if values else text


def say(text: str, *, error: bool = False) -> None:
    print(text, file=sys.stderr if error else sys.stdout, flush=True)
