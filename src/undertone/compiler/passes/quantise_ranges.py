"""Which real number each byte stands for: r = (q - zero) * step.

The range of a tensor comes from its values on calibration rows: percentiles, not the least and the largest, because a
single far value would cost all others resolution. Of a few percentiles that is taken whose bytes lie nearest to the
values in the mean square; the farthest values do not judge. 0 is always a byte, so that padding is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from undertone.compiler.graph import Array

TAILS = (0.0005, 0.002, 0.01, 0.05, 0.2)  # per cent of the values beyond each end
FARTHEST = 0.001  # per cent at each end that do not judge
MOST = 200_000  # values looked at


@dataclass(frozen=True)
class Steps:
    """The step between two bytes and the byte that stands for 0."""

    step: float
    zero: int

    def real(self, q: Array) -> Array:
        """Return what bytes stand for, float32."""
        return np.asarray((q.astype(np.float32) - np.float32(self.zero)) * np.float32(self.step), np.float32)

    def bytes(self, real: Array) -> Array:
        """Return the nearest bytes, as QuantizeLinear finds them."""
        whole = np.rint(real / np.float32(self.step)) + self.zero
        return np.asarray(np.clip(whole, 0, 255), np.uint8)


def steps_of(values: Sequence[Array]) -> Steps:
    """Choose the steps of a tensor.

    Parameters
    ----------
    values : sequence of ndarray
        The tensor's values, one array a calibration row.

    Examples
    --------
    >>> import numpy as np
    >>> steps_of([np.linspace(0, 51, 1000, dtype=np.float32)]).zero
    0
    """
    seen = np.concatenate([np.ravel(v) for v in values])
    seen = seen[:: max(1, -(-seen.size // MOST))].astype(np.float64)
    low, high = np.percentile(seen, (FARTHEST, 100 - FARTHEST))
    judges = seen[(seen >= low) & (seen <= high)]
    found = [_between(*np.percentile(seen, (tail, 100 - tail))) for tail in TAILS]
    return min(found, key=lambda s: _error(s, judges))


def _between(low: float, high: float) -> Steps:
    low, high = min(float(low), 0.0), max(float(high), 0.0)
    step = float(np.float32(max((high - low) / 255, 1e-12)))
    return Steps(step, int(np.rint(-low / step)))


def _error(steps: Steps, seen: Array) -> float:
    return float(np.mean((steps.real(steps.bytes(seen)) - seen) ** 2))
