"""Large exports in the making: a file per export beside the database, with how far it is, for an hour."""

import json
import logging
import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from ..errors import N_, NotFound, traced

KEEP_SECONDS = 3600
SILENT_SECONDS = 60
EVERY = 500
"""Rows between two words about how far it is."""
_TOKEN = re.compile(r"^[A-Za-z0-9_-]{16,40}$")
log = logging.getLogger("survey.exports")

Make = Callable[[Callable[[int], None]], IO[bytes]]
"""Makes the file; told after some rows how many there are."""


@dataclass(slots=True)
class Export:
    """One export as the pages show it."""

    token: str
    user_id: int
    name: str
    total: int
    done: int = 0
    state: str = "running"
    size: int = 0
    at: float = field(default_factory=time.time)
    seen_at: float = field(default_factory=time.time)

    @property
    def is_interrupted(self) -> bool:
        return self.state == "running" and time.time() - self.seen_at > SILENT_SECONDS


def counted(rows: Iterable[Sequence[Any]], tell: Callable[[int], None]) -> Iterator[Sequence[Any]]:
    """The rows, telling on the way how many have gone by."""
    for number, row in enumerate(rows, 1):
        yield row
        if number % EVERY == 0:
            tell(number)


class ExportDesk:
    """The folder of one installation's exports; only the person who asked for one gets it."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "exports"

    def start(self, user_id: int, name: str, total: int, make: Make, *, patience: float = 3) -> Export:
        """Begin a file and wait a moment: many are done by then."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        export = Export(secrets.token_urlsafe(16), user_id, name[:200], total)
        self._write(export)
        # Nothing is lost with it, so it keeps nobody from stopping the server.
        runner = threading.Thread(target=self._run, args=(export, make), name="export", daemon=True)
        runner.start()
        runner.join(timeout=patience)
        return export

    def _run(self, export: Export, make: Make) -> None:
        def tell(done: int) -> None:
            export.done = done
            self._write(export)

        fresh = self.folder / f"{export.token}.part"
        try:
            fresh.touch(mode=0o600)
            with make(tell) as made, fresh.open("wb") as file:
                while piece := made.read(1 << 20):
                    file.write(piece)
            export.size = fresh.stat().st_size
            os.replace(fresh, self._file(export))
            export.state, export.done = "done", export.total
        except Exception as error:
            log.error("export %s stopped: %s", export.token[:6], traced(error))
            export.state = "failed"
            fresh.unlink(missing_ok=True)
        self._write(export)

    def find(self, token: str, user_id: int) -> Export:
        path = self.folder / f"{token}.json"
        if _TOKEN.match(token) and path.is_file():
            export = Export(**json.loads(path.read_text(encoding="utf-8")))
            if export.user_id == user_id:
                return export
        raise NotFound(
            "export", N_("This export is no longer there."), N_("Exports are kept for an hour: make it again.")
        )

    def of(self, user_id: int) -> list[Export]:
        """A person's exports of the last hour, the newest first."""
        self._sweep()
        found = [Export(**json.loads(path.read_text(encoding="utf-8"))) for path in self.folder.glob("*.json")]
        return sorted((one for one in found if one.user_id == user_id), key=lambda one: -one.at)

    def open(self, export: Export) -> IO[bytes]:
        return self._file(export).open("rb")

    def forget(self) -> None:
        """Drop every file: one could name a person who is being erased."""
        for path in self.folder.glob("*.*"):
            path.unlink(missing_ok=True)

    def _sweep(self) -> None:
        for path in self.folder.glob("*.*"):
            if time.time() - path.stat().st_mtime > KEEP_SECONDS:
                path.unlink(missing_ok=True)

    def _file(self, export: Export) -> Path:
        return self.folder / f"{export.token}.file"

    def _write(self, export: Export) -> None:
        export.seen_at = time.time()
        fresh = self.folder / f"{export.token}.{secrets.token_hex(4)}.tmp"
        fresh.write_text(json.dumps(asdict(export), ensure_ascii=False), encoding="utf-8")
        os.replace(fresh, self.folder / f"{export.token}.json")
