"""Thousands who never finish what they send, and readers of large files who are slow: the others are served."""

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from benchmarks import base, visitors
from benchmarks.submit import prepare, walk

SLOW = 2_000
HEAD = b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: "
BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nticket="


@contextmanager
def files_allowed(count: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert hard == resource.RLIM_INFINITY or hard >= count, "this machine does not allow enough open files"
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def open_sockets(pid: int) -> int:
    """The visitors of before are being closed meanwhile: what is gone when it is looked at does not count."""
    held = 0
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            held += str(path.readlink()).startswith("socket:")
    return held


@pytest.mark.slow
def test_two_thousand_who_never_finish_leave_everybody_else_served(tmp_path: Path) -> None:
    """As `serve` starts it, with the number of files a shell allows by default: it asks for more itself."""
    public_id = prepare(tmp_path)
    code = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (1024, {SLOW + 1_000}))\n{base.SERVE}"
    with files_allowed(SLOW + 1_000), base.serving(tmp_path, code=code) as server, ExitStack() as slow:
        before = visitors.run(server.port, walk(public_id), 4, 1)
        for number in range(SLOW):
            connection = slow.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            connection.sendall(BODY if number % 2 else HEAD)
        memory = server.memory_mb
        during = visitors.run(server.port, walk(public_id), 4, 1)
        assert (before.failures, during.failures) == (0, 0)
        assert during.done > 5
        assert memory < 250, "each of them costs little"
        assert open_sockets(server.pid) > SLOW, "all of them are held, none was turned away to make room"
