"""melpitch.v1: a clip as a sequence of normalised log-mel bands and pitch, for networks that look at time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from undertone.errors import ConfigError
from undertone.features.feature_set import FEATURES, FeatureSet
from undertone.runtime import host
from undertone.runtime import melpitch as native
from undertone.runtime.frame_stream import FrameStream
from undertone.types import Clip

RATE = 16000


@dataclass(frozen=True)
class MelPitch:
    """The settings of melpitch.v1.

    Frames are centred on every `hop`-th sample; beyond its edges the clip is mirrored (numpy.pad's "reflect").

    Bands: 512 samples, periodic Hann window, power spectrum, triangles of height one evenly spaced on the HTK mel
    scale, L = ln(energy + 1e-8). Equal to librosa 0.11 as `LogMel` is, but for the mirrored edges
    (``pad_mode="reflect"``).

    Pitch: 1024 samples less their mean under a periodic Hann window, then under that window; autocorrelation divided by
    the window's own and by lag 0; the first of the lags 32 to 246 above 0.9 of the largest value, from which the next
    local maximum is climbed to: f0 = 16000 / lag. The voicing v is the largest value, within 0 and 1; it is 0 (and so
    is f0) for a frame without sound.

    Sequence: with e = ln(sum of the mel energies + 1e-8), frames before the first and after the last with
    e >= max e - ln(10) / 10 trim_db are dropped, but for two on each side. Each frame weighs
    w = 1 / (1 + exp(-(e - max e + 7))). Then, with means over the kept frames weighted by w,

    * band: (max(L, max L - floor) - its mean) / 2.5;
    * relative pitch: 2 v (ln f0 - mean ln f0 over frames with v > 0.5); 0 in a clip without such a frame;
    * voicing: 2 v - 1.

    Attributes
    ----------
    bands : int
        Triangles, 1 to 256.
    hop : int
        Samples from frame to frame, 1 to 512.
    low_hz, high_hz : float
        Edges of the lowest and the highest triangle, within 0 to 8000.
    trim_db : float
        0 to 200; 0 keeps all frames.
    floor : float
        Nats, more than 0, at most 100.
    """

    bands: int = 64
    hop: int = 256
    low_hz: float = 50.0
    high_hz: float = 7600.0
    trim_db: float = 40.0
    floor: float = 13.8

    def __post_init__(self) -> None:
        native.plan(self._values)

    @property
    def _values(self) -> native.Values:
        return native.Values(self.bands, self.hop, self.low_hz, self.high_hz, self.trim_db, self.floor)

    @property
    def frame_names(self) -> tuple[str, ...]:
        """What the columns of `frames` are."""
        bands = tuple(f"logmel_{i}" for i in range(self.bands))
        return (*bands, "loudness", "f0", "voicing", "rms", "zcr")

    @property
    def names(self) -> tuple[str, ...]:
        """What the columns of `compute` are."""
        return (*(f"mel_{i}" for i in range(self.bands)), "pitch", "voicing")

    def frames(self, sound: Clip | NDArray[np.float32]) -> NDArray[np.float32]:
        """Compute what each frame hears, before the clip is looked at as a whole.

        Parameters
        ----------
        sound : Clip, or ndarray of float32, shape (n,)
            A clip at any rate, or samples at 16 kHz; n >= 1, finite.

        Returns
        -------
        ndarray of float32, shape (1 + n // hop, bands + 5)
            Log-mel bands; loudness e; f0 in Hz, 0 where there is no sound; voicing, 0 to 1; rms of the 512 samples;
            their zero-crossing rate (sign changes / 512; values down to -1e-10 count as positive).

        Raises
        ------
        AudioError
            No samples.
        """
        samples = host.resample(sound.samples, sound.rate, RATE) if isinstance(sound, Clip) else sound
        return native.frames(self._values, samples)

    def stream(self) -> FrameStream:
        """Return a stream that gives the bits of `frames` piece by piece, for samples at 16 kHz.

        The sequence needs its whole clip: collect the frames, then call `normalise`.
        """
        return native.stream(self._values)

    def normalise(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        """Turn all frames of a clip into its sequence.

        Parameters
        ----------
        frames : ndarray of float32, shape (frames, bands + 5)
            From `frames`.

        Returns
        -------
        ndarray of float32, shape (kept frames, bands + 2)

        Raises
        ------
        ConfigError
            Another number of columns.
        """
        if frames.ndim != 2 or frames.shape[1] != self.bands + 5:
            raise ConfigError(f"melpitch.v1: frames of shape {frames.shape}; accepted: (frames, {self.bands + 5})")
        return native.normalise(self._values, frames)

    def compute(self, sound: Clip | NDArray[np.float32]) -> NDArray[np.float32]:
        """Compute the sequence of a clip.

        Parameters
        ----------
        sound : Clip, or ndarray of float32, shape (n,)
            A clip at any rate, or samples at 16 kHz; n >= 1, finite.

        Returns
        -------
        ndarray of float32, shape (frames, bands + 2)
            At most 1 + n // hop frames.

        Raises
        ------
        AudioError
            No samples.

        Examples
        --------
        >>> tone = np.sin(np.arange(16000, dtype=np.float32) * (2 * np.pi * 200 / 16000))
        >>> MelPitch().compute(tone).shape
        (63, 66)
        >>> MelPitch().frames(tone)[30, 65:67].round(3)  # f0 and voicing
        array([200.,   1.], dtype=float32)
        """
        return self.normalise(self.frames(sound))


FEATURES.add(
    "melpitch.v1",
    FeatureSet(
        name="melpitch.v1",
        rate=RATE,
        blocks=(("mel", MelPitch().bands), ("pitch", 1), ("voicing", 1)),
        names=MelPitch().names,
        compute=MelPitch().compute,
        peer="librosa 0.11 (log-mel); the formulas in NumPy",
        sequence=True,
        taken_out="its level, and the mean of each band and of the pitch",
    ),
)
