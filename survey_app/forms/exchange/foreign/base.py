"""What every foreign format says of itself: how it is recognised, read, and how its conditions and texts are put."""

import json
import re
from collections.abc import Sequence
from typing import Any, ClassVar

from ....errors import N_
from ..conditions import Known, Rule, translate
from ..native import ExchangeError
from ..sketch import Sketch, Source


class Format:
    """A format of another tool. A subclass states a name, a label and the dialect of its conditions."""

    name: ClassVar[str]
    label: ClassVar[str]
    rules: ClassVar[Sequence[Rule]] = ()
    """How its conditions become ours, in order; texts in quotes are set aside before."""
    piped: ClassVar[re.Pattern[str]]
    """What stands in its texts for an answer; group `item` names it, or group `attribute` something of the person."""

    def recognises(self, source: Source) -> bool:
        raise NotImplementedError

    def read(self, source: Source) -> Sketch:
        raise NotImplementedError

    def translate(self, condition: str, known: Known) -> str:
        return translate(condition, self.rules, known)

    def pipe(self, words: str, known: Known) -> str:
        """A text with answers piped in our way; what names nothing we know stands as it is."""

        def ours(match: re.Match[str]) -> str:
            names = match.groupdict()
            if attribute := names.get("attribute"):
                return f"{{{{attr.{attribute.lower()}}}}}"
            key = known.keys.get(names.get("item") or "")
            return f"{{{{{key}}}}}" if key else match[0]

        return self.piped.sub(ours, words)


def json_of(source: Source) -> dict[str, Any]:
    """The object a JSON file holds. Raises ExchangeError where it holds none."""
    try:
        parsed = json.loads(source.data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise ExchangeError(
            N_("Line %(line)s, column %(column)s: this is not JSON."), line=error.lineno, column=error.colno
        ) from error
    except UnicodeDecodeError as error:
        raise ExchangeError(N_("The file is not text in UTF-8.")) from error
    except (ValueError, RecursionError) as error:
        raise ExchangeError(N_("The file does not hold a questionnaire.")) from error
    if not isinstance(parsed, dict):
        raise ExchangeError(N_("The file does not hold a questionnaire."))
    return parsed


def whole(value: Any, usual: int) -> int:
    """A whole number however a file writes it, the usual one where it is none."""
    try:
        return int(float(value))
    except (TypeError, ValueError, OverflowError):
        return usual


def decimal(value: Any) -> float | None:
    """A number however a file writes it, None where it is none that can be a limit."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) <= 1e12 else None


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def mapped(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
