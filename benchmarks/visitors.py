"""Many visitors in one thread: each fetches the page, sends its answers and reads the thank-you, as a browser would.

Sockets that are waited for together cost less than a thread for each visitor, so that the two cores of a small
machine are the server's and what is measured is the server.
"""

import re
import selectors
import socket
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

PATIENCE = 120
"""Seconds after which a server that says nothing at all is given up."""


@dataclass(slots=True)
class Load:
    """What the visitors did together; milliseconds for whole submissions and for single requests."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    requests: list[float] = field(default_factory=list)
    failures: int = 0
    tickets: list[str] = field(default_factory=list)
    """The tokens of the pages whose answers were acknowledged."""

    @property
    def done(self) -> int:
        return len(self.latencies)


@dataclass(frozen=True, slots=True)
class Walk:
    """How to go through a form: where it is, the name of its token, and what to fill in."""

    path: str
    token: str
    form: tuple[tuple[str, str], ...]


class _Client:
    """One connection on which one visitor comes after the other."""

    def __init__(self, port: int, walk: Walk, load: Load) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.walk, self.load, self.head, self.body, self.left = walk, load, b"", b"", -1
        self.token = re.compile(rf'name="{walk.token}"[^>]* value="([^"]+)"'.encode())
        self.begin()

    def begin(self) -> None:
        self.started, self.ticket, self.cookie = time.perf_counter(), "", ""
        self.state = "page"
        self.send(f"GET {self.walk.path} HTTP/1.1\r\nHost: x\r\n\r\n")

    def send(self, request: str) -> None:
        self.asked, self.head, self.body, self.left = time.perf_counter(), b"", b"", -1
        self.socket.sendall(request.encode())

    def read(self) -> bool:
        """Take what has come; True when a visitor is done, thanked or not."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server closed a connection")
        if self.left < 0:
            self.head += piece
            head, found, rest = self.head.partition(b"\r\n\r\n")
            if not found:
                return False
            length = re.search(rb"(?i)content-length: (\d+)", head)
            self.head, piece, self.left = head, rest, int(length[1]) if length else 0
        self.body += piece
        self.left -= len(piece)
        if self.left > 0:
            return False
        self.load.requests.append(1000 * (time.perf_counter() - self.asked))
        return self.next(int(self.head[9:12]))

    def next(self, status: int) -> bool:
        if self.state == "page" and status == 200 and (found := self.token.search(self.body)):
            self.ticket = found[1].decode()
            if cookie := re.search(rb"(?i)set-cookie: ([^;\r]+)", self.head):
                self.cookie = f"Cookie: {cookie[1].decode()}\r\n"
            body = urlencode([(self.walk.token, self.ticket), *self.walk.form])
            self.state = "sent"
            self.send(
                f"POST {self.walk.path} HTTP/1.1\r\nHost: x\r\n{self.cookie}Content-Length: {len(body)}\r\n"
                f"Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
            )
            return False
        if self.state == "sent" and status == 303 and (there := re.search(rb"(?i)location: ([^\r]+)", self.head)):
            self.state = "thanks"
            self.send(f"GET {there[1].decode()} HTTP/1.1\r\nHost: x\r\n{self.cookie}\r\n")
            return False
        if self.state == "thanks" and status == 200:
            self.load.latencies.append(1000 * (time.perf_counter() - self.started))
            self.load.tickets.append(self.ticket.partition(".")[0])
        else:
            self.load.failures += 1
        return True


def run(port: int, walk: Walk, clients: int, seconds: float) -> Load:
    """Visitors one after the other on each of several connections, until the time is over."""
    load, start = Load(), time.monotonic()
    with selectors.DefaultSelector() as selector:
        for _ in range(clients):
            client = _Client(port, walk, load)
            selector.register(client.socket, selectors.EVENT_READ, client)
        while selector.get_map():
            ready = selector.select(PATIENCE)
            if not ready:
                raise TimeoutError(f"{len(selector.get_map())} visitors have had no reply for {PATIENCE} s")
            for key, _ in ready:
                if not key.data.read():
                    continue
                if time.monotonic() - start < seconds:
                    key.data.begin()
                else:
                    selector.unregister(key.data.socket)
                    key.data.socket.close()
    load.seconds = time.monotonic() - start
    return load
