"""How people sort answers: words that they put on responses."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from ..clock import now


class Tag(SQLModel, table=True):
    """A word that somebody put on a response; the same word on several gathers them."""

    response_id: int = Field(foreign_key="response.id", primary_key=True)
    name: str = Field(primary_key=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    user_id: int | None = Field(default=None, foreign_key="user.id")
    at: datetime = Field(default_factory=now)
