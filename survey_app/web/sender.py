"""Who asks: the company's name above every page that customers see, looked up now and then."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from .. import clock
from ..store.settings import CompanySettings, load_company
from .database import reading

KEPT_FOR = timedelta(seconds=5)


def company_name(language: str) -> str:
    """The name in the settings, as readers of a language know it.

    A page is shown without a fresh one rather than not at all.
    """
    kept: tuple[datetime, CompanySettings] | None = current_app.extensions.get("sender")
    now = clock.now()
    if kept is not None and timedelta() <= now - kept[0] < KEPT_FOR:
        return kept[1].name_in(language)
    try:
        with reading() as db:
            company = load_company(db)
    except SQLAlchemyError:
        company = kept[1] if kept else CompanySettings()
    current_app.extensions["sender"] = (now, company)
    return company.name_in(language)
