"""Wiring the web application: configuration, database, blueprints."""

from flask import Flask

from . import clock, crypto, web
from .config import ROOT, Config, load
from .store.database import connect
from .web.database import Installation


def create_app(config: Config | None = None) -> Flask:
    """The web application for a configuration (by default the environment's)."""
    config = config or load()
    crypto.use_key(config.secret_key)
    clock.use_zone(config.timezone)
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(
        SECRET_KEY=crypto.sign("flask", "secret-key"),
        TESTING=config.is_testing,
        MAX_CONTENT_LENGTH=32 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        # Browsers take a name with __Host- only over TLS and for the whole host: nobody else can plant it.
        SESSION_COOKIE_NAME="__Host-survey" if config.is_https else "survey",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.is_https,
        # Sessions end on a fixed day; sending the cookie again with every file would put it into shared caches.
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.extensions["survey"] = Installation(config, connect(config.database_url))
    web.register(app)
    return app
