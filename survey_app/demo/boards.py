"""The demo's dashboards: what the analyst of the company looks at every week, and the screen in its hall."""

from urllib.parse import urlencode

from sqlmodel import Session

from ..reporting.dashboards import Tile, make, put

BOARDS: dict[str, tuple[tuple[str, str, dict[str, str], bool], ...]] = {
    "每周例会": (
        ("score", "relationship", {"period": "90d"}, False), ("score", "delivery", {"period": "90d"}, False),
        ("trend", "delivery", {"period": "365d"}, True), ("news", "delivery", {"period": "90d"}, False),
        ("spoken", "delivery", {"period": "90d"}, False), ("groups", "delivery", {"period": "90d"}, False),
        ("casework", "delivery", {"period": "90d"}, False), ("drivers", "relationship", {"period": "365d"}, True),
    ),
    "大厅屏幕": (
        ("score", "relationship", {"period": "365d"}, False), ("score", "delivery", {"period": "90d"}, False),
        ("trend", "delivery", {"period": "365d"}, True),
    ),
}  # fmt: skip
"""Name → figures: kind, survey, cut, and whether it has the whole row."""


def compose(session: Session, surveys: dict[str, int], user_id: int) -> None:
    """Make the dashboards."""
    for name, figures in BOARDS.items():
        row = make(session, name, user_id)
        for figure, survey, cut, is_wide in figures:
            put(row, Tile(figure, urlencode({"survey": surveys[survey], **cut}), is_wide=is_wide))
        session.add(row)
