"""The server's own loop: ordinary visitors, slow ones, ones that leave, large pages, more than fit."""

import resource
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from survey_app.config import Config
from survey_app.errors import SurveyError
from survey_app.listening import SEND, Listener, open_sockets, room_for
from survey_app.server import serve

LARGE = b"0123456789abcdef" * 200_000
EXPORT = 8
"""So many of them are more than waitress as shipped makes before it waits for the reader."""


def application(environ: dict[str, Any], start: Any) -> Any:
    path = environ["PATH_INFO"]
    if path == "/large":
        start("200 OK", [("Content-Length", str(len(LARGE)))])
        return [LARGE]
    if path == "/pieces":
        start("200 OK", [("Content-Length", str(len(LARGE)))])
        return (LARGE[at : at + 50_000] for at in range(0, len(LARGE), 50_000))
    if path == "/export":
        start("200 OK", [("Content-Length", str(EXPORT * len(LARGE)))])
        return (LARGE for _ in range(EXPORT))
    body = environ["wsgi.input"].read()
    start("200 OK", [("Content-Length", str(len(body) + 5))])
    return [b"hello", body]


@pytest.fixture
def server() -> Iterator[Any]:
    """Starts a listener with the settings given; gives it with its port."""
    stops: list[Any] = []

    def started(**settings: Any) -> tuple[Listener, int]:
        listener = Listener(application, open_sockets("127.0.0.1", 0), threads=2, **settings)
        ending = threading.Event()

        def loop() -> None:
            while not ending.is_set():
                listener.turn(0.01)

        thread = threading.Thread(target=loop)
        thread.start()
        stops.append((listener, ending, thread))
        return listener, listener.servers[0].effective_port

    yield started
    for listener, ending, thread in stops:
        ending.set()
        thread.join()
        listener.servers[0].task_dispatcher.shutdown()
        listener.close()


def read(connection: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count and (piece := connection.recv(65536)):
        got += piece
    return got


def ask(connection: socket.socket, path: str = "/", body: bytes = b"", *, more: str = "") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    connection.sendall(head.encode() + body)
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(65536)
    head_got, _, rest = got.partition(b"\r\n\r\n")
    length = int(head_got.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    return rest + read(connection, length - len(rest))


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def test_one_connection_asks_many_times(server):
    _, port = server()
    with connect(port) as connection:
        for number in range(20):
            assert ask(connection, body=b"%d" % number) == b"hello%d" % number


@pytest.mark.parametrize("path", ["/large", "/pieces"])
def test_a_page_larger_than_the_network_takes_at_once_comes_whole(server, path):
    assert len(LARGE) > 10 * SEND
    _, port = server()
    with connect(port) as slow, connect(port) as other:
        slow.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(0.05)
        assert ask(other) == b"hello", "others are served while one reads slowly"
        got = b""
        while len(got.partition(b"\r\n\r\n")[2]) < len(LARGE):
            got += slow.recv(1 << 20)
        assert got.partition(b"\r\n\r\n")[2] == LARGE
        assert ask(other) == b"hello"


def test_readers_of_large_files_who_are_slow_take_no_thread_from_others(server):
    assert EXPORT * len(LARGE) > 1.5 * 16_777_216
    _, port = server()
    slow = [connect(port) for _ in range(3)]
    for connection in slow:
        connection.sendall(b"GET /export HTTP/1.1\r\nHost: x\r\n\r\n")
    with connect(port) as other:
        assert ask(other) == b"hello", "three wait for their readers, two threads serve"
    length = 0
    while length < EXPORT * len(LARGE):
        length += len(slow[0].recv(1 << 20))
    for connection in slow:
        connection.close()


def test_a_process_asks_for_as_many_files_as_its_visitors_take():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, before[1]))
        assert room_for(2_000) == 2_000
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 2_200
        if before[1] != resource.RLIM_INFINITY:
            assert room_for(100_000_000) == before[1] - 200, "no more than the machine allows"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_requests_sent_together_are_answered_in_turn(server):
    _, port = server()
    with connect(port) as connection:
        one = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n"
        connection.sendall(one + b"a" + one + b"b" + one + b"c")
        got = b""
        while got.count(b"hello") < 3 or not got.endswith(b"c"):
            got += connection.recv(65536)
        assert [piece[:1] for piece in got.split(b"hello")[1:]] == [b"a", b"b", b"c"]


def test_a_request_that_comes_in_pieces_keeps_nobody_waiting(server):
    _, port = server()
    slow = [connect(port) for _ in range(30)]
    for connection in slow[:15]:
        connection.sendall(b"POST / HTTP/1.1\r\nHost:")
    for connection in slow[15:]:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab")
    with connect(port) as quick:
        assert ask(quick) == b"hello"
    for connection in slow[15:]:
        connection.sendall(b"cd")
        assert read(connection, 60).endswith(b"helloabcd")
    for connection in slow:
        connection.close()


def test_who_leaves_is_forgotten_and_who_says_nothing_is_closed(server):
    listener, port = server(channel_timeout=60)
    for _ in range(5):
        with connect(port) as connection:
            connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
    with connect(port) as quiet, connect(port) as closing:
        assert ask(closing, more="Connection: close\r\n") == b"hello"
        assert closing.recv(10) == b"", "closed as it asked for"
        assert ask(quiet) == b"hello"
        until = time.monotonic() + 5
        while len(listener.servers[0].active_channels) > 1 and time.monotonic() < until:
            time.sleep(0.01)
        assert len(listener.servers[0].active_channels) == 1
        listener.servers[0].maintenance(time.time() + 100)
        assert quiet.recv(10) == b""


def test_what_a_thread_is_sending_is_not_sent_by_the_loop_too(server):
    listener, port = server()
    with connect(port) as visitor:
        assert ask(visitor) == b"hello"
        (channel,) = listener.servers[0].active_channels.values()
        with channel.outbuf_lock:
            other = threading.Thread(target=channel._flush_some)
            other.start()
            other.join(0.05)
            assert other.is_alive()
        other.join(5)
        assert not other.is_alive()
        assert ask(visitor) == b"hello"


def test_more_connections_than_allowed_wait_for_a_place(server):
    _, port = server(connection_limit=6)
    first = [connect(port) for _ in range(6)]
    for connection in first[:3]:
        assert ask(connection) == b"hello"
    with connect(port) as late:
        late.settimeout(0.2)
        for connection in first:
            connection.close()
        late.settimeout(5)
        assert ask(late) == b"hello"


def test_a_port_that_is_taken_is_said_before_anything_else(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = replace(config, host="127.0.0.1", port=other.getsockname()[1])
        with pytest.raises(SurveyError, match="in use already"):
            serve(taken, with_worker=False)
    assert capsys.readouterr().out == "", "nothing is said to run, and no link is given away"
