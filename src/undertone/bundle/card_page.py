"""The card as one self-contained page: what `undertone card --html` writes, and CARD.html in the bundle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from undertone import pages
from undertone.bundle import card_tables as told
from undertone.bundle.card import Card


def to_html(card: Card, labels: Sequence[str], *, normalisation: str = "") -> pages.Html:
    """Write the card as a page; ``normalisation`` is a line about the bundle itself."""
    voice = told.voice_words(card)
    sections = [
        *([pages.section("For one voice", pages.points(voice))] if voice else []),
        pages.section("What it is worth", *_worth(card)),
        pages.section("Tell the people whom it hears", told.DUTY, pages.quote(told.notice(card, labels))),
        *(_groups(card.honest) if card.honest else ()),
        pages.section("Use", pages.gallery(*_uses(card))),
        pages.section("Known limits", pages.points(card.limits)),
        pages.section("Data", *_data(card)),
    ]
    subtitle = " ".join([card.summary, f"Answers: {', '.join(labels)}.", *([normalisation] if normalisation else [])])
    return pages.page(card.name, sections, subtitle=subtitle, footer="Made by undertone from the run itself.")


def _worth(card: Card) -> list[object]:
    refusal = told.not_for_sale(card)
    shown: list[object] = [pages.note(f"{refusal[0].upper()}{refusal[1:]}.", kind="limit")] if refusal else []
    if not card.figures:
        return [*shown, "Not evaluated yet: run `undertone evaluate` on the run that made it."]
    if card.honest:
        shown.append(pages.tiles(_tiles(card.honest)))
    rows = [
        pages.IntervalRow(f["protocol"], 100 * f["uar"], 100 * f["uar_low"], 100 * f["uar_high"], _kind(f))
        for f in card.figures
    ]
    shown += [pages.intervals_svg(rows, title="UAR, per cent, with 95 % intervals")]
    shown += [pages.table(told.FIGURES_HEAD, told.figure_rows(card))]
    return [*shown, *told.protocol_words(card)]


def _kind(figure: dict[str, Any]) -> str:
    return "honest" if figure["honest"] else "leaky"


def _tiles(figure: dict[str, Any]) -> list[tuple[str, object, str]]:
    interval = f"95 %: {told.percent(figure['uar_low'])} to {told.percent(figure['uar_high'])}"
    tiles: list[tuple[str, object, str]] = [
        ("UAR on new voices", f"{told.percent(figure['uar'])} %", interval),
        ("Accuracy", f"{told.percent(figure['accuracy'])} %", "share of clips named right"),
    ]
    if figure.get("labels"):
        chance = 1 / len(figure["labels"])
        tiles.append(("Chance", f"{told.percent(chance)} %", f"{len(figure['labels'])} classes"))
    if len(figure.get("per_speaker", ())) > 1:
        worst = min(figure["per_speaker"], key=lambda group: group["uar"])
        tiles.append(("Worst speaker", f"{told.percent(worst['uar'])} %", f"UAR of {worst['name']}"))
    return tiles


def _groups(figure: dict[str, Any]) -> list[pages.Html]:
    recalls = {label: 100 * recall for label, recall in told.recalls_of(figure).items()}
    by_group = pages.table(told.GROUPS_HEAD, told.group_rows(figure))
    drawn = [pages.bars_svg(recalls, title="Recall by class", unit="%")] if recalls else []
    if figure.get("confusion"):
        drawn.append(
            pages.confusion_svg(np.array(figure["confusion"]), figure["labels"], title="Who is taken for whom")
        )
    lead = " ".join(told.weak_points(figure))
    shown = [pages.section("Whom it hears well, and whom less", pages.columns(*drawn), by_group, lead=lead)]
    return [*shown, *how_sure(figure)]


def how_sure(figure: dict[str, Any]) -> list[pages.Html]:
    """Write the section on scores, "unknown" and what it costs; nothing where scores are not known."""
    words = told.sure_words(figure)
    if not words:
        return []
    bins = [(100 * b["score"], 100 * b["right"], b["count"]) for b in figure["reliability"]]
    drawn = pages.columns(pages.reliability_svg(bins, title="Do scores mean what they say?"), _coverage(figure))
    table = pages.table(told.COVERAGE_HEAD, told.coverage_rows(figure))
    lead = f"{' '.join(words)} What is less sure can be answered with “unknown”."
    return [pages.section("How sure it is", drawn, table, lead=lead)]


def _coverage(figure: dict[str, Any]) -> pages.Html:
    """Draw UAR and accuracy against the share of clips that are answered, in steps of 1 %."""
    curve = sorted(figure["coverage"], key=lambda point: point["coverage"])
    covered = [100 * point["coverage"] for point in curve]
    steps = np.arange(np.ceil(covered[0]), 101)
    series = {
        name: np.interp(steps, covered, [100 * point[key] for point in curve]).tolist()
        for name, key in (("UAR", "uar"), ("accuracy", "accuracy"))
    }
    return pages.curves_svg(
        series, title="Answering the surest clips alone", x_label="answered, %", y_label="%", first=int(steps[0])
    )


def _uses(card: Card) -> list[pages.Html]:
    return [
        pages.card("Intended", pages.points(card.intended)),
        pages.card("Refused", pages.points(card.refused)),
    ]


def _data(card: Card) -> list[object]:
    return [pages.table(told.DATA_HEAD, told.data_rows(card))]
