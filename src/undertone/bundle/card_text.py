"""The card as Markdown: what `undertone card` prints, and CARD.md in the bundle."""

from __future__ import annotations

from collections.abc import Sequence

from undertone.bundle import card_tables as told
from undertone.bundle.card import Card


def to_markdown(card: Card, labels: Sequence[str], *, normalisation: str = "") -> str:
    """Write the card as a page of Markdown; ``normalisation`` is a line about the bundle itself."""
    refusal = told.not_for_sale(card)
    lines = [f"# {card.name}", "", card.summary, "", f"Answers: {', '.join(labels)}."]
    lines += ["", normalisation] if normalisation else []
    lines += ["", f"> **{refusal[0].upper()}{refusal[1:]}.**"] if refusal else []
    voice = told.voice_words(card)
    lines += ["", "## For one voice", "", *(f"- {words}" for words in voice)] if voice else []
    lines += ["", "## Tell the people whom it hears", "", told.DUTY, "", f"> {told.notice(card, labels)}"]
    lines += ["", "## Data", "", *_table(told.DATA_HEAD, told.data_rows(card))]
    lines += ["", "## Figures", "", *_figures(card)]
    for title, points in (
        ("Intended use", card.intended),
        ("Refused use", card.refused),
        ("Known limits", card.limits),
    ):
        lines += ["", f"## {title}", "", *(f"- {point}" for point in points)]
    return "\n".join(lines) + "\n"


def _figures(card: Card) -> list[str]:
    if not card.figures:
        return ["Not evaluated yet: run `undertone evaluate` on the run that made it."]
    lines = [*_table(told.FIGURES_HEAD, told.figure_rows(card)), ""]
    lines += ["UAR is the mean recall of the classes; intervals are drawn over speakers.", ""]
    lines += [f"- {words}" for words in told.protocol_words(card)]
    figure = card.honest
    if figure is None:
        return lines
    lines += ["", f"## Whom it hears well, and whom less ({figure['protocol']})", ""]
    lines += [f"- {words}" for words in told.weak_points(figure)]
    lines += ["", *_table(told.GROUPS_HEAD, told.group_rows(figure))]
    recalls = [[label, told.percent(recall)] for label, recall in told.recalls_of(figure).items()]
    lines += ["", *_table(["class", "recall %"], recalls)]
    sure = told.sure_words(figure)
    if sure:
        lines += ["", "## How sure it is", "", *(f"- {words}" for words in sure)]
        lines += ["", *_table(told.COVERAGE_HEAD, told.coverage_rows(figure))]
    return lines


def _table(head: list[str], rows: told.Rows) -> list[str]:
    return [_row(head), "|" + "---|" * len(head), *map(_row, rows)] if rows else []


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
