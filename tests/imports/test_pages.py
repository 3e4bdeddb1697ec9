"""Importing in the browser: upload, mapping with a preview, result, undo; and a survey made from a file."""

import io
import re

import pytest
from sqlmodel import select

from survey_app.store.database import reading
from survey_app.tables import AuditEntry, Response, Survey
from tests import make


@pytest.fixture
def survey(engine):
    return make.survey(engine)


@pytest.fixture
def upload(client):
    """Upload a file and give the address of its mapping page."""

    def upload(content: bytes, survey: str, name: str = "answers.csv") -> str:
        data = {"survey": survey, "file": (io.BytesIO(content), name)}
        reply = client.post_form("/responses/import", data, content_type="multipart/form-data")
        assert reply.status_code == 302, reply.text
        return reply.headers["Location"]

    return upload


@pytest.fixture
def responses(engine):
    def responses(table=Response):
        with reading(engine) as session:
            return list(session.exec(select(table)))

    return responses


def test_a_file_is_mapped_checked_imported_and_undone(client, upload, survey, responses):
    address = upload("nps,why,x\n9,好,1\n11,差,2\n,无,3\n".encode("gb18030"), str(survey.id))
    page = client.get(address).text
    assert re.search(r'name="column-0".*?value="nps" selected', page, re.S)
    assert "gb18030" in page
    target, form = (
        address.split("?")[0],
        {"survey": str(survey.id), "column-0": "nps", "column-1": "why", "cases": "no"},
    )
    checked = client.post_form(target, {**form, "go": "check"}, page=address)
    assert checked.status_code == 200 and responses() == []
    done = client.post_form(target, {**form, "go": "import"}, page=address, follow_redirects=True)
    assert done.status_code == 200
    assert sorted(str(row.answers["nps"]) for row in responses()) == ["9", "None"]
    assert [entry.action for entry in responses(AuditEntry)] == ["responses.imported"]
    undone = client.post_form(f"{target}/undo", {}, page=f"{target}/result", follow_redirects=True)
    assert undone.status_code == 200
    assert {row.state for row in responses()} == {"invalid"}


def test_a_file_becomes_a_survey_with_its_answers(client, upload, responses):
    rows = "".join(f"{n % 11},说明{n}\n" for n in range(40))
    address = upload(f"nps,comment\n{rows}".encode(), "new", "零售.csv")
    page = client.get(address).text
    assert 'value="零售"' in page
    form = {"survey": "new", "name": "零售", "column-0": "nps", "column-1": "long_text", "cases": "no", "go": "import"}
    reply = client.post_form(address.split("?")[0], form, page=address, follow_redirects=True)
    assert reply.status_code == 200, reply.text
    assert [survey.name for survey in responses(Survey)] == ["零售"]
    assert len(responses()) == 40


def test_what_cannot_be_imported_is_said_on_the_page(client, upload, survey, responses):
    data = {"survey": str(survey.id), "file": (io.BytesIO(b"%PDF-1.4"), "a.pdf")}
    reply = client.post_form("/responses/import", data, content_type="multipart/form-data")
    assert reply.status_code == 422 and "XLSX" in reply.text
    address = upload(b"<img src=x onerror=alert(1)>,b\n<script>1</script>,2\n", str(survey.id))
    page = client.get(address).text
    assert "<img" not in page.replace('<img src="/static', "") and "<script>1" not in page
    reply = client.post_form(
        address.split("?")[0], {"survey": str(survey.id), "go": "import", "cases": "no"}, page=address
    )
    assert reply.status_code == 422
    assert responses() == []


def test_an_upload_is_only_for_who_brought_it(client, as_role, upload, survey):
    address = upload(b"nps\n9\n", str(survey.id))
    assert as_role("analyst").get(address).status_code == 404
    assert as_role("viewer").get(address).status_code == 403
    assert client.get("/responses/import/..%2f..%2fsecret").status_code == 404
    assert client.get(f"/responses/import/{'x' * 22}?survey=1").status_code == 404
