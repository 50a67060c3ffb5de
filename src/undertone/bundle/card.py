"""What a model is, from whose voices, judged how, and what it must not be used for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_INTENDED = (
    "Research, teaching and personal projects: how acted emotion sounds, on a device that its user controls.",
    "Interfaces that adapt to a willing user's voice and let that user correct or switch off the answer.",
)
_REFUSED = (
    "Judging people at work or in education (prohibited in the EU by the AI Act, Art. 5(1)(f)).",
    "Hiring, policing, credit, insurance, health: any decision about a person.",
    "Listening to people who were not told (prohibited in the EU since 2 August 2026 by the AI Act, Art. 50(3)).",
)
_LIMITS = (
    "It learned from acted speech; spontaneous emotion is weaker and mixed.",
    "It names the acted class that a voice resembles, not what a person feels.",
    "Another language, microphone, room or age group than the training data's lowers the figures; measure on yours.",
)


#: CC-BY-NC-SA-4.0, "non-commercial use only", "research only", "free for academic purposes".
_NON_COMMERCIAL = re.compile(r"(?<![a-z])nc(?![a-z])|non[- ]?commercial|research|academic", re.IGNORECASE)


@dataclass(frozen=True)
class DataUsed:
    """One corpus that a model learned from.

    ``non_commercial`` is read from the licence's name unless it is given.

    Examples
    --------
    >>> DataUsed("savee", "research only", "", 480, 4).non_commercial
    True
    >>> DataUsed("tess", "CC-BY-NC-ND-4.0", "", 2800, 2).non_commercial
    True
    """

    corpus: str
    licence: str
    credit: str
    clips: int
    speakers: int
    non_commercial: bool | None = None

    def __post_init__(self) -> None:
        if self.non_commercial is None:
            object.__setattr__(self, "non_commercial", bool(_NON_COMMERCIAL.search(self.licence)))


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
        Every setting of the run, as plain values; of a personal bundle also "adapted": by what.
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

    @property
    def non_commercial(self) -> tuple[DataUsed, ...]:
        """The data whose licences forbid commercial use: what was learned from it is not to be sold either."""
        return tuple(used for used in self.data if used.non_commercial)

    @property
    def adapted(self) -> dict[str, Any] | None:
        """Of a personal bundle, what made it so: clips, seconds, before and after."""
        return self.recipe.get("adapted")

    @property
    def honest(self) -> dict[str, Any] | None:
        """The first figure that is speaker-independent."""
        return next((figure for figure in self.figures if figure["honest"]), None)
