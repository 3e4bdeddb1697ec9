"""A process that has loaded everything once and forks workers on demand: each is a real process, ready at once.

Started with the database's address, the key and the data folder. A line on standard input starts a worker: with a
number it dies (kill -9) right before its so-manieth statement or commit, with 0 it works until nothing is left, with
"on" it works until it is killed. What is answered: the worker's process id.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from survey_app import crypto, worker
from survey_app.analysis import text
from survey_app.config import Config
from survey_app.store import due
from survey_app.store.database import connect


def die_before(number: int) -> Callable[..., None]:
    left = [number]

    def count(*_: Any) -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    return count


def labour(config: Config, order: str) -> None:
    engine: Engine = connect(config.database_url)
    due.WORKER = f"test:{os.getpid()}"
    if order.isdigit() and order != "0":
        fate = die_before(int(order))
        event.listen(engine, "before_cursor_execute", fate)
        event.listen(engine, "commit", fate)
    idle, nursery = 0, os.getppid()
    while os.getppid() == nursery and (order == "on" or idle < 2):
        idle = 0 if worker.work_once(engine, config) else idle + 1
        if idle and order == "on":
            time.sleep(0.05)
    engine.dispose()


def main(url: str, key: str, data: str, lease: str) -> None:
    crypto.use_key(key.encode())
    due.LEASE = timedelta(seconds=float(lease))
    config = Config(data=Path(data), database_url=url, secret_key=key.encode(), public_url="http://survey.test")
    text.judge("先准备好", text.DEFAULT)
    print("ready", flush=True)
    for order in sys.stdin:
        child = os.fork()
        if not child:
            code = 1
            try:
                labour(config, order.strip())
                code = 0
            finally:
                os._exit(code)
        print(child, flush=True)
        if order.strip() != "on":
            _, status = os.waitpid(child, 0)
            print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
