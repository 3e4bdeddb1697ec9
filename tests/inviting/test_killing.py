"""A real sender process is killed at random moments; a real server counts what arrived."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from survey_app import inviting
from survey_app.store.database import writing
from tests.conftest import KEY

ROOT = Path(__file__).parents[2]
PEOPLE, KILLS, LINES = 300, 5, 2


@pytest.mark.slow
def test_killing_the_sender_doubles_nothing_and_loses_nothing_in_silence(mailing, campaign, engine, config, standing):
    made = campaign([f"p{n}@example.com" for n in range(PEOPLE)])
    mailing.on_data = lambda _address: time.sleep(0.004)
    chance = random.Random(20261121)
    command = [sys.executable, "-m", "tests.inviting.killed_sender", config.database_url, KEY.decode(), str(made.id)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for _ in range(KILLS):
        sender = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
        assert sender.stdout.readline()
        time.sleep(chance.uniform(0.15, 0.9))
        sender.send_signal(signal.SIGKILL)
        sender.wait()
        sender.stdout.close()
    last = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            now = standing(made)
            if now.open == now.unknown and now.invited == PEOPLE:
                break
            time.sleep(0.3)
    finally:
        last.kill()
        last.wait()
    states = standing(made).steps[0].states
    unknown = states.get("unknown", 0)
    assert set(states) <= {"sent", "unknown"}
    assert max(mailing.counts.values()) == 1, "somebody got it twice"
    assert states["sent"] <= len(mailing.counts) <= states["sent"] + unknown
    assert unknown <= KILLS * LINES
    with writing(engine) as session:
        inviting.settle_unknown(session, made.id, is_sent=True)
    assert standing(made).open == 0
