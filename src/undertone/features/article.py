"""article.v1: the 162 numbers of the article, equal to librosa 0.11.

Time means, at 22,050 Hz with frames of 2048 and hops of 512, of the zero-crossing rate (1), chroma of the magnitude
spectrum (12), MFCC (20), rms (1) and mel power (128). The article's notebooks stack them in this order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from undertone.features.feature_set import FEATURES, FeatureSet
from undertone.runtime import host

NOTES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def article(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Compute article.v1 of a clip as it is.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
        At 22,050 Hz, n >= 1, finite.

    Returns
    -------
    ndarray of float32, shape (162,)

    Raises
    ------
    AudioError
        No samples.

    Examples
    --------
    >>> article(np.zeros(22050, np.float32)).shape
    (162,)
    """
    whole = host.settings(feature_set="article.v1", segmentation="whole", segment_s=2.5, trim_db=0.0)
    return host.features(whole, samples)


FEATURES.add(
    "article.v1",
    FeatureSet(
        name="article.v1",
        rate=22050,
        blocks=(("zcr", 1), ("chroma", 12), ("mfcc", 20), ("rms", 1), ("mel", 128)),
        names=(
            "zcr",
            *(f"chroma_{note}" for note in NOTES),
            *(f"mfcc_{i}" for i in range(20)),
            "rms",
            *(f"mel_{i}" for i in range(128)),
        ),
        compute=article,
        peer="librosa 0.11",
    ),
)
