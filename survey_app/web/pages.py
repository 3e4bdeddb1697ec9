"""What every staff page shares: the navigation in chain order, form helpers, partial updates."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, request, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from ..errors import N_
from .database import config


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation: where it leads, which blueprints belong to it, who sees it."""

    label: str
    endpoint: str
    icon: str
    ability: str = "look"
    blueprints: tuple[str, ...] = ()


SHARING = ("sharing", "sharing_kiosk", "sharing_embed", "calls")
NAVIGATION = (
    Place(N_("Overview"), "overview.show", "overview", blueprints=("overview", "events")),
    Place(N_("Dashboards"), "dashboards.index", "dashboards", blueprints=("dashboards", "tiles", "walls")),
    Place(
        N_("Surveys"),
        "surveys.index",
        "surveys",
        "build",
        ("surveys", "survey_files", "builder", "builder_parts", "comparing", *SHARING),
    ),
    Place(N_("Campaigns"), "campaigns.index", "campaigns", "send", ("campaigns", "outbox")),
    Place(N_("Responses"), "responses.index", "responses", blueprints=("responses", "imports", "entry")),
    Place(N_("Analysis"), "questions.index", "analysis", blueprints=("questions", "figures", "exports")),
    Place(
        N_("Opinions"),
        "opinions.index",
        "opinions",
        blueprints=("opinions", "phrases", "sides", "labelling", "tags", "models"),
    ),
    Place(N_("Cases"), "cases.index", "cases", "work", ("cases", "rules")),
    Place(N_("Actions"), "actions.index", "actions", blueprints=("actions", "proving")),
    Place(N_("Customers"), "customers.index", "customers", "work", ("customers",)),
    Place(N_("Settings"), "settings.index", "settings", "manage", ("settings", "users", "api_keys")),
)


def register(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(csrf_field=csrf_field, address=address)
    app.context_processor(_shared)


def _shared() -> dict[str, Any]:
    known = {place for place in NAVIGATION if place.endpoint in _endpoints()}
    return {
        "navigation": [place for place in NAVIGATION if place in known],
        "here": request.blueprint or "",
        "is_demo": config().is_demo,
        "is_only_here": config().is_only_here,
    }


def _endpoints() -> set[str]:

    return set(current_app.view_functions)


def csrf_field() -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def address(**changes: Any) -> str:
    """The address of this page with some of its parameters changed; None takes one away."""
    wanted = {key: value for key, value in {**request.args.to_dict(flat=False), **changes}.items() if value is not None}
    path = url_for(request.endpoint or "overview.show", **(request.view_args or {}))
    # Not through url_for: a parameter called `endpoint` or `_scheme` in somebody's link would steer it.
    return f"{path}?{urlencode(wanted, doseq=True, errors='replace')}" if wanted else path
