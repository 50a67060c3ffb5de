"""Counts in rows and columns, shaded: clips by class and speaker."""

from __future__ import annotations

from collections.abc import Mapping

from undertone.pages.markup import Html, tag
from undertone.pages.palette import colour
from undertone.pages.picture import TITLE, picture, shortened, text, text_width

ROW = 30
#: Columns beyond this width go below each other in a second block.
WIDTH = 1060


def heat_svg(table: Mapping[str, Mapping[str, int]], *, title: str, rows: str = "class") -> Html:
    """Draw a table of counts; an empty cell is marked.

    Parameters
    ----------
    table : mapping of str to mapping of str to int
        Row to column to count; every row has the same columns.
    title : str
        Of the picture.
    rows : str
        What a row is, for those who listen to the picture.
    """
    columns = list(next(iter(table.values()), {}))
    left = 14 + max((text_width(shortened(name)) for name in table), default=0.0) + 12
    widest = max((text_width(shortened(name, 12)) for name in columns), default=0.0) + 10
    cell = max(widest, min(60.0, (640 - left) / max(len(columns), 1)), 34.0)
    blocks = _blocks(columns, max(1, int((WIDTH - left - 20) // cell)))
    most = max((count for row in table.values() for count in row.values()), default=1) or 1
    height = ROW * (len(table) + 1) + 14
    parts = [_block(table, block, left, TITLE + 4 + height * index, cell, most) for index, block in enumerate(blocks)]
    return picture(
        max(left + cell * min(len(columns), len(blocks[0]) if blocks else 0) + 18, 340),
        TITLE + 4 + height * len(blocks),
        *parts,
        title=title,
        description="; ".join(_words(name, row) for name, row in table.items()) + f" (each row is a {rows})",
    )


def _blocks(columns: list[str], size: int) -> list[list[str]]:
    return [columns[begin : begin + size] for begin in range(0, len(columns), size)]


def _block(
    table: Mapping[str, Mapping[str, int]], columns: list[str], left: float, top: float, cell: float, most: int
) -> Html:
    heads = [
        text(shortened(name, 12), left + cell * (i + 0.5), top + 18, anchor="middle") for i, name in enumerate(columns)
    ]
    lines = []
    for index, (name, row) in enumerate(table.items(), start=1):
        y = top + ROW * index
        lines.append(text(shortened(name), left - 12, y + 15, anchor="end", class_="ut-ink"))
        lines += [
            _cell(name, column, row[column], left + cell * i, y - 5, cell, most) for i, column in enumerate(columns)
        ]
    return tag("g", *heads, *lines)


def _cell(name: str, column: str, count: int, x: float, y: float, cell: float, most: int) -> Html:
    return tag(
        "g",
        tag("title", f"{name} by {column}: {count}"),
        tag("rect", x=x + 1.5, y=y + 1.5, width=cell - 3, height=ROW - 3, rx=5, class_="ut-track"),
        tag(
            "rect",
            x=x + 1.5,
            y=y + 1.5,
            width=cell - 3,
            height=ROW - 3,
            rx=5,
            fill=colour(name),
            fill_opacity=round(0.75 * count / most, 3),
        ),
        text(count if count else "–", x + cell / 2, y + 19.5, anchor="middle", class_="ut-ink" if count else "ut-soft"),
    )


def _words(name: str, row: Mapping[str, int]) -> str:
    return f"{name}: " + ", ".join(f"{column} {count}" for column, count in row.items())
