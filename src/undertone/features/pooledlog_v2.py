"""pooledlog.v2: the 389 numbers of pooledlog.v1, then 701 on how they go together, how fast they change, where they go.

The rows are those of pooledlog.v1, frame by frame: 32 bands, coefficients c_0 to c_19 (MFCC), loudness, and pitch in
frames with a voicing above 0.6. Moments are divided by n. With T frames and sd the deviation of a coefficient over
them:

* Covariance: sign(x) sqrt|x| of the covariances of c_0 to c_15; of each with itself and all after it.
* Step correlation: of the steps s from frame to frame, sum s_i s_j / (T - 1) over (r_i + 1e-3) (r_j + 1e-3), where r is
  their root mean square; of each of c_0 to c_15 with all after it.
* Autocovariance of c_0 to c_15 at 1, 2, 4, 8, 16, 32 frames (T - 1 where there are fewer): mean over the pairs of
  frames so far apart, over (sd + 1e-3)^2; lag by lag.
* Modulation: with C(k) the discrete Fourier transform, at 512 points, of the first n = min(T, 512) frames of c_0 to
  c_15 less their means: ln(mean |C(k)|^2 / n + 1e-6) over k = 1-4, 5-8, 9-16, 17-32, 33-64, 65-128, 129-256, which is
  0.1 to 31 changes a second; bin by bin.
* Average spectra: mean of each band over frames with a pitch (0 if they are three or fewer), over frames with a
  loudness of at least its 70 percent quantile, of at most its 30 percent quantile; each less the mean over all frames.
* Evolution: mean over frames t of (x - mean x) cos(pi k (t + 1/2) / T) for k = 1, 2, 3, 4; x is c_0 to c_19, loudness,
  pitch (ln f0 less its mean over frames that have one; 0 in others), voicing; k by k.
* Intonation, over frames with a pitch, if they are more than eight, else 0: ln f0 less its median: 2, 10, 25, 75, 90,
  98 percent, deviation, mean size of the steps from each such frame to the next, correlation with c_0 to c_7 and with
  the loudness (0 where one of both has no deviation).
* Shape of c_0 to c_15, with z = (c - mean) / (sd + 1e-3): mean z^3; then ln(mean z^4 + 1e-6).

A single frame, silence and a clip without a pitch have finite numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from undertone.features.feature_set import FEATURES, FeatureSet
from undertone.features.pooledlog import BANDS, COEFFICIENTS
from undertone.runtime import host

LAGS = (1, 2, 4, 8, 16, 32)
LEADING = COEFFICIENTS[:16]
#: A statistic that deviates by less over clips is rounding (the mean of what has no mean), and every build rounds
#: otherwise: a line over statistics does not listen to it.
LEAST_DEVIATION = 1e-4
OTHERS = ("p2", "p10", "p25", "p75", "p90", "p98", "deviation", "step")


def pooledlog_v2(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Compute pooledlog.v2 of a clip as it is.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
        At 16 kHz, n >= 1, finite.

    Returns
    -------
    ndarray of float32, shape (1090,)
        The first 389 are those of pooledlog.v1.

    Raises
    ------
    AudioError
        No samples.

    Examples
    --------
    >>> pooledlog_v2(np.zeros(16000, np.float32)).shape
    (1090,)
    """
    whole = host.settings(feature_set="pooledlog.v2", segmentation="whole", segment_s=2.5, trim_db=0.0)
    return host.features(whole, samples)


def _pairs(first: int) -> tuple[str, ...]:
    """Name each coefficient with those `first` and more places after it."""
    return tuple(f"{a}_{b}" for i, a in enumerate(LEADING) for b in LEADING[i + first :])


def _each(quantities: tuple[str, ...], word: str, turns: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(f"{quantity}_{word}_{turn}" for turn in turns for quantity in quantities)


BLOCKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("covariance", tuple(f"{pair}_covariance" for pair in _pairs(0))),
    ("step correlation", tuple(f"{pair}_step_correlation" for pair in _pairs(1))),
    ("autocovariance", _each(LEADING, "lag", LAGS)),
    ("modulation", _each(LEADING, "modulation", tuple(range(7)))),
    ("average spectra", tuple(f"{band}_{kind}" for kind in ("voiced", "loud", "soft") for band in BANDS)),
    ("evolution", _each((*COEFFICIENTS, "loudness", "pitch", "voicing"), "evolution", (1, 2, 3, 4))),
    (
        "intonation",
        (
            *(f"intonation_{other}" for other in OTHERS),
            *(f"intonation_{quantity}" for quantity in (*COEFFICIENTS[:8], "loudness")),
        ),
    ),
    ("skewness", tuple(f"{c}_skewness" for c in LEADING)),
    ("kurtosis", tuple(f"{c}_log_kurtosis" for c in LEADING)),
)

_before = FEATURES["pooledlog.v1"]

POOLEDLOG_V2 = FeatureSet(
    name="pooledlog.v2",
    rate=16000,
    blocks=(*_before.blocks, *((block, len(names)) for block, names in BLOCKS)),
    names=(*_before.names, *(name for _, names in BLOCKS for name in names)),
    compute=pooledlog_v2,
    peer="the formulas in NumPy",
    taken_out="its level",
)

FEATURES.add("pooledlog.v2", POOLEDLOG_V2)
