"""The command line: the same stages as the pages, for people at a terminal and for scripts."""

import argparse
import sys
from collections.abc import Sequence

from ..errors import SurveyError
from . import analyzing, forms, people, processes, tables, texts
from .words import say, t


def parser() -> argparse.ArgumentParser:
    """All commands; each group adds its own."""
    top = argparse.ArgumentParser(
        prog="survey-app", description=t("Surveys, NPS and improvement, from the command line.")
    )
    commands = top.add_subparsers(dest="command", required=True, metavar=t("command"))
    for group in (processes, people, tables, forms, analyzing, texts):
        group.add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0: done; 1: refused, with the reason on standard error; 2: not understood."""
    given = parser().parse_args(arguments)
    try:
        return int(given.run(given) or 0)
    except SurveyError as error:
        say(
            f"{t(error.message, **error.values)} {t(error.hint, **error.values) if error.hint else ''}".strip(),
            error=True,
        )
        return 1
    except FileNotFoundError as error:
        say(t("There is no file %(name)s.", name=error.filename), error=True)
        return 1
    except (PermissionError, IsADirectoryError, NotADirectoryError) as error:
        say(t("%(name)s cannot be read or written.", name=error.filename), error=True)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
