"""logmel.v1: a sequence of log-mel frames at 16 kHz, for networks that look at time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from undertone.features.feature_set import FEATURES, FeatureSet
from undertone.runtime import logmel as native
from undertone.runtime.logmel import LogMelStream


@dataclass(frozen=True)
class LogMel:
    """The settings of logmel.v1.

    Frames of 512 samples with a periodic Hann window, centred on every `hop`-th sample, silence outside the clip; power
    spectrum; triangles of height one, evenly spaced on the HTK mel scale, 2595 log10(1 + f/700); ln(energy + 1e-8).
    Equal to ``np.log(librosa.feature.melspectrogram(y=y, sr=16000, n_fft=512, hop_length=hop, n_mels=bands,
    fmin=low_hz, fmax=high_hz, htk=True, norm=None) + 1e-8).T`` of librosa 0.11.

    Attributes
    ----------
    bands : int
        Triangles, 1 to 256. Narrow ones may hold no bin; they then give ln(1e-8).
    hop : int
        Samples from frame to frame, 1 to 512.
    low_hz, high_hz : float
        Edges of the lowest and the highest triangle, within 0 to 8000.
    """

    bands: int = 64
    hop: int = 256
    low_hz: float = 50.0
    high_hz: float = 7600.0

    def __post_init__(self) -> None:
        native.plan(self.bands, self.hop, self.low_hz, self.high_hz)

    def transform(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Compute the frames of a clip.

        Parameters
        ----------
        samples : ndarray of float32, shape (n,)
            At 16 kHz, n >= 1, finite.

        Returns
        -------
        ndarray of float32, shape (1 + n // hop, bands)

        Raises
        ------
        AudioError
            No samples.

        Examples
        --------
        >>> LogMel(bands=40).transform(np.zeros(16000, np.float32)).shape
        (63, 40)
        """
        return native.logmel(samples, bands=self.bands, hop=self.hop, low_hz=self.low_hz, high_hz=self.high_hz)

    def stream(self) -> LogMelStream:
        """Return a stream that gives the same bits piece by piece."""
        return LogMelStream(bands=self.bands, hop=self.hop, low_hz=self.low_hz, high_hz=self.high_hz)


FEATURES.add(
    "logmel.v1",
    FeatureSet(
        name="logmel.v1",
        rate=16000,
        blocks=(("logmel", LogMel().bands),),
        names=tuple(f"logmel_{i}" for i in range(LogMel().bands)),
        compute=LogMel().transform,
        peer="librosa 0.11 (htk=True, norm=None)",
        sequence=True,
    ),
)
