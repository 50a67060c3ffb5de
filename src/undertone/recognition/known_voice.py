"""Lines over statistics for a voice that is known: by clips alone, or by clips with labels.

**By clips alone.** A voice is its mean m over all its statistics. The personal line of a bundle takes x - m (see
`undertone.bundle.personal`); the general line takes x as it is. A mean of few clips is rough, so the two are mixed:
the personal line's share is n / (n + 20) for n clips. Both are lines, and so is their mixture. A network beside the
line knows a voice in the same way: by the mean r of the logits that it gives to it, of which the line's bias takes away
n / (n + 10).

That m and r stand for the voice assumes that the clips cover its ways of speaking about evenly.

**With labels.** The last layer is fitted further: to the logits f(x) that the bundle gives anyway a function g of the
scaled statistics z is added, ``g(x) = z @ D + d`` with D and d zero on average before anything is heard, of variances
10 / statistics and 0.3 an entry (a Bayesian logistic regression, taken at its maximum a posteriori; Bishop, Pattern
Recognition and Machine Learning, 2006, 4.4-4.5). There are far fewer clips than statistics, so it is solved for one
number a clip and class: with K = 10 z z' / statistics + 0.3, g = K A and A = one-hot labels - softmax(f + K A). Labels
of which no clip came are left alone: nothing is learned against them. With labels m and r are means of the labels'
means, so that their numbers need not be even.

The constants were chosen on EMO-DB and RAVDESS (benchmarks/adapt.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from undertone.bundle import Bundle, PersonalLine
from undertone.bundle.personal import HESITATION, LINE_BIAS, LINE_WEIGHTS, NETWORK_HESITATION
from undertone.errors import BundleError
from undertone.evaluation import log_probabilities, softmax
from undertone.features.pooledlog_v2 import LEAST_DEVIATION

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

#: Variances before anything is heard: of what the statistics add to a logit, and of what is added to all alike.
SLOPE_VARIANCE, BIAS_VARIANCE = 10.0, 0.3
STEPS, ENOUGH = 5000, 1e-6


@dataclass(frozen=True)
class Line:
    """Statistics to logits: ``((x - mean) * inv_scale) @ weights + bias``.

    Attributes
    ----------
    mean, inv_scale : ndarray of float32, shape (statistics,)
    weights : ndarray of float32, shape (statistics, classes)
    bias : ndarray of float32, shape (classes,)
    """

    mean: Floats
    inv_scale: Floats
    weights: Floats
    bias: Floats

    def scaled(self, x: Floats | Doubles) -> Doubles:
        """Return z, shape (..., statistics)."""
        return np.asarray((x.astype(np.float64) - self.mean) * self.inv_scale)

    def logits(self, x: Floats | Doubles) -> Doubles:
        """Return logits, shape (..., classes)."""
        return np.asarray(self.scaled(x) @ self.weights + self.bias)


def general_line(bundle: Bundle) -> Line:
    """Return the line that a bundle's network has; a `BundleError` where it has none."""
    constants, first = bundle.graph.constants, bundle.frontend.columns
    if LINE_WEIGHTS not in constants:
        raise BundleError(
            f"{bundle.name}: its network has no line over statistics, so no voice can be made known to it"
        )
    return Line(bundle.mean[first:], bundle.inv_scale[first:], constants[LINE_WEIGHTS], constants[LINE_BIAS])


def with_line(bundle: Bundle, line: Line, *, limit: float) -> Bundle:
    """Return the bundle with another line in its network; ``limit`` is its doubt's, in the line's own scale."""
    first, constants = bundle.frontend.columns, dict(bundle.graph.constants)
    constants |= {LINE_WEIGHTS: line.weights, LINE_BIAS: line.bias}
    return replace(
        bundle,
        graph=bundle.graph.replace(constants=constants),
        mean=np.concatenate([bundle.mean[:first], line.mean]),
        inv_scale=np.concatenate([bundle.inv_scale[:first], line.inv_scale]),
        doubt=None if bundle.doubt is None else replace(bundle.doubt, limit=limit),
        personal=None,
        sha256="",
    )


def voice_mean(x: Floats | Doubles, labels: NDArray[np.int64] | None = None) -> Doubles:
    """Return the mean of a voice's rows, statistics or logits; with labels the mean of their means.

    Examples
    --------
    >>> x = np.float32([[1], [1], [4]])
    >>> voice_mean(x), voice_mean(x, np.array([0, 0, 1]))
    (array([2.]), array([2.5]))
    """
    if labels is None:
        return np.asarray(x.mean(axis=0, dtype=np.float64))
    means = [x[labels == label].mean(axis=0, dtype=np.float64) for label in np.unique(labels)]
    return np.asarray(np.mean(means, axis=0))


def shares(clips: int) -> tuple[float, float]:
    """Return the share of the personal line after so many clips, and that of the network's mean that is taken away.

    Examples
    --------
    >>> shares(0), shares(20)
    ((0.0, 0.0), (0.5, 0.6666666666666666))
    """
    return clips / (clips + HESITATION), clips / (clips + NETWORK_HESITATION)


def known_line(general: Line, personal: PersonalLine, mean: Doubles, rest: Doubles, *, clips: int) -> Line:
    """Mix the general and the personal line for a voice with these means of so many clips.

    Parameters
    ----------
    mean : ndarray of float64, shape (statistics,)
        Of the voice's statistics.
    rest : ndarray of float64, shape (classes,)
        Of the logits that the rest of the network adds, each row's up to a constant.
    """
    share, away = shares(clips)
    weights = general.weights * (general.inv_scale / personal.inv_scale)[:, None].astype(np.float64)
    bias = general.bias + ((mean - general.mean) * general.inv_scale) @ general.weights
    return Line(
        mean.astype(np.float32),
        personal.inv_scale,
        (share * personal.weights + (1 - share) * weights).astype(np.float32),
        (share * personal.bias + (1 - share) * bias - away * (rest - rest.mean())).astype(np.float32),
    )


def taught_line(line: Line, x: Floats, rest: Doubles, labels: NDArray[np.int64], *, temperature: float = 1.0) -> Line:
    """Fit a line further on labelled segments.

    Parameters
    ----------
    line : Line
        Of this voice.
    x : ndarray of float32, shape (segments, statistics)
    rest : ndarray of float64, shape (segments, classes)
        The logits that the rest of the network adds.
    labels : ndarray of int64, shape (segments,)
    temperature : float
        What the bundle divides its logits by.
    """
    said = np.unique(labels)
    before = ((rest + line.logits(x)) / temperature)[:, said]
    truth, z = (labels[:, None] == said).astype(np.float64), line.scaled(x)
    z[:, line.inv_scale > 1 / LEAST_DEVIATION] = 0
    slope = SLOPE_VARIANCE / z.shape[1]
    kernel = slope * (z @ z.T) + BIAS_VARIANCE
    step = 1 / (1 + np.linalg.eigvalsh(kernel)[-1] / 2)  # a softmax bends by a half at the most: no step goes too far
    pulls = np.zeros_like(truth)
    for _ in range(STEPS):
        change = step * (truth - softmax(before + kernel @ pulls) - pulls)
        pulls += change
        if np.abs(change).max() < ENOUGH:
            break
    weights, bias = line.weights.astype(np.float64), line.bias.astype(np.float64)
    weights[:, said] += temperature * slope * (z.T @ pulls)
    bias[said] += temperature * BIAS_VARIANCE * pulls.sum(axis=0)
    return replace(line, weights=weights.astype(np.float32), bias=bias.astype(np.float32))


def rest_of(bundle: Bundle, rows: Floats, x: Floats) -> Doubles:
    """Return what the network adds to its line's logits, but for a constant of each row, shape (segments, classes).

    Parameters
    ----------
    rows : ndarray of float32, shape (segments, classes)
        The network's probabilities.
    x : ndarray of float32, shape (segments, statistics)
    """
    return log_probabilities(rows).astype(np.float64) - general_line(bundle).logits(x)
