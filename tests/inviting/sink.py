"""A real SMTP server in the test's own process, that can refuse, hang up and count."""

import asyncio
import socket
import threading
from collections import Counter
from typing import Any

from aiosmtpd.smtp import SMTP


class Sink:
    """Takes mail on a free port. `refuse` maps an address to the answer to RCPT; `on_data` decides about DATA."""

    def __init__(self):
        self.mails: list[tuple[str, bytes]] = []
        self.refuse: dict[str, str] = {}
        self.refuse_data: dict[str, str] = {}
        self.drop_after_data: set[str] = set()
        self.on_data: Any = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()

    # -- what aiosmtpd asks --------------------------------------------------------------------------------------
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        address = envelope.rcpt_tos[0]
        if self.on_data:
            self.on_data(address)
        if address in self.refuse_data:
            return self.refuse_data[address]
        self.mails.append((address, bytes(envelope.content)))
        if address in self.drop_after_data:
            server.transport.close()
        return "250 taken"

    # -- running -------------------------------------------------------------------------------------------------
    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(
            self._loop.create_server(lambda: SMTP(self, hostname="sink", loop=self._loop), sock=self._socket)
        )
        self._ready.set()
        self._loop.run_forever()
        self._server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    def __enter__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread.start()
        self._ready.wait(5)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    # -- what came -----------------------------------------------------------------------------------------------
    @property
    def counts(self):
        return Counter(address for address, _ in self.mails)
