"""What a program is made of, as plain values: neither the compiler nor the C knows what a bundle is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from undertone.compiler import Graph

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class FrontEndSettings:
    """The fields of ``ut_settings``, in words, and the rate of the feature set."""

    feature_set: str
    segmentation: str
    segment_s: float
    trim_db: float
    rate: int

    @property
    def streams(self) -> bool:
        """Whether segments have a bounded length, so that sound can be answered while it comes in."""
        return self.segmentation == "grid"


@dataclass(frozen=True)
class GoldenSound:
    """Sound and the scores recorded for it."""

    name: str
    rate: int
    pcm: NDArray[np.int16]
    segments: int
    scores: Floats


@dataclass(frozen=True)
class DoubtParts:
    """The fields of ``ut_doubt``; of vectors, ``mean`` and ``inv_scale`` are empty."""

    limit: float
    usual_s: float
    mean: Floats
    inv_scale: Floats


@dataclass(frozen=True)
class VoiceParts:
    """The fields of ``ut_voice_lines``: lines over scaled statistics z, and how much a voice's numbers are trusted.

    Attributes
    ----------
    general, personal : ndarray of float32, shape (labels, statistics)
    general_bias, personal_bias : ndarray of float32, shape (labels,)
    within : ndarray of float32, shape (statistics,)
        (z - mean of z) * within: how strange a segment is for the voice.
    limit : float
        Of that.
    hesitation, rest_hesitation, unheard : float
        See `undertone.bundle.personal`.
    """

    general: Floats
    general_bias: Floats
    personal: Floats
    personal_bias: Floats
    within: Floats
    limit: float
    hesitation: float
    rest_hesitation: float
    unheard: float


@dataclass(frozen=True)
class ProgramParts:
    """All of a program that hears.

    Attributes
    ----------
    graph : Graph
        Scaled features of one segment to class probabilities.
    settings : FrontEndSettings
        Sound to features.
    labels : tuple of str
        In the order of the network's outputs.
    mean, inv_scale : ndarray of float32, shape (columns + statistics,)
        z = (f - mean) * inv_scale; a column's repeats with every frame of the sequence.
    temperature : float
        Calibration.
    doubt : DoubtParts or None
        What training segments were like.
    unknown_below : float
        A best score below it is answered "unknown"; 0: never.
    name, sha256 : str
        Of the model, printed with each answer.
    golden : tuple of GoldenSound
        Replayed by the program on demand; at least one has the microphone's rate.
    rate : int
        Of the microphone, in Hz: what is fed while it comes in.
    voice : VoiceParts or None
        Of a program that follows one voice.
    """

    graph: Graph
    settings: FrontEndSettings
    labels: tuple[str, ...]
    mean: Floats
    inv_scale: Floats
    temperature: float
    name: str
    sha256: str
    golden: tuple[GoldenSound, ...]
    rate: int
    doubt: DoubtParts | None = None
    unknown_below: float = 0.0
    voice: VoiceParts | None = None
