"""Uploaded files that wait for their mapping, and how far their import is: small files beside the database."""

import json
import logging
import os
import re
import secrets
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from .. import crypto
from ..collecting import importing
from ..collecting.importing import ImportResult, Mapping
from ..errors import N_, NotFound, SurveyError, traced
from ..store.questionnaires import Asked
from ..store.tabular import Table, read_table

KEEP_SECONDS = 24 * 3600
SILENT_SECONDS = 60
_TOKEN = re.compile(r"^[A-Za-z0-9_-]{16,40}$")
WENT_WRONG: dict[str, Any] = {
    "message": N_("Something went wrong on our side."),
    "hint": N_("Run the import again: rows that are there already are left out."),
    "values": {},
}
log = logging.getLogger("survey.imports")


@dataclass(slots=True)
class Job:
    """One import as the pages show it; written beside the upload, renamed into place, so never half there."""

    token: str
    survey_id: int
    survey: str
    batch: str
    user: str = ""
    state: str = "running"
    imported: int = 0
    repeated: int = 0
    failed: int = 0
    done: int = 0
    at: float = field(default_factory=time.time)
    seen_at: float = field(default_factory=time.time)
    errors: list[dict[str, Any]] = field(default_factory=list)
    unanswered: dict[str, int] = field(default_factory=dict)
    problem: dict[str, Any] = field(default_factory=dict)

    @property
    def is_interrupted(self) -> bool:
        return self.state == "running" and time.time() - self.seen_at > SILENT_SECONDS


class Desk:
    """The folder of one installation's uploads."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "uploads"

    def keep(self, content: bytes, name: str, user_id: int) -> str:
        """Keep an upload until tomorrow, under a name nobody can guess."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        token = secrets.token_urlsafe(16)
        path = self.folder / f"{token}.upload"
        path.touch(mode=0o600)
        path.write_bytes(crypto.encrypt(content.decode("latin-1"), "upload.answers"))
        about = {"name": Path(name).name[:120], "user": user_id}
        sealed = crypto.encrypt(json.dumps(about), "upload.about")
        (self.folder / f"{token}.about").write_bytes(sealed)
        return token

    def _sweep(self) -> None:
        for path in self.folder.glob("*.*"):
            if path.suffix in (".upload", ".about") and time.time() - path.stat().st_mtime > KEEP_SECONDS:
                path.unlink(missing_ok=True)

    def forget(self) -> None:
        """Drop the files that wait and the cells quoted in reports: one could name a person who is being erased."""
        for path in self.folder.glob("*.*"):
            if path.suffix in (".upload", ".about"):
                path.unlink(missing_ok=True)
            elif path.suffix == ".json" and (job := self.job(path.stem)) and job.errors:
                job.errors = []
                self.write(job)

    def table(self, token: str, user_id: int) -> tuple[Table, str]:
        """The table of an upload and the file's name; only for the person who brought it."""
        path = self.folder / f"{token}.upload"
        if _TOKEN.match(token) and path.is_file():
            about = json.loads(crypto.decrypt((self.folder / f"{token}.about").read_bytes(), "upload.about"))
            if about["user"] == user_id:
                content = crypto.decrypt(path.read_bytes(), "upload.answers").encode("latin-1")
                return read_table(content, about["name"]), about["name"]
        raise NotFound(
            "import-upload",
            N_("This upload is no longer there."),
            N_("Uploads are kept for a day: choose the file again."),
        )

    def job(self, token: str) -> Job | None:
        path = self.folder / f"{token}.json"
        if not _TOKEN.match(token) or not path.is_file():
            return None
        return Job(**json.loads(path.read_text(encoding="utf-8")))

    def write(self, job: Job) -> None:
        job.seen_at = time.time()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.folder / f"{job.token}.{secrets.token_hex(4)}.tmp"
        fresh.write_text(json.dumps(asdict(job), ensure_ascii=False), encoding="utf-8")
        os.replace(fresh, self.folder / f"{job.token}.json")

    def recent(self, count: int = 10) -> list[Job]:
        """The newest imports, for the list with "undo"."""
        paths = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        jobs = (self.job(path.stem) for path in paths[:count])
        return sorted((job for job in jobs if job), key=lambda job: -job.at)

    def run(self, engine: Engine, job: Job, asked: Asked, table: Table, mapping: Mapping, **options: Any) -> None:
        """Start the import and wait a moment for it: most are done by then, the others are watched on their page."""
        self.write(job)
        arguments = (engine, job, asked, table, mapping, options)
        runner = threading.Thread(target=self._run, args=arguments, name=f"import-{job.batch}")
        runner.start()
        runner.join(timeout=4)

    def _run(
        self, engine: Engine, job: Job, asked: Asked, table: Table, mapping: Mapping, options: dict[str, Any]
    ) -> None:
        try:
            self.take(engine, job, asked, table, mapping, **options)
        except SurveyError:
            pass  # The job's page says it.
        except Exception as error:
            log.error("import %s stopped: %s", job.batch, traced(error))

    def take(
        self, engine: Engine, job: Job, asked: Asked, table: Table, mapping: Mapping, **options: Any
    ) -> ImportResult:
        """The import itself; how far it is and how it ended is written down as the job's page shows it."""

        def tell(done: int) -> None:
            job.done = done
            self.write(job)

        try:
            result = importing.import_responses(
                engine, asked, table, mapping, batch=job.batch, on_progress=tell, **options
            )
            job.state, job.imported, job.repeated, job.failed = "done", result.imported, result.repeated, result.failed
            job.errors, job.unanswered = [asdict(error) for error in result.errors], result.unanswered
            return result
        except SurveyError as error:
            job.state, job.problem = "failed", {"message": error.message, "hint": error.hint, "values": error.values}
            raise
        except Exception:
            job.state, job.problem = "failed", WENT_WRONG
            raise
        finally:
            self.write(job)
