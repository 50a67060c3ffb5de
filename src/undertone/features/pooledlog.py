"""pooledlog.v1: a clip as 389 statistics of its frames, for a small network or a line.

The frames are those of melpitch.v1 with its default settings, of the clip as it is. None of the numbers depends on the
level. Deviations are divided by n; percentiles lie on straight lines between neighbours (numpy.percentile's default);
steps are differences between neighbouring frames.

* Bands: pairs of the 64 log-mel bands, floored 13.8 nats below the clip's largest, averaged to 32, less their grand
  mean over the clip. Coefficients (MFCC): the first 20 of the orthonormal DCT-II of these bands. Of each: mean,
  deviation, 10, 50, 90 percent. Of the bands: mean and deviation of the size of the steps; of the coefficients:
  deviation of the steps.
* Pitch: ln(f0 / 180 Hz) over the frames with a voicing above 0.6: mean, deviation, 5, 25, 50, 75, 95 percent, the last
  less the first; mean size of the steps between neighbours that are both voiced; slope of the line of least squares,
  per second; mean of the first third of these frames less that of the last. Then the share of such frames, mean and
  deviation of the voicing. What needs more voiced frames than there are is 0.
* Duration in seconds.
* Loudness: ln of the summed bands less the loudest frame's, at least -13.8: mean, deviation, 5, 25, 50, 75 percent,
  mean size of the steps, share of frames within 2 nats of the loudest.
* Rhythm: with C(k) the sum over frames n of (loudness - mean) exp(-2 pi i k n / 256): ln(mean |C(k)| / frames + 1e-3)
  over k = 1-4, 5-8 ... 29-32; 0.24 to 7.8 beats a second.
* rms (over the largest of the clip) and zero-crossing rate of the frames' 512 samples: mean, deviation, 10, 50, 90
  percent, mean and deviation of the size of the steps.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from undertone.features.feature_set import FEATURES, FeatureSet
from undertone.runtime import host

BANDS = tuple(f"band_{i}" for i in range(32))
COEFFICIENTS = tuple(f"mfcc_{i}" for i in range(20))
SPREAD = ("mean", "deviation", "p10", "p50", "p90")
STEPS = ("step_mean", "step_deviation")
PITCH = ("mean", "deviation", "p5", "p25", "p50", "p75", "p95", "range", "step_mean", "slope", "fall")
VOICING = ("share", "mean", "deviation")
LOUDNESS = ("mean", "deviation", "p5", "p25", "p50", "p75", "step_mean", "near_peak")


def pooledlog(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Compute pooledlog.v1 of a clip as it is.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
        At 16 kHz, n >= 1, finite.

    Returns
    -------
    ndarray of float32, shape (389,)

    Raises
    ------
    AudioError
        No samples.

    Examples
    --------
    >>> pooledlog(np.zeros(16000, np.float32)).shape
    (389,)
    """
    whole = host.settings(feature_set="pooledlog.v1", segmentation="whole", segment_s=2.5, trim_db=0.0)
    return host.features(whole, samples)


def _of(quantities: tuple[str, ...], *statistics: str) -> tuple[str, ...]:
    """Names of every statistic of every quantity, a statistic at a time."""
    return tuple(f"{quantity}_{statistic}" for statistic in statistics for quantity in quantities)


NAMES = (
    *_of(BANDS, *SPREAD),
    *_of(COEFFICIENTS, *SPREAD),
    *_of(BANDS, *STEPS),
    *_of(COEFFICIENTS, "step_deviation"),
    *_of(("pitch",), *PITCH),
    *_of(("voicing",), *VOICING),
    "duration_s",
    *_of(("loudness",), *LOUDNESS),
    *(f"rhythm_{i}" for i in range(8)),
    *_of(("rms",), *SPREAD, *STEPS),
    *_of(("zcr",), *SPREAD, *STEPS),
)

FEATURES.add(
    "pooledlog.v1",
    FeatureSet(
        name="pooledlog.v1",
        rate=16000,
        blocks=(
            ("band", 160),
            ("mfcc", 100),
            ("band step", 64),
            ("mfcc step", 20),
            ("pitch", 11),
            ("voicing", 3),
            ("duration", 1),
            ("loudness", 8),
            ("rhythm", 8),
            ("rms", 7),
            ("zcr", 7),
        ),
        names=NAMES,
        compute=pooledlog,
        peer="the formulas in NumPy",
        taken_out="its level",
    ),
)
