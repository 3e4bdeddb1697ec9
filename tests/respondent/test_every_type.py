"""Every type of question on one page: asked, sent by a browser without scripts, kept, read back and counted."""

import csv
import io

import pytest

from survey_app.forms.definition import Item
from survey_app.forms.types import TYPES, question
from tests import make
from tests.forms.samples import SAMPLES

DERIVED = {"computed": {"formula": "number * 2", "decimals": 0}}
ITEMS = [
    {
        "key": name, "type": name, "text": {"zh": f"题目{name}", "en": f"Question {name}"},
        "options": DERIVED.get(name, kind.starter),
    }
    for name, kind in sorted(TYPES.items(), key=lambda pair: (not pair[1].is_seen, pair[0]))
    if name in SAMPLES
]  # fmt: skip
DEFINITION = {"title": {"zh": "全部题型", "en": "All"}, "languages": ["zh", "en"], "pages": [{"items": ITEMS}]}


def posted(name):
    """The sample of a type as fields of the question that has the type's name as its key."""
    fields = SAMPLES[name][-1] if SAMPLES[name] else {}
    return {name + field.removeprefix("k"): values for field, values in fields.items()}


@pytest.fixture
def every(engine):
    return make.survey(engine, definition=DEFINITION)


def test_each_is_asked_and_what_is_sent_is_kept(visit, every, rows):
    visitor = visit(f"/s/{every.public_id}?lang=en&hidden=%E5%B9%BF%E5%91%8A%E9%A1%B5")
    assert all((f"Question {name}" in visitor.page.text) == TYPES[name].is_seen for name in SAMPLES)
    fields = {field: values for name in SAMPLES for field, values in posted(name).items()}
    fields |= {"hidden": ["forged"], "computed": ["1"]}
    assert visitor.send(fields).status_code == 200
    (response,) = rows()
    kinds = {item["key"]: question(Item(**item)) for item in ITEMS}
    wanted = {key: kind.read(posted(key)) for key, kind in kinds.items() if kind.is_asked}
    assert (response.state, response.answers) == ("submitted", wanted)


def test_each_is_shown_with_the_response_counted_and_exported(client, visit, every, rows):
    visit(f"/s/{every.public_id}?lang=zh&hidden=%E5%B9%BF%E5%91%8A%E9%A1%B5").send(
        {field: values for name in SAMPLES for field, values in posted(name).items()}
    )
    shown = client.get(f"/responses/{rows()[0].id}").get_data(as_text=True)
    counted = client.get(f"/questions?survey={every.id}").get_data(as_text=True)
    for name in SAMPLES:
        for page in (shown, counted):
            assert (f"题目{name}<" in page) == TYPES[name].is_asked, name
        assert client.get(f"/questions/{name}?survey={every.id}").status_code == (200 if TYPES[name].is_asked else 404)
    text = client.get(f"/exports/responses.csv?survey={every.id}").get_data().decode("utf-8-sig")
    heads, cells = list(csv.reader(io.StringIO(text)))[:2]
    assert len(heads) == len(cells)
    for name in SAMPLES:
        assert (
            any(f"题目{name}" in head and cell for head, cell in zip(heads, cells, strict=True)) == TYPES[name].is_asked
        )
