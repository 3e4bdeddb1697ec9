"""The smallest honest form in Flask, Flask-WTF and SQLModel: the peer that `submit` measures itself against.

One page of five questions, CSRF and validation by Flask-WTF, one row for the response and one for each answer in one
transaction, a thank-you page. No links, no languages, no versions, no hand-over to later stages.
"""

import logging
import os
import sqlite3
from pathlib import Path

import waitress
from flask import Flask, redirect
from flask_wtf import FlaskForm
from sqlalchemy import event
from sqlmodel import Field, Session, SQLModel, create_engine
from werkzeug.wrappers import Response
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

PAGE = """<!doctype html><title>Survey</title><form method="post">{{ form.hidden_tag() }}
{% for field in form if field.name != "csrf_token" %}<p>{{ field.label }} {{ field }}</p>{% endfor %}
<button>Send</button></form>"""


class PlainResponse(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)


class PlainAnswer(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    response_id: int = Field(foreign_key="plainresponse.id", index=True)
    question: str
    value: str


class Questions(FlaskForm):  # type: ignore[misc]
    nps = IntegerField("nps", [InputRequired(), NumberRange(0, 10)])
    why = TextAreaField("why", [Length(max=2000)])
    csat = IntegerField("csat", [NumberRange(1, 5)])
    city = StringField("city", [Length(max=200)])
    way = RadioField("way", choices=[("web", "Web"), ("shop", "Shop")])


app = Flask(__name__)
app.secret_key = "the key of a benchmark, not a secret at all"
page = app.jinja_env.from_string(PAGE)
engine = create_engine(f"sqlite:///{Path(os.environ['SURVEY_DATA']) / 'plain.db'}")


@event.listens_for(engine, "connect")
def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    """As durable as ours."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


@app.route("/", methods=["GET", "POST"])
def survey() -> str | Response:
    form = Questions()
    if not form.validate_on_submit():
        return page.render(form=form)
    with Session(engine) as session:
        response = PlainResponse()
        session.add(response)
        session.flush()
        for field in form:
            if field.name != "csrf_token":
                session.add(PlainAnswer(response_id=response.id or 0, question=field.name, value=str(field.data)))
        session.commit()
    return redirect("/thanks", 303)


@app.get("/thanks")
def thanks() -> str:
    return "<!doctype html><title>Thanks</title><p>Thank you.</p>"


if __name__ == "__main__":
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    SQLModel.metadata.create_all(engine)
    waitress.serve(app, host="127.0.0.1", port=int(os.environ["SURVEY_PORT"]), threads=8, _quiet=True)
