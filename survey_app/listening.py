"""Waiting for many connections: waitress with a loop whose work grows with what happens, not with who is connected.

As shipped, waitress asks every connection before each wait whether it wants to read or write, and a thread that has
finished wakes the loop so that it looks again; with 32 visitors that cost half as much as their pages. Here the
kernel keeps what each connection waits for, and the thread that has finished sets it itself.
"""

import resource
import select
import socket
import threading
from typing import Any

from waitress import create_server, wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

READ, WRITE, ONCE = 0x001 | 0x002, 0x004, 1 << 30
"""EPOLLIN with EPOLLPRI, EPOLLOUT, EPOLLONESHOT."""

BACKLOG = 1024
"""Connections that wait in the kernel until they are accepted."""

SEND = 64 * 1024
"""A page goes out in one piece: what is written is sent when there is this much of it, or when the page is done."""

ROOM = 1 << 30
"""What is made for a reader who is slow goes to a temporary file: below this much no thread waits for a reader."""

FILES_KEPT = 200
"""Open files that are not visitors: database, columns, libraries."""

_serving = threading.local()


class _Channel(HTTPChannel):  # type: ignore[misc]
    """One connection. It is armed for one event at a time: while its request is worked on, nobody looks at it."""

    def add_channel(self, map: Any = None) -> None:
        super().add_channel(map)
        self.server.epoll.register(self._fileno, READ | ONCE)

    def arm(self) -> None:
        wanted = READ if self.readable() else WRITE if self.writable() else 0
        number = self._fileno
        if not wanted or number is None:
            return
        try:
            self.server.epoll.modify(number, wanted | ONCE)
        except (OSError, ValueError):
            return  # It was closed in this moment.

    def _flush_some(self, *, do_close: bool = True) -> bool:
        # waitress sends without the lock where no request waits; here a thread may still be at the last one's end,
        # and what both send would go out twice.
        with self.outbuf_lock:
            return bool(super()._flush_some(do_close=do_close))

    def service(self) -> None:
        _serving.channel = self
        try:
            super().service()
        finally:
            _serving.channel = None

    def finish(self) -> None:
        """Send what a thread has written, in that thread, and wait for what the visitor does next."""
        if self.total_outbufs_len:
            self._flush_exception(self._flush_some_if_lockable, do_close=False)
        self.arm()


class _Server(TcpWSGIServer):  # type: ignore[misc]
    channel_class = _Channel

    def __init__(self, application: Any, epoll: "select.epoll", **more: Any) -> None:
        self.epoll = epoll
        super().__init__(application, **more)

    def pull_trigger(self) -> None:
        channel = getattr(_serving, "channel", None)
        if channel is not None:
            channel.finish()
        else:
            super().pull_trigger()

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        for channel in list(self.active_channels.values()):
            if channel.will_close:
                channel.arm()


class Listener:
    """The servers of all addresses that a name stands for, and the one loop that waits for them."""

    def __init__(self, application: Any, sockets: list[socket.socket], **settings: Any) -> None:
        adjustments, self.map = Adjustments(sockets=sockets, **settings), {}  # type: ignore[var-annotated]
        adjustments.send_bytes, adjustments.outbuf_high_watermark = SEND, ROOM
        self.epoll, dispatcher = select.epoll(), None
        self.servers: list[_Server] = []
        for one in sockets:
            server = _Server(
                application, self.epoll, map=self.map, dispatcher=dispatcher, adj=adjustments, _sock=one,
                bind_socket=False, sockinfo=(one.family, one.type, one.proto, one.getsockname()),
            )  # fmt: skip
            dispatcher = server.task_dispatcher
            self.servers.append(server)
        self.accepting: dict[int, bool] = {}
        for number in self.map:
            self.epoll.register(number, READ)

    def run(self) -> None:
        """Serve until a KeyboardInterrupt or SystemExit."""
        try:
            while True:
                self.turn()
        except (KeyboardInterrupt, SystemExit):
            self.servers[0].task_dispatcher.shutdown()

    def turn(self, seconds: float = 1.0) -> None:
        """Wait for something to happen, and see to it."""
        for server in self.servers:
            # Where there are too many connections already, newcomers wait in the kernel.
            is_ready, number = bool(server.readable()), server._fileno
            if self.accepting.get(number) != is_ready:
                self.epoll.modify(number, READ if is_ready else 0)
                self.accepting[number] = is_ready
        for number, flags in self.epoll.poll(seconds):
            waiting = self.map.get(number)
            if waiting is not None:
                wasyncore.readwrite(waiting, flags)
                if isinstance(waiting, _Channel):
                    waiting.arm()

    def close(self) -> None:
        for server in self.servers:
            server.close()
        for waiting in list(self.map.values()):
            # A connection has files too: what its reader has not taken yet.
            waiting.handle_close() if isinstance(waiting, _Channel) else waiting.close()
        self.epoll.close()


def room_for(connections: int) -> int:
    """How many connections may be open at once; the process is allowed as many files as that takes, if it may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + FILES_KEPT
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return connections if soft == resource.RLIM_INFINITY else max(min(connections, soft - FILES_KEPT), 10)


def open_sockets(host: str, port: int) -> list[socket.socket]:
    """A socket for each address that the host's name stands for, listening."""
    made: list[socket.socket] = []
    try:
        for family, kind, protocol, address in Adjustments(host=host, port=port).listen:
            made.append(one := socket.socket(family, kind, protocol))
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind(address)
            one.listen(BACKLOG)
    except OSError:
        for one in made:
            one.close()
        raise
    return made


def listen(application: Any, sockets: list[socket.socket], **settings: Any) -> Any:
    """What has `run` and `close`; where the kernel is not Linux, waitress as it is."""
    if hasattr(select, "epoll"):
        return Listener(application, sockets, **settings)
    return create_server(application, sockets=sockets, **settings)
