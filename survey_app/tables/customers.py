"""The register beside the chain: customers, and addresses that must not be written to."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from ..clock import now
from .types import Encrypted


class Customer(SQLModel, table=True):
    """A person who can be asked. Name and addresses are encrypted; the indexes are keyed hashes for look-up."""

    id: int | None = Field(default=None, primary_key=True)
    reference: str | None = Field(default=None, unique=True)
    name: str = Field(default="", sa_column=Column(Encrypted("customer.name"), nullable=False))
    email: str | None = Field(default=None, sa_column=Column(Encrypted("customer.email")))
    email_index: str | None = Field(default=None, unique=True)
    phone: str | None = Field(default=None, sa_column=Column(Encrypted("customer.phone")))
    phone_index: str | None = Field(default=None, index=True)
    segment: str = Field(default="", index=True)
    tier: str = Field(default="", index=True)
    language: str = "zh"
    yearly_value: float | None = None
    attributes: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    created_at: datetime = Field(default_factory=now)


class Suppression(SQLModel, table=True):
    """An address that gets no more mail, kept as a keyed hash so that it outlives the customer's erasure."""

    id: int | None = Field(default=None, primary_key=True)
    address_index: str = Field(unique=True)
    reason: str
    at: datetime = Field(default_factory=now)
