"""Which copies of a clip are made, and how strong each change is."""

from __future__ import annotations

from dataclasses import dataclass

from undertone.errors import ConfigError, UnknownNameError

#: Names of the changes, as `AugmentSettings.copies` accepts them.
CHANGES = ("noise", "pitch", "shift", "stretch")


@dataclass(frozen=True)
class AugmentSettings:
    """The article's scheme by default: two copies a clip, one with noise, one stretched and then raised in pitch.

    Attributes
    ----------
    copies : tuple of tuple of str
        One entry a copy: the changes that make it, in order; each of noise, pitch, shift, stretch.
    noise : float
        Largest deviation of the white noise as a share of the clip's largest magnitude, 0 to 1. Each copy draws its
        own share evenly from 0 to this.
    stretch_rate : float
        Speed, 0.5 to 2: 0.8 makes a clip a quarter longer and leaves its pitch.
    pitch_semitones : float
        -12 to 12: 0.7 raises the pitch by 4.1 % and leaves the length.
    shift_ms : float
        Largest rotation in time to either side; each copy draws its own. What leaves at one end comes in at the
        other. The default is 5000 samples at 22,050 Hz.

    Raises
    ------
    ConfigError
        A number is out of range.
    UnknownNameError
        A change that does not exist.
    """

    copies: tuple[tuple[str, ...], ...] = (("noise",), ("stretch", "pitch"))
    noise: float = 0.035
    stretch_rate: float = 0.8
    pitch_semitones: float = 0.7
    shift_ms: float = 5000 / 22.05

    def __post_init__(self) -> None:
        for change in (change for copy in self.copies for change in copy):
            if change not in CHANGES:
                raise UnknownNameError("augmentation", change, CHANGES)
        # Beyond a factor of two the stretcher draws from a generator that nobody can seed.
        for name, low, high in (
            ("noise", 0.0, 1.0),
            ("stretch_rate", 0.5, 2.0),
            ("pitch_semitones", -12.0, 12.0),
            ("shift_ms", 0.0, 60_000.0),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ConfigError(f"augment: {name} is {value}; accepted: {low:g} to {high:g}")
