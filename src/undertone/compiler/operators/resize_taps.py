"""Which input steps make an output step of Resize, and with which weights: ONNX's rules, one axis at a time.

An output step lies at a place x between input steps. base = ceil(x) - 1 and ratio = x - base are in (0, 1]; the taps
lie around base, and their weights are a curve of their distance to x:

    nearest  the one step that ``nearest_mode`` rounds x to
    linear   1 - |d|                                             over 2 taps
    cubic    the Keys curve with a = ``cubic_coeff_a``           over 4 taps

``antialias`` widens the curve by 1 / scale where the axis shrinks; weights then sum to 1 by division.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from undertone.compiler.graph import Array, Node

ROUND: dict[str, Callable[[Array], Array]] = {
    "round_prefer_floor": lambda x: np.ceil(x - 0.5),
    "round_prefer_ceil": lambda x: np.floor(x + 0.5),
    "floor": np.floor,
    "ceil": np.ceil,
}
PLACES = (
    "align_corners",
    "asymmetric",
    "half_pixel",
    "half_pixel_symmetric",
    "pytorch_half_pixel",
    "tf_crop_and_resize",
)
REACH = {"linear": 1, "cubic": 2}


@dataclass(frozen=True)
class Taps:
    """One axis: input steps and weights of shape (output steps, taps); which output steps lie outside of the input."""

    steps: Array
    weights: Array
    outside: Array


def taps(node: Node, n: int, out: int, scale: float, crop: tuple[float, float]) -> Taps:
    """Return the taps of an axis of n steps that becomes one of ``out`` steps."""
    place, mode = _places(node, n, out, scale, crop), str(node.get("mode", "nearest"))
    cropped = node.get("coordinate_transformation_mode") == "tf_crop_and_resize"
    outside = ((place < 0) | (place > n - 1)) & cropped
    if mode == "nearest":
        near = ROUND[str(node.get("nearest_mode", "round_prefer_floor"))](place)[:, None]
        return Taps(np.clip(near, 0, n - 1).astype(np.int64), np.ones((out, 1)), outside)
    shrink = min(scale, 1.0) if node.get("antialias") else 1.0
    first = int(np.floor(-REACH[mode] / shrink)) + 1
    base = np.ceil(place) - 1
    around = np.arange(first, 2 - first)
    weights = _curve(node, mode, np.abs((around - (place - base)[:, None]) * shrink))
    steps = base[:, None] + around
    if node.get("exclude_outside"):
        weights = weights * ((steps >= 0) & (steps < n))
    if node.get("exclude_outside") or shrink < 1:
        weights = weights / weights.sum(axis=1, keepdims=True)
    return Taps(np.clip(steps, 0, n - 1).astype(np.int64), weights, outside)


def _places(node: Node, n: int, out: int, scale: float, crop: tuple[float, float]) -> Array:
    """Return where each output step lies, in input steps."""
    where, x = str(node.get("coordinate_transformation_mode", "half_pixel")), np.arange(out, dtype=np.float64)
    begin, end = crop
    if where == "align_corners":
        return x * (n - 1) / (n * scale - 1) if n * scale != 1 else x * 0
    if where == "asymmetric":
        return x / scale
    if where == "tf_crop_and_resize":
        return (begin + x * (end - begin) / (out - 1) if out > 1 else x + (begin + end) / 2) * (n - 1)
    if where == "pytorch_half_pixel" and out == 1:
        return x * 0 - 0.5
    if where == "half_pixel_symmetric":
        return n / 2 * (1 - out / (n * scale)) + (x + 0.5) / scale - 0.5
    return (x + 0.5) / scale - 0.5


def _curve(node: Node, mode: str, d: Array) -> Array:
    if mode == "linear":
        return np.asarray(np.clip(1 - d, 0, 1))
    a = float(node.get("cubic_coeff_a", -0.75))
    near = (a + 2) * d**3 - (a + 3) * d**2 + 1
    far = a * d**3 - 5 * a * d**2 + 8 * a * d - 4 * a
    return np.where(d <= 1, near, np.where(d < 2, far, 0.0))
