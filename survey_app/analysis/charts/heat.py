"""Heat maps: a table whose cells are shaded by how far they lie from the middle, with the number in each."""

from collections.abc import Sequence

from .style import Json, categories, colour, faint, figure, rows_height, trace, wrapped

STRONGEST = 0.55
"""Opacity of the deepest shade: the number in the cell stays readable on light and dark paper."""
CELL = 30
SIDE, WIDTH = 140, 80
"""Least room for the words at the side and for a column: below that a page scrolls."""
MOST_TEXT = 400
"""A map of more cells shows shades only; the numbers are in its table."""


def heat(
    rows: Sequence[str],
    columns: Sequence[str],
    shades: Sequence[Sequence[float | None]],
    texts: Sequence[Sequence[str]],
    notes: Sequence[Sequence[str]],
    *,
    reach: float,
    addresses: Sequence[Sequence[str]] | None = None,
) -> Json | None:
    """Cells from −`reach` (orange) over nothing to +`reach` (blue); `texts` stand in them, `notes` at the pointer.

    All tables have shape (rows, columns); a shade of None stays blank. None where there are no cells.
    """
    if not rows or not columns:
        return None
    bounded = [[None if x is None else max(-reach, min(reach, x)) for x in row] for row in shades]
    is_large = len(rows) * len(columns) > MOST_TEXT
    cells = trace(
        "heatmap", x=list(range(len(columns))), y=list(range(len(rows))), z=bounded, zmin=-reach, zmax=reach,
        colorscale=[[0, faint("negative", STRONGEST)], [0.5, faint("neutral", 0.06)],
                    [1, faint("positive", STRONGEST)]],
        showscale=False, xgap=2, ygap=2, hovertext=[list(row) for row in notes],
        hovertemplate="%{hovertext}<extra></extra>", hoverongaps=False,
    )  # fmt: skip
    if not is_large:
        cells |= {"text": [list(row) for row in texts], "texttemplate": "%{text}",
                  "textfont": {"size": 12, "color": colour("ink")}}  # fmt: skip
    if addresses is not None:
        cells["customdata"] = [list(row) for row in addresses]
    heads, sides = wrapped(columns, 5), wrapped(rows, 9)
    across, down = _ticks(heads), _ticks(sides)
    made = figure(
        [cells],
        height=76 + rows_height(sides, CELL),
        xaxis=categories(type="linear", side="top", tickangle=0, range=[-0.5, len(columns) - 0.5], **across),
        yaxis=categories(type="linear", range=[len(rows) - 0.5, -0.5], **down),
    )
    made["layout"]["meta"]["width"] = SIDE + WIDTH * len(columns)
    return made


def _ticks(labels: Sequence[str]) -> Json:
    """Labels by place, because two of them may read alike."""
    return {"tickmode": "array", "tickvals": list(range(len(labels))), "ticktext": list(labels),
            "tickfont": {"size": 12, "color": colour("ink")}}  # fmt: skip
