"""Who asks: the company's name above every page that customers see, looked up now and then."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from .. import clock
from ..store.settings import load_company
from .database import reading

KEPT_FOR = timedelta(seconds=5)


def company_name() -> str:
    """The name in the settings. A page is shown without a fresh one rather than not at all."""
    kept: tuple[datetime, str] | None = current_app.extensions.get("sender")
    now = clock.now()
    if kept is not None and timedelta() <= now - kept[0] < KEPT_FOR:
        return kept[1]
    try:
        with reading() as db:
            name = load_company(db).name
    except SQLAlchemyError:
        name = kept[1] if kept else ""
    current_app.extensions["sender"] = (now, name)
    return name
