"""The API: surveys, responses, customers and invitations as JSON, for programs that hold a key."""

from . import responses, surveys
from .door import bp

__all__ = ["bp", "responses", "surveys"]
