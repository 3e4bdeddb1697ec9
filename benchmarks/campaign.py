"""Mails per second and CPU per mail of a campaign into a local sink, beside the limit: composing and sending alone."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from sqlalchemy import Engine, insert
from sqlmodel import SQLModel

from benchmarks import base
from survey_app import crypto, inviting
from survey_app.channels import Message, Sender, Server
from survey_app.channels.mime import compose
from survey_app.channels.smtp import SmtpCarrier
from survey_app.config import Config
from survey_app.store import settings
from survey_app.store.addresses import email_index
from survey_app.store.database import connect, reading, writing
from survey_app.tables import Campaign, Customer, Survey, Version

LINES = 4
SINK = """
import socket, sys, threading
def serve(line):
    file = line.makefile("rb")
    say = lambda text: line.sendall(text + b"\\r\\n")
    say(b"220 sink")
    for command in file:
        word = command[:4].upper()
        if word in (b"EHLO", b"HELO"): say(b"250 sink")
        elif word == b"DATA":
            say(b"354 go")
            while file.readline() != b".\\r\\n": pass
            say(b"250 taken")
        elif word == b"QUIT":
            say(b"221 bye"); break
        else: say(b"250 ok")
    file.close(); line.close()
server = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=64)
print("ready", flush=True)
while True:
    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
"""
DEFINITION = {
    "title": {"zh": "购物体验调查"}, "languages": ["zh"],
    "pages": [{"items": [{"key": "nps", "type": "nps", "text": {"zh": "您有多大可能向朋友推荐我们？"}}]}],
}  # fmt: skip


@contextmanager
def sink() -> Iterator[int]:
    """A mail server that takes everything, in a process of its own."""
    port = base.free_port()
    child = subprocess.Popen([sys.executable, "-c", SINK, str(port)], stdout=subprocess.PIPE)
    try:
        child.stdout.readline()
        yield port
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def installation(folder: Path, port: int, people: int) -> tuple[Engine, Config, int]:
    """A database with customers, a survey and a started campaign."""
    config = Config(folder, f"sqlite:///{folder / 'b.db'}", base.SECRET.encode(), "http://127.0.0.1:8000")
    crypto.use_key(config.secret_key)
    engine = connect(config.database_url)
    SQLModel.metadata.create_all(engine)
    rows = [
        {"name": f"客户{n}", "email": f"c{n}@example.com", "email_index": email_index(f"c{n}@example.com"),
         "segment": "", "tier": "", "language": "zh", "attributes": {}}
        for n in range(people)
    ]  # fmt: skip
    with writing(engine) as session:
        session.execute(insert(Customer), rows)
        survey = Survey(public_id="benchmark", name="购物体验调查", draft=DEFINITION, is_open=True)
        session.add(survey)
        session.flush()
        session.add(Version(survey_id=survey.id, number=1, definition=DEFINITION))
        settings.save_mail(
            session,
            settings.MailSettings(
                from_name="暖居家纺", from_address="survey@example.com", host="127.0.0.1", port=port, security="none",
                connections=LINES, per_connection=10**6,
            ),
        )  # fmt: skip
        steps = inviting.default_steps("email", reminder_after=0)
        made = inviting.create_campaign(session, inviting.Order(survey.id, "基准", steps=steps))
        inviting.start_campaign(session, made.id)
        made.per_minute = 10**8
    assert made.id is not None
    return engine, config, made.id


def campaign(engine: Engine, config: Config, campaign_id: int, people: int) -> dict[str, float]:
    """Freeze the audience, then send; wall and CPU time of each."""
    with base.spent() as frozen:
        inviting.freeze(engine, config, campaign_id)
    with base.spent() as sent:
        while inviting.step(engine, config, budget=5):
            pass
    with reading(engine) as session:
        states = inviting.standing(session, campaign_id).steps[0].states
    assert states == {"sent": people}, states
    return {
        "mails_per_s": round(people / sent.seconds),
        "cpu_ms_per_mail": round(sent.each(people), 2),
        "freeze_people_per_s": round(people / frozen.seconds),
        "freeze_cpu_ms_per_person": round(frozen.each(people), 3),
    }


def letters(engine: Engine, config: Config, campaign_id: int, count: int) -> tuple[list[Message], Sender]:
    with reading(engine) as session:
        sample = inviting.sample(session, config, session.get_one(Campaign, campaign_id))
    sender = Sender("暖居家纺", "survey@example.com", server=Server("127.0.0.1", 0, "none"))
    return [
        Message(f"{n}.x@example.com", f"c{n}@example.com", f"客户{n}", sample.subject, sample.text, sample.html,
                unsubscribe_url=sample.unsubscribe_url, list_id="campaign-1.example.com")
        for n in range(count)
    ], sender  # fmt: skip


def limit(messages: list[Message], sender: Sender, port: int) -> dict[str, float]:
    """Composing and sending over one kept connection, with no ledger."""
    server = Server("127.0.0.1", port, "none")
    carrier = SmtpCarrier(Sender(sender.name, sender.address, server=server, per_connection=10**6), server)
    with base.spent() as sent:
        for message in messages:
            carrier.deliver(message, lambda: True)
    carrier.close()
    with base.spent() as own:
        for message in messages:
            compose(message, sender)
    few = messages[:200]
    with base.spent() as standard:
        for message in few:
            _standard(message)
    return {
        "compose_cpu_ms_per_mail": round(own.each(len(messages)), 3),
        "peer_standard_library_compose_cpu_ms_per_mail": round(standard.each(len(few)), 3),
        "limit_without_ledger_mails_per_s": round(len(messages) / sent.seconds),
        "limit_without_ledger_cpu_ms_per_mail": round(sent.each(len(messages)), 3),
    }


def _standard(message: Message) -> bytes:
    """The same mail by the standard library's own composer."""
    made = EmailMessage(policy=SMTP)
    made["Subject"], made["From"], made["To"] = message.subject, "暖居家纺 <survey@example.com>", message.address
    made["Message-ID"] = f"<{message.message_id}>"
    made.set_content(message.text)
    made.add_alternative(message.html, subtype="html")
    return made.as_bytes()


def main() -> None:
    args = base.options(__doc__)
    people = 1500 if args.quick else 10_000
    with tempfile.TemporaryDirectory() as folder, sink() as port:
        engine, config, campaign_id = installation(Path(folder), port, people)
        result: dict[str, float] = {"mails": people, "lines": LINES}
        result |= campaign(engine, config, campaign_id, people)
        messages, sender = letters(engine, config, campaign_id, people)
        result |= limit(messages, sender, port)
        engine.dispose()
    base.report(__doc__, result, as_json=args.json)


if __name__ == "__main__":
    main()
