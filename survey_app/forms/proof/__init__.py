"""Proof of the logic: all ways through a questionnaire, those walked together that differ in nothing that matters."""

from .walking import MOST_STATES, Proof, prove

__all__ = ["MOST_STATES", "Proof", "prove"]
