"""The card of a personal bundle: that it is for one voice, by what clips, and what they were worth. No name is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from undertone.bundle import Bundle, Card
from undertone.recognition.adapt import Adaptation

_LIMITS = (
    "It is for the one voice that it was adapted to; for any other use the general bundle.",
    "It assumes that the clips covered that voice's ways of speaking about evenly: of calm clips alone it learns less.",
)


def personal_card(card: Card, made: Adaptation) -> Card:
    """Return the general bundle's card with what is known of the adaptation; its figures stay the general bundle's."""
    labels = "with labels" if made.labelled else "without labels"
    summary = f"{card.summary} Adapted to one voice by {made.clips} clips of it, {made.seconds:.0f} s, {labels}."
    adapted: dict[str, Any] = {"clips": made.clips, "seconds": round(made.seconds, 3), "labelled": made.labelled}
    adapted["changed"] = round(made.changed, 4)
    for name, side in (("before", made.before), ("after", made.after)):
        adapted[f"confidence_{name}"] = round(side.confidence, 4)
        if side.uar is not None:
            adapted[f"uar_{name}"] = round(side.uar, 4)
    if made.gain is not None:
        adapted["gain"] = [round(value, 4) for value in made.gain]
    recipe = {**card.recipe, "adapted": adapted}
    return replace(card, summary=summary, recipe=recipe, limits=(*_LIMITS, *card.limits))


def named(made: Adaptation, name: str) -> Bundle:
    """Return the personal bundle under a name, with its card; to be saved."""
    assert made.bundle is not None, "the general bundle is kept"
    card = replace(personal_card(made.bundle.card, made), name=name)
    return replace(made.bundle, name=name, card=card)
