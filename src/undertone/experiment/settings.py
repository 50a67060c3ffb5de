"""Every setting of a run, each default written once in the dataclass of its stage."""

from __future__ import annotations

from dataclasses import dataclass, field

from undertone.augment import AugmentSettings
from undertone.features.frontend import FrontEnd
from undertone.training import TrainSettings


@dataclass(frozen=True)
class ExperimentSettings:
    """What `undertone train` reads from a TOML file and its options.

    Attributes
    ----------
    corpus : str
        A corpus's name or a path that `undertone corpus import` would take.
    model : str
        A name of `undertone.models.MODELS`.
    hold_out : tuple of str or None
        The speakers who judge; none of their clips is heard in training. None: a fifth of them, drawn by the seed,
        together covering all classes. Empty: nobody (a bundle to ship, whose figures come from elsewhere).
    """

    corpus: str
    model: str = "article"
    hold_out: tuple[str, ...] | None = None
    frontend: FrontEnd = field(default_factory=FrontEnd)
    augment: AugmentSettings = field(default_factory=AugmentSettings)
    train: TrainSettings = field(default_factory=TrainSettings)
