"""Static files with names that change with their content, sent compressed and kept by browsers for ever."""

import gzip
import hashlib
import importlib.util
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request

from ..config import ROOT
from ..errors import N_, NotFound
from .access import public
from .database import config

bp = Blueprint("assets", __name__)
STATIC = ROOT / "static"
COMPRESSIBLE = {".css", ".js", ".svg", ".json", ".txt"}


def _plotly() -> Path:
    """Plotly's script as its installed package ships it."""
    spec = importlib.util.find_spec("plotly")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"


@lru_cache(maxsize=256)
def _path(name: str) -> Path | None:
    if name == "plotly.js":
        return _plotly()
    try:
        path = (STATIC / name).resolve()
        return path if path.is_relative_to(STATIC) and path.is_file() else None
    except (OSError, ValueError):
        return None  # A name that no file can have: too long, or with NUL in it.


@lru_cache(maxsize=256)
def _digest(path: Path, _changed: float, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def digest(path: Path) -> str:
    stat = path.stat()
    return _digest(path, stat.st_mtime, stat.st_size)


def asset(name: str) -> str:
    """The address of a static file, with its content's digest in it."""
    name = "plotly.js" if name == "plotly" else name
    path = _path(name)
    return f"/static/{name}?v={digest(path)}" if path else f"/static/{name}"


@bp.get("/static/<path:name>")
@public
def file(name: str) -> Response:
    """One static file; compressed once and kept beside the database."""
    path = _path(name)
    if path is None:
        raise NotFound("asset", N_("There is no such page."))
    etag = digest(path)
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if content_type.startswith("text/"):
        content_type += "; charset=utf-8"
    answer = Response(content_type=content_type)
    answer.set_etag(etag)
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if request.args.get("v") == etag else "public, max-age=60"
    )
    if request.accept_encodings["gzip"] and path.suffix in COMPRESSIBLE:
        answer.headers["Content-Encoding"] = "gzip"
        answer.set_data(_compressed(path, etag))
    else:
        answer.set_data(path.read_bytes())
    answer.make_conditional(request)
    return answer


def _compressed(path: Path, etag: str) -> bytes:
    kept = config().data / "assets" / f"{path.name}.{etag}.gz"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(f".{id(kept)}")
        fresh.write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
        fresh.replace(kept)
    return kept.read_bytes()


def register(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset
    mimetypes.add_type("text/javascript", ".js")
