"""What a phone has to load."""

import gzip
import re

from survey_app.config import ROOT
from survey_app.forms.types import TYPES
from tests import make
from tests.respondent.conftest import TWO_PAGES


def test_page_style_and_script_together_stay_below_30_kilobytes(visit, engine):
    page = visit(f"/s/{make.survey(engine, definition=TWO_PAGES).public_id}").page
    names = re.findall(r'(?:href|src)="/static/([^?"]+)', page.text)
    assert sorted(names) == ["respond.css", "respond.js"]
    size = len(gzip.compress(page.data)) + sum(
        len(gzip.compress((ROOT / "static" / name).read_bytes())) for name in names
    )
    assert size < 30_000
    own = page.text.replace("http://survey.test/", "/")
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", own), "nothing comes from elsewhere"


def test_every_widget_of_every_type_is_there():
    for kind in TYPES.values():
        assert (ROOT / "templates" / "widgets" / f"{kind.widget}.html").is_file(), kind.name
