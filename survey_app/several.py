"""Several web processes on one address: forked from one that has everything loaded, replaced when they die.

One process uses one core. All of them wait at the same sockets, which the first one keeps open: a visitor who comes
while one of them dies waits in the kernel and is served by another.
"""

import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

from .errors import N_, SurveyError, traced
from .listening import Listener

log = logging.getLogger("survey.server")
LOOK = 0.02
"""Seconds between two looks at the processes."""

TOO_SOON = 1.0
"""A process that lives shorter than this is not replaced at once: what ends it would end the next one too."""

GRACE = 8
"""Seconds that a process has to finish what it is at when the server is stopped."""


class Processes:
    """The web processes of one server and what is to be looked after beside them."""

    def __init__(
        self,
        application: Any,
        sockets: list[socket.socket],
        count: int,
        settings: dict[str, Any],
        renew: Callable[[], None],
    ) -> None:
        """`renew` is called in each new process: what it has from its parent and must not share, it lets go."""
        if not hasattr(select, "epoll"):
            raise SurveyError(
                "one-process", N_("This system runs one web process only."), N_("Start it without --processes.")
            )
        self.application, self.sockets, self.count, self.settings = application, sockets, count, settings
        self.renew = renew
        self.born: dict[int, float] = {}
        self.resting_until = 0.0

    def run(self, also: Callable[[], None]) -> None:
        """Keep so many processes until a KeyboardInterrupt; `also` is called at each look."""
        while True:
            self.bury()
            if time.monotonic() >= self.resting_until:
                while len(self.born) < self.count:
                    self.bear()
            also()
            time.sleep(LOOK)

    def bear(self) -> None:
        sys.stdout.flush()
        parent, child = os.getpid(), os.fork()
        if child:
            self.born[child] = time.monotonic()
            return
        code = 1
        try:
            self.renew()
            serve_as_child(self.application, self.sockets, parent, self.settings)
            code = 0
        except Exception as error:
            log.critical("a web process ended: %s", traced(error))
        finally:
            # Nothing of what the parent would do at its end is the child's to do.
            os._exit(code)

    def bury(self) -> None:
        for child in list(self.born):
            if os.waitpid(child, os.WNOHANG)[0]:
                now, age = time.monotonic(), time.monotonic() - self.born.pop(child)
                if age < TOO_SOON:
                    self.resting_until = now + TOO_SOON

    def close(self) -> None:
        """Ask all to end, wait for what they are at, end who is left."""
        for one in self.sockets:
            one.close()
        for child in self.born:
            os.kill(child, signal.SIGTERM)
        end = time.monotonic() + GRACE
        while self.born and time.monotonic() < end:
            self.bury()
            time.sleep(LOOK)
        for child in self.born:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def serve_as_child(application: Any, sockets: list[socket.socket], parent: int, settings: dict[str, Any]) -> None:
    """Serve at the parent's sockets until told to stop or until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent stops its children in order.
    signal.signal(signal.SIGTERM, _stop)
    listener = Listener(application, sockets, **settings)
    try:
        while os.getppid() == parent:
            listener.turn()
    except (KeyboardInterrupt, SystemExit):
        pass
    listener.servers[0].task_dispatcher.shutdown()


def _stop(*_: object) -> None:
    raise KeyboardInterrupt
