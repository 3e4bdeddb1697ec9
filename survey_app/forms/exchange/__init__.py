"""Questionnaires as files: our own JSON and YAML, exact in both directions, and the formats of other tools."""

from .native import FORMAT, LARGEST, ExchangeError, Loader, dump_json, dump_yaml, load, validate

__all__ = ["FORMAT", "LARGEST", "ExchangeError", "Loader", "dump_json", "dump_yaml", "load", "validate"]
