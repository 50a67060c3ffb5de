"""A condition is a kind and a strength: white noise at 10 dB, a room of 0.6 s."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from undertone.audio.codec import coded
from undertone.audio.resample import resample
from undertone.augment.conditions.length import of_length
from undertone.augment.conditions.line import gain, telephone
from undertone.augment.conditions.noise import babble, street, white, with_noise
from undertone.augment.conditions.room import room
from undertone.errors import ConfigError, InputError, UnknownNameError, nearest
from undertone.types import Clip

#: People who talk at once in a babble.
PEOPLE = 6


@dataclass(frozen=True)
class Surroundings:
    """What else can be heard; only some conditions ask for it.

    Attributes
    ----------
    voices : tuple of Clip
        Other people, one clip each.
    more : tuple of Clip
        What the same voice says in the same way elsewhere.
    """

    voices: tuple[Clip, ...] = ()
    more: tuple[Clip, ...] = ()

    def at(self, rate: int) -> Surroundings:
        """Return the same at another rate."""
        return Surroundings(
            tuple(resample(clip, rate) for clip in self.voices), tuple(resample(clip, rate) for clip in self.more)
        )


Change = Callable[[Clip, float, np.random.Generator, Surroundings], Clip]


@dataclass(frozen=True)
class Kind:
    """A family of conditions.

    Attributes
    ----------
    title, unit : str
        "white noise", "dB".
    strengths : tuple of float
        Those that are measured unless others are asked for, the mildest first.
    accepted : tuple of float
        Least and most.
    change : callable
    needs : str
        The part of `Surroundings` that it cannot do without; "" for none.
    """

    title: str
    unit: str
    strengths: tuple[float, ...]
    accepted: tuple[float, float]
    change: Change
    needs: str = ""


RATIOS = (30.0, 20.0, 10.0, 5.0, 0.0)


def _babble(clip: Clip, strength: float, rng: np.random.Generator, around: Surroundings) -> Clip:
    people = babble(len(clip.samples), clip.rate, rng, around.at(clip.rate).voices)
    return with_noise(clip, people, decibels=strength)


KINDS: dict[str, Kind] = {
    "white": Kind(
        "white noise",
        "dB",
        RATIOS,
        (-30, 60),
        lambda c, s, rng, _: with_noise(c, white(len(c.samples), c.rate, rng), decibels=s),
    ),
    "street": Kind(
        "street",
        "dB",
        RATIOS,
        (-30, 60),
        lambda c, s, rng, _: with_noise(c, street(len(c.samples), c.rate, rng), decibels=s),
    ),
    "babble": Kind("babble", "dB", RATIOS, (-30, 60), _babble, needs="voices"),
    "room": Kind("room", "s", (0.3, 0.6, 1.0), (0.05, 10), lambda c, s, rng, _: room(c, rng, decay_s=s)),
    "telephone": Kind("telephone", "kHz", (8.0,), (7, 16), lambda c, s, *_: telephone(c, rate=round(1000 * s))),
    "opus": Kind("opus", "kbit/s", (24.0, 12.0), (6, 256), lambda c, s, *_: coded(c, "opus", kbits=s)),
    "mp3": Kind("mp3", "kbit/s", (64.0, 32.0), (8, 160), lambda c, s, *_: coded(c, "mp3", kbits=s)),
    "gain": Kind("gain", "dB", (-30.0, -15.0, 0.0, 6.0, 12.0), (-80, 40), lambda c, s, *_: gain(c, decibels=s)),
    "length": Kind(
        "length",
        "s",
        (0.5, 1.0, 2.0, 4.0, 8.0),
        (0.05, 600),
        lambda c, s, rng, around: of_length(c, around.at(c.rate).more, seconds=s),
        needs="more",
    ),
}


@dataclass(frozen=True)
class Condition:
    """What happens to a voice on its way.

    Attributes
    ----------
    kind : str
        A name of `KINDS`: white, street, babble (noise; strength: signal-to-noise ratio in dB, the signal being what is
        said without the silence about it), room (RT60 in s), telephone (samples a second, kHz), opus, mp3 (kbit/s),
        gain (dB of the loudest sample over full scale, in 16 bits), length (s).
    strength : float

    Raises
    ------
    UnknownNameError
        Another kind.
    ConfigError
        A strength out of range.

    Examples
    --------
    >>> Condition("white", 10).name
    'white noise 10 dB'
    """

    kind: str
    strength: float

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UnknownNameError("condition", self.kind, KINDS)
        low, high = self.what.accepted
        if not low <= self.strength <= high:
            raise ConfigError(f"condition {self.kind}: {self.strength:g} {self.what.unit}; accepted: {low} to {high}")

    @property
    def what(self) -> Kind:
        """The family that it is of."""
        return KINDS[self.kind]

    @property
    def name(self) -> str:
        """Its name for people."""
        return f"{self.what.title} {self.strength:g} {self.what.unit}"

    @property
    def key(self) -> str:
        """Its name for files and options: "white=10"."""
        return f"{self.kind}={self.strength:g}"


#: Those that are measured unless others are asked for.
CONDITIONS = tuple(Condition(kind, strength) for kind, what in KINDS.items() for strength in what.strengths)


def under(clip: Clip, condition: Condition, rng: np.random.Generator, around: Surroundings = Surroundings()) -> Clip:
    """Return a clip as it is heard under a condition.

    Parameters
    ----------
    clip : Clip
        At any rate, at least one sample.
    rng : numpy.random.Generator
        The one source of chance.
    around : Surroundings
        Voices for babble; more of the same for length.

    Returns
    -------
    Clip
        At its own rate; telephone and codecs have theirs.

    Raises
    ------
    InputError
        Babble without other voices.

    Examples
    --------
    >>> tone = Clip(np.sin(np.arange(16000, dtype=np.float32) / 9), 16000)
    >>> noisy = under(tone, Condition("white", 20), np.random.default_rng(0))
    >>> added = noisy.samples - tone.samples
    >>> round(float(20 * np.log10(np.std(tone.samples) / np.std(added))), 1)
    20.0
    """
    if condition.what.needs == "voices" and not around.voices:
        raise InputError(f"condition {condition.kind} needs other voices; none was given")
    return condition.what.change(clip, condition.strength, rng, around)


def conditions_from(words: str) -> tuple[Condition, ...]:
    """Read conditions from an option: "all", kinds, or kinds with a strength, with commas.

    Examples
    --------
    >>> [c.key for c in conditions_from("room,white=7.5")]
    ['room=0.3', 'room=0.6', 'room=1', 'white=7.5']
    """
    found: list[Condition] = []
    for word in filter(None, (word.strip() for word in words.split(","))):
        kind, _, strength = word.partition("=")
        if word == "all":
            found += CONDITIONS
        elif kind not in KINDS:
            hint = nearest(kind, KINDS)
            raise ConfigError(f"--conditions: unknown {kind!r}{hint}; accepted: all, {', '.join(KINDS)}, KIND=STRENGTH")
        elif not strength:
            found += [Condition(kind, value) for value in KINDS[kind].strengths]
        else:
            try:
                found.append(Condition(kind, float(strength)))
            except ValueError as error:
                if isinstance(error, InputError):
                    raise
                raise ConfigError(
                    f"--conditions: {word!r} has no number behind '='; accepted: {kind}=NUMBER in {KINDS[kind].unit}"
                ) from error
    if not found:
        raise ConfigError(f"--conditions: none named; accepted: all, {', '.join(KINDS)}, KIND=STRENGTH")
    return tuple(dict.fromkeys(found))
