"""Small multiples: the same figure under many circumstances, panel beside panel, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from undertone.pages.markup import Html, tag
from undertone.pages.palette import SERIES
from undertone.pages.picture import TITLE, Scale, number, picture, text, text_width

ACROSS = 3
PANEL, HEIGHT = 292.0, 206.0
LEFT, LEGEND = 40.0, 30.0
#: Within a panel: room for its title above the drawing, for the words below it, and at its right.
ABOVE, BELOW, ASIDE = 26.0, 40.0, 18.0
PER_CENT = 100.0


@dataclass(frozen=True)
class Curve:
    """One figure at each place of a panel, in per cent.

    Attributes
    ----------
    name : str
        The same in all panels: it names the colour in the legend.
    values : tuple of float
    low, high : tuple of float
        Interval about each; empty for none.
    faint : bool
        Draw it thin and broken, without its numbers: what stands beside the figure.
    """

    name: str
    values: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    faint: bool = False


@dataclass(frozen=True)
class Panel:
    """A panel: its title, the names of its places (of one line, or two where it has no unit), and curves over them.

    Attributes
    ----------
    joined : bool
        Whether the places are steps of one scale: a line through them means something.
    """

    title: str
    places: tuple[str, ...]
    curves: tuple[Curve, ...]
    unit: str = ""
    joined: bool = True


def multiples_svg(panels: Sequence[Panel], *, title: str, rules: Sequence[tuple[str, float]] = ()) -> Html:
    """Draw panels, three in a row, each from 0 to 100 per cent.

    Parameters
    ----------
    panels : sequence of Panel
    title : str
        Of the picture; name the unit in it.
    rules : sequence of (str, float)
        Levels to compare with, drawn across all panels: ``[("chance", 14.3)]``.
    """
    rows = -(-len(panels) // ACROSS)
    columns = min(ACROSS, max(len(panels), 1))
    width, height = LEFT + PANEL * columns + 6, TITLE + LEGEND + HEIGHT * rows
    colours = _colours(panels)
    return picture(
        width,
        height,
        *_legend(panels, colours, rules),
        *(
            _panel(
                panel,
                LEFT + PANEL * (index % ACROSS),
                TITLE + LEGEND + HEIGHT * (index // ACROSS),
                colours,
                rules,
                numbered=index % ACROSS == 0,
            )
            for index, panel in enumerate(panels)
        ),
        title=title,
        description="; ".join(_words(panel) for panel in panels),
    )


def _colours(panels: Sequence[Panel]) -> dict[str, str]:
    names = dict.fromkeys(curve.name for panel in panels for curve in panel.curves)
    return {name: SERIES[index % len(SERIES)] for index, name in enumerate(names)}


def _legend(panels: Sequence[Panel], colours: dict[str, str], rules: Sequence[tuple[str, float]]) -> list[Html]:
    faint = {curve.name: curve.faint for panel in panels for curve in panel.curves}
    parts, x, y = [], 14.0, TITLE + 12.0
    for name, colour in colours.items():
        thin, dash = (1.8, "4 3") if faint[name] else (3, None)
        place = {"x1": x, "x2": x + 22, "y1": y - 4, "y2": y - 4}
        parts.append(tag("line", **place, stroke=colour, stroke_width=thin, stroke_dasharray=dash))
        parts.append(text(name, x + 28, y))
        x += 28 + text_width(name) + 20
    for name, value in rules:
        parts.append(tag("line", x1=x, x2=x + 22, y1=y - 4, y2=y - 4, class_="ut-axis", stroke_dasharray="1.5 3"))
        told = f"{name} {number(value)}"
        parts.append(text(told, x + 28, y))
        x += 28 + text_width(told) + 20
    return parts


def _panel(
    panel: Panel,
    x: float,
    y: float,
    colours: dict[str, str],
    rules: Sequence[tuple[str, float]],
    *,
    numbered: bool,
) -> Html:
    up = Scale(0.0, PER_CENT, y + HEIGHT - BELOW, y + ABOVE)
    begin, end = x + 6, x + PANEL - ASIDE
    step = (end - begin) / max(len(panel.places), 1)
    centres = [begin + step * (index + 0.5) for index in range(len(panel.places))]
    levels = (0, 25, 50, 75, 100)
    lines = [tag("line", x1=begin, x2=end, y1=up(v), y2=up(v), class_="ut-rule") for v in levels]
    labels = [text(str(v), begin - 7, up(v) + 4.5, anchor="end") for v in levels] if numbered else []
    names = [
        text(word, c, up.begin + 17 + 15 * line, anchor="middle")
        for name, c in zip(panel.places, centres, strict=True)
        for line, word in enumerate(name.split("\n"))
    ]
    compared = [
        tag("line", x1=begin, x2=end, y1=up(v), y2=up(v), class_="ut-axis", stroke_dasharray="1.5 3") for _, v in rules
    ]
    return tag(
        "g",
        tag("title", _words(panel)),
        *lines,
        *labels,
        text(panel.title, begin, y + 14, class_="ut-ink"),
        text(panel.unit, end, up.begin + 33, anchor="end") if panel.unit else None,
        *names,
        *compared,
        *(_curve(curve, centres, up, colours[curve.name], joined=panel.joined) for curve in reversed(panel.curves)),
        *(_numbers(curve, centres, up) for curve in panel.curves[:1]),
    )


def _curve(curve: Curve, centres: Sequence[float], up: Scale, colour: str, *, joined: bool) -> Html:
    line = [(c, up(v)) for c, v in zip(centres, curve.values, strict=True)]
    thin = 1.8 if curve.faint else 2.4
    parts: list[Html] = []
    if curve.low and joined:
        edge = [(c, up(v)) for c, v in zip(centres, curve.high, strict=True)]
        edge += [(c, up(v)) for c, v in reversed(list(zip(centres, curve.low, strict=True)))]
        parts.append(tag("path", d=_path(edge) + "Z", fill=colour, fill_opacity=0.14))
    elif curve.low:
        parts += [
            tag("line", x1=c, x2=c, y1=up(low), y2=up(high), stroke=colour, stroke_width=5, stroke_opacity=0.3)
            for c, low, high in zip(centres, curve.low, curve.high, strict=True)
        ]
    if joined:
        dash = "4 3" if curve.faint else None
        parts.append(tag("path", d=_path(line), fill="none", stroke=colour, stroke_width=thin, stroke_dasharray=dash))
    if not (curve.faint and joined):
        parts += [tag("circle", cx=c, cy=v, r=2.6 if curve.faint else 3.6, fill=colour) for c, v in line]
    return tag("g", *parts)


def _numbers(curve: Curve, centres: Sequence[float], up: Scale) -> Html:
    shown = [
        tag("text", f"{v:.0f}", x=c, y=up(v) - 9, text_anchor="middle", class_="ut-ink ut-halo", font_size=12)
        for c, v in zip(centres, curve.values, strict=True)
    ]
    return tag("g", *shown)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _words(panel: Panel) -> str:
    told = []
    for curve in panel.curves:
        pairs = (f"{' '.join(place.split())} {number(v)}" for place, v in zip(panel.places, curve.values, strict=True))
        told.append(f"{curve.name} {', '.join(pairs)}")
    return f"{panel.title} ({panel.unit or 'no unit'}): {'; '.join(told)}"
