"""What a model is, from whose voices, judged how, and what it must not be used for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_INTENDED = (
    "Research, teaching and personal projects: how acted emotion sounds, on a device that its user controls.",
    "Interfaces that adapt to a willing user's voice and let that user correct or switch off the answer.",
)
_REFUSED = (
    "Judging people at work or in education (prohibited in the EU by the AI Act, Art. 5(1)(f)).",
    "Hiring, policing, credit, insurance, health: any decision about a person.",
    "Listening to people who were not told (EU: AI Act, Art. 50(3)).",
)
_LIMITS = (
    "It learned from acted speech; spontaneous emotion is weaker and mixed.",
    "It names the acted class that a voice resembles, not what a person feels.",
    "Another language, microphone, room or age group than the training data's lowers the figures; measure on yours.",
)


@dataclass(frozen=True)
class DataUsed:
    """One corpus that a model learned from."""

    corpus: str
    licence: str
    credit: str
    clips: int
    speakers: int


@dataclass(frozen=True)
class Card:
    """The facts that travel with a model.

    Attributes
    ----------
    name : str
        The model's name.
    summary : str
        One sentence.
    data : tuple of DataUsed
        Whose voices.
    recipe : dict
        Every setting of the run, as plain values.
    figures : tuple of dict
        `undertone.evaluation.Figures` as plain values, the honest one first; empty until evaluated.
    """

    name: str
    summary: str
    data: tuple[DataUsed, ...]
    recipe: dict[str, Any] = field(default_factory=dict)
    figures: tuple[dict[str, Any], ...] = ()
    intended: tuple[str, ...] = _INTENDED
    refused: tuple[str, ...] = _REFUSED
    limits: tuple[str, ...] = _LIMITS


def to_markdown(card: Card, labels: tuple[str, ...]) -> str:
    """Write the card as a page of Markdown."""
    lines = [f"# {card.name}", "", card.summary, "", f"Answers: {', '.join(labels)}.", "", "## Data", ""]
    for used in card.data:
        lines.append(
            f"- **{used.corpus}**: {used.clips} clips, {used.speakers} speakers. Licence: {used.licence}. {used.credit}"
        )
    lines += ["", "## Figures", ""]
    if card.figures:
        lines += ["| protocol | UAR % (95 % interval) | accuracy % | speaker-independent |", "|---|---|---|---|"]
        lines += [_figure_row(figure) for figure in card.figures]
    else:
        lines.append("Not evaluated yet: run `undertone evaluate` on the run that made it.")
    for title, points in (
        ("Intended use", card.intended),
        ("Refused use", card.refused),
        ("Known limits", card.limits),
    ):
        lines += ["", f"## {title}", "", *(f"- {point}" for point in points)]
    return "\n".join(lines) + "\n"


def _figure_row(figure: dict[str, Any]) -> str:
    interval = f"{100 * figure['uar']:.1f} ({100 * figure['uar_low']:.1f} to {100 * figure['uar_high']:.1f})"
    honest = "yes" if figure["honest"] else f"**no**: {figure['why']}"
    return f"| {figure['protocol']} | {interval} | {100 * figure['accuracy']:.1f} | {honest} |"
