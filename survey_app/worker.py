"""The worker process: looks twice a second for what is due and lets each stage do its share."""

import logging
import os
import signal
import threading
from collections.abc import Callable

from sqlalchemy import Engine

from . import clock, collecting, crypto, demo, improving, inviting, reporting, scoring
from .config import Config
from .errors import traced
from .store.database import connect, writing

log = logging.getLogger("survey.worker")
PAUSE = 0.5

Step = Callable[[Engine, Config], int]
STEPS: tuple[Step, ...] = (inviting.step, collecting.step, scoring.step, improving.step, reporting.step)


def work(config: Config, *, parent: int | None = None) -> None:
    """Work until told to stop; a server's own worker also stops when that server, its parent process, is gone."""
    crypto.use_key(config.secret_key)
    clock.use_zone(config.timezone)
    engine = connect(config.database_url)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with writing(engine) as session:
        improving.seed_causes(session)
        scoring.check_again(session)
    if config.is_demo:
        threading.Thread(target=_make_demo, args=(engine, config), daemon=True).start()
    while not stop.is_set() and parent in (None, os.getppid()):
        if not work_once(engine, config):
            stop.wait(PAUSE)
    engine.dispose()


def work_once(engine: Engine, config: Config) -> int:
    """One round over all stages; how much was done. A stage that fails does not stop the others."""
    done = 0
    for step in STEPS:
        try:
            done += step(engine, config)
        except Exception as error:
            log.error("the step of %s failed: %s", step.__module__, traced(error))
    return done


def _make_demo(engine: Engine, config: Config) -> None:
    try:
        demo.make_demo(engine, config)
    except Exception as error:
        log.error("the demo data could not be made: %s", traced(error))
