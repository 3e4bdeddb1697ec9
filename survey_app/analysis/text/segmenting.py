"""Chinese text into words, by rjieba, which takes no half characters."""


def segmented(text: str) -> list[str]:
    """The words of a text in order."""
    import rjieba  # here, because its dictionary is loaded with it

    try:
        return list(rjieba.cut(text))
    except UnicodeEncodeError:  # lone surrogates: broken input that JSON lets through
        return list(rjieba.cut(text.encode("utf-8", "replace").decode("utf-8")))
