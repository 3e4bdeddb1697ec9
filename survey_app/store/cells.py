"""Cells that leave in files: what a spreadsheet would run as a formula is made to be shown as text."""

import re

_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
"""Full-width signs too: spreadsheets in Chinese and Japanese take them for the narrow ones."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?\Z", re.ASCII)


def harmless(text: str) -> str:
    """A text with an apostrophe in front where it would begin a formula. Plain numbers stay as they are."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text
