"""Chinese text into words, by rjieba, which takes no half characters."""

import rjieba


def segmented(text: str) -> list[str]:
    """The words of a text in order."""
    try:
        return list(rjieba.cut(text))
    except UnicodeEncodeError:  # lone surrogates: broken input that JSON lets through
        return list(rjieba.cut(text.encode("utf-8", "replace").decode("utf-8")))
