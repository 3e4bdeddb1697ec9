"""English by rule: listed words and phrases, negation, degrees. Small, so that no Chinese model judges English."""

from .lexicon import Lexicon


class English(Lexicon):
    name = "english"
    version = "2"
    label = "English word lists"
    language = "en"
    accuracy = None
    lists = "english"
