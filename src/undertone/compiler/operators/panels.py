"""How the rows kernel wants its right-hand matrix: by panels of columns, each panel's rows side by side."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array

PANEL = 32  # UT_PANEL in runtime/c/kernels/rows.h; a test keeps them equal


def panels(matrix: Array) -> Array:
    """Lay a matrix ``(inputs, columns)`` out for ``ut_rows``.

    Returns
    -------
    ndarray, shape (inputs * columns,)
        For each 32 columns (the last panel has those that are left), all rows, each row's columns side by side.

    Examples
    --------
    >>> import numpy as np
    >>> m = np.arange(2 * 33).reshape(2, 33)
    >>> panels(m)[[0, 31, 32, 64, 65]]
    array([ 0, 31, 33, 32, 65])
    """
    assert matrix.ndim == 2
    columns = matrix.shape[1]
    parts = [np.ascontiguousarray(matrix[:, c : c + PANEL]).ravel() for c in range(0, columns, PANEL)]
    return np.concatenate(parts) if parts else matrix.ravel()
