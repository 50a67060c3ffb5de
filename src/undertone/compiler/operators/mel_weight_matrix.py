"""MelWeightMatrix: triangles on the mel scale, (bins of the spectrum, bands); computed when the model is read.

ONNX follows TensorFlow's ``linear_to_mel_weight_matrix``: mel = 2595 log10(1 + f / 700); the edges are bands + 2
points from the lowest frequency on, (highest - lowest) / (bands + 2) mel apart, each moved down to a bin. The filters
of our own front end are others (slaney's).
"""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node
from undertone.compiler.operators.cast import TYPES
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.errors import ModelError

LARGEST = 1 << 24


def _edges(bands: int, length: int, rate: int, low: float, high: float) -> Array:
    """Return the bins at which triangles begin, peak and end; those of band b are b, b + 1 and b + 2."""
    ends = 2595 * np.log10(1 + np.array([low, high], np.float64) / 700)
    mel = ends[0] + np.arange(bands + 2) * (ends[1] - ends[0]) / (bands + 2)
    return np.asarray((length + 1) * 700 * (10 ** (mel / 2595) - 1) // rate, np.int64)


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    bands, length, rate, low, high = (np.asarray(a).item() for a in inputs)
    if min(bands, length, rate) <= 0 or not 0 <= low < high or bands * length > LARGEST:
        raise ModelError(
            f"{node}: {bands} bands of {length} samples at {rate} Hz from {low} to {high} Hz make no filters"
        )
    begin, peak, end = (
        e[:, None] for e in np.lib.stride_tricks.sliding_window_view(_edges(bands, length, rate, low, high), bands)
    )
    bins = np.arange(length // 2 + 1)
    rise = np.where(peak > begin, (bins - begin) / np.maximum(peak - begin, 1), 1)
    fall = np.where(end > peak, (end - bins) / np.maximum(end - peak, 1), 1)
    inside = np.where(bins <= peak, (bins >= begin) * rise, (bins < end) * fall)
    return [np.ascontiguousarray(inside.T.astype(TYPES[int(node.get("output_datatype", 1))]))]


def _emit(site: Site) -> str:
    raise AssertionError(f"{site.node}: is computed when the model is read")


OPERATORS.add("MelWeightMatrix", Operator(_compute, _emit, arity=(5, 5), constants=(0, 1, 2, 3, 4)))
