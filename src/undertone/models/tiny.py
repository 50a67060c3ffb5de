"""The tiny network: one network of `compact`'s kind, narrower, with the line beside it.

=====================================================  ==================  ==========
layer                                                  output, T frames    parameters
=====================================================  ==================  ==========
stem: convolution 5x5, stride 2x2                      (T/2, 32, 12)              348
block: two convolutions 3x3, stride 2x2, shortcut      (T/4, 16, 24)            8,523
block: two convolutions 3x3, stride 2x2, shortcut      (T/8, 8, 32)            17,572
block: two convolutions 3x3, stride 1x2, shortcut      (T/8, 4, 48)            37,302
flatten bands; beside them the pitch, 9 frames wide    (T/8, 192 + 8)             152
convolution 1                                          (T/8, 64)               13,056
mean and standard deviation over time                  128                        512
dropout, dense, softmax                                classes              129 each
=====================================================  ==================  ==========

With seven classes and the line over 1,090 statistics: 86,005 parameters, 14 M multiply-adds for 3 s, 97 KB in s8.
"""

from __future__ import annotations

from typing import Any

from undertone.models import residual

SIZES = residual.Sizes(maps=(24, 32, 48), steps=64)
MEMBERS = 1


def build(input_shape: tuple[int, ...], classes: int) -> Any:
    """Build the network, not compiled; see `undertone.models.residual.build`.

    Examples
    --------
    >>> build((288, 66), 7).output_shape
    (None, 7)
    """
    return residual.build(input_shape, classes, SIZES, name="tiny")


def build_whole(frames: int, statistics: int, classes: int) -> Any:
    """Build the network with a line over statistics beside it; see `undertone.models.residual.build_whole`.

    Examples
    --------
    >>> build_whole(288, 10, 7).input_shape
    (None, 19018)
    """
    return residual.build_whole(frames, statistics, classes, SIZES, members=MEMBERS, name="tiny")
