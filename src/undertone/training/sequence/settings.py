"""How a network of sequences is trained, and how its examples are varied."""

from __future__ import annotations

from dataclasses import dataclass, replace

from undertone.errors import ConfigError


@dataclass(frozen=True)
class SpectralSettings:
    """What happens to each crop, in this order; all of it in units of the scaled log-mel (2.5 nepers of power are 1).

    Attributes
    ----------
    time : float
        Speed: one resampling in time by exp(U(-time, time)).
    shift_bands : float
        Voice size: bands moved by U(-shift, shift), the pitch with them.
    stretch_bands : float
        Bands stretched about the middle by exp(U(-stretch, stretch)).
    noise_share : float
        Share of the crops that get a noise, of a level drawn from `noise_level`, tilted by N(0, `noise_tilt`).
    tilt : float
        Deviation of a random linear and a random quadratic tilt over the bands: rooms and microphones.
    band_masks, band_mask_width, time_masks, time_mask_width : int
        How many stretches are set to zero, each 0 to width wide.
    mixup_share, mixup_beta : float
        Share of the batches that are mixed with themselves in another order, by a weight of Beta(beta, beta), the
        larger one first.
    """

    time: float = 0.22
    shift_bands: float = 3.0
    stretch_bands: float = 0.06
    noise_share: float = 0.5
    noise_level: tuple[float, ...] = (-3.2, -0.8)
    noise_tilt: float = 0.5
    tilt: float = 0.15
    band_masks: int = 2
    band_mask_width: int = 8
    time_masks: int = 2
    time_mask_width: int = 24
    mixup_share: float = 0.7
    mixup_beta: float = 0.3


@dataclass(frozen=True)
class HearingSettings:
    """Whether networks of sequences hear the copies that the line beside them learns from.

    Attributes
    ----------
    copies : float
        Share of an epoch's draws that are copies of `sound` (noise, rooms, telephones) instead of the clips; the noise
        in `spectral` is added in log-mel bands alone.

    Raises
    ------
    ConfigError
        Less than 0, or 1 and more: the clips themselves must be heard.
    """

    copies: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.copies < 1:
            raise ConfigError(f"hearing: copies is {self.copies}; accepted: 0 (clips alone) to less than 1")


@dataclass(frozen=True)
class SequenceSettings:
    """AdamW with a warm start and a cosine to zero; what is kept is the running average of the weights.

    The number of epochs is fixed and the last average is the network: no clip chooses an epoch, so all training
    speakers can train.

    Attributes
    ----------
    epochs : int
        Each of as many draws as there are training clips, a class drawn by the square root of its size.
    batch_size : int
        Crops a step.
    frames : int
        Length of a crop.
    learning_rate, warm_up, weight_decay, clip_norm : float
        The highest rate; the share of the steps that climb to it; decay of kernels, not of biases or norms; the
        longest gradient.
    label_smoothing : float
        Taken from the label and spread over all classes.
    averaging : float
        Weight of the past in the running average; less at the beginning: (1 + t) / (10 + t).
    trunk_epochs : int
        Of the trunk: the network that learns from other corpora alone, where there are any.
    trunk_below : int
        With fewer training speakers a network begins at the trunk; with so many it is as good without.
    tuning_epochs, tuning_rate : int, float
        Schedule of a network that begins at the trunk.
    beside_below, beside : int, float
        With fewer training speakers it goes on hearing the others: so many of their clips for each of its own. With
        more that does harm.
    seed : int
        Names first weights, draws, crops, variations, dropout.

    Raises
    ------
    ConfigError
        A number is out of range.
    """

    epochs: int = 60
    batch_size: int = 32
    frames: int = 160
    learning_rate: float = 2e-3
    warm_up: float = 0.05
    weight_decay: float = 1e-2
    clip_norm: float = 5.0
    label_smoothing: float = 0.1
    averaging: float = 0.99
    trunk_epochs: int = 15
    trunk_below: int = 16
    tuning_epochs: int = 30
    tuning_rate: float = 1.5e-3
    beside_below: int = 3
    beside: float = 0.5
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (
            ("epochs", 1),
            ("batch_size", 2),
            ("frames", 8),
            ("trunk_epochs", 1),
            ("tuning_epochs", 1),
            ("seed", 0),
        ):
            if getattr(self, name) < least:
                raise ConfigError(f"training: {name} is {getattr(self, name)}; accepted: {least} and more")
        for name in ("learning_rate", "tuning_rate", "warm_up", "label_smoothing", "averaging"):
            if not 0 <= getattr(self, name) < 1:
                raise ConfigError(f"training: {name} is {getattr(self, name)}; accepted: 0 to less than 1")
        if not 0 <= self.beside <= 10:
            raise ConfigError(f"training: beside is {self.beside}; accepted: 0 to 10")

    @property
    def of_trunk(self) -> SequenceSettings:
        """The schedule of the network that learns from other corpora alone."""
        return replace(self, epochs=self.trunk_epochs)

    @property
    def of_tuning(self) -> SequenceSettings:
        """The schedule of a network that begins at the trunk."""
        return replace(self, epochs=self.tuning_epochs, learning_rate=self.tuning_rate)
