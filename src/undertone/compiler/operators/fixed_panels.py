"""How the kernel fixed_rows wants its signed bytes: by panels of columns, the depth by fours (its header says how)."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array

PANEL = 32  # UT_FIXED_PANEL in runtime/c/kernels/fixed_rows.h; a test keeps them equal
AFTER = 64  # bytes that the widest vector may read on


def fixed_panels(kernel: Array) -> Array:
    """Lay a kernel ``(runs, depth, columns)`` of int8 out.

    Returns
    -------
    ndarray of int8, shape (fixed_panels_size(...),)
        For each 32 columns: 128 times each column's sum as little-endian int32, then the weights by fours.

    Examples
    --------
    >>> import numpy as np
    >>> fixed_panels(np.array([[[1], [2], [3]]], np.int8))[:24].tolist()
    [0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0]
    """
    runs, depth, columns = kernel.shape
    parts = []
    for first in range(0, columns, PANEL):
        part = kernel[:, :, first : first + PANEL]
        full = np.pad(part, ((0, 0), (0, -depth % 4), (0, -part.shape[2] % 4)))
        sums = 128 * full.astype(np.int64).sum(axis=(0, 1))
        fours = full.reshape(runs, -1, 4, full.shape[2]).swapaxes(2, 3)
        parts += [sums.astype("<i4").view(np.int8), np.ascontiguousarray(fours).ravel()]
    return np.concatenate([*parts, np.zeros(AFTER, np.int8)])


def fixed_panels_size(runs: int, depth: int, columns: int) -> int:
    """Return how many bytes `fixed_panels` gives."""
    wide = -(-columns // 4) * 4
    return 4 * wide + wide * runs * (-(-depth // 4) * 4) + AFTER
