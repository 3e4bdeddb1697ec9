"""Importing in the browser: upload, look at the mapping, import, look at what was left out."""

import io

from sqlmodel import select

from survey_app.store.database import reading, writing
from survey_app.tables import AuditEntry, Customer

CONTENT = "Name,Mail,Town\n<img src=x onerror=alert(1)>,a@example.com,上海\nB,bad,北京\n".encode()


def test_a_file_is_uploaded_mapped_and_imported(client, engine, config):
    sent = client.post_form("/customers/import", {"file": (io.BytesIO(CONTENT), "k.csv")})
    assert sent.status_code == 302
    stored = list((config.data / "uploads").iterdir())
    assert b"a@example.com" not in stored[0].read_bytes()
    page = client.get(sent.location)
    assert "<img src=x" not in page.text
    assert "&lt;img" in page.text
    chosen = {"column0": "name", "column1": "email", "column2": "attribute:", "do": "import"}
    done = client.post_form(sent.location, chosen)
    assert "bad" in done.text
    with reading(engine) as session:
        (kept,) = session.exec(select(Customer))
        assert kept.attributes == {"Town": "上海"}
    assert not list((config.data / "uploads").iterdir())
    with writing(engine) as session:
        entry = AuditEntry(action="customers.imported", subject="")
        entry.data = {"by": "command line", "created": 7, "updated": 2}
        session.add(entry)
    recent = client.get("/customers/import?lang=zh").text
    assert recent.index("命令行") < recent.index("新增 1，更新 0") and "新增 7，更新 2" in recent


def test_a_file_that_is_no_table_is_refused_in_words(client):
    page = client.post_form("/customers/import?lang=en", {"file": (io.BytesIO(b"%PDF-1.7 ..."), "k.pdf")})
    assert "k.pdf is not a CSV or XLSX file." in page.text
    assert client.get("/customers/import/" + "x" * 22).status_code == 404
    assert client.get("/customers/import/..%2f..%2fsecret.key").status_code == 404
