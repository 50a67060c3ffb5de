"""The compact network: small 2-D convolutions over time and frequency, pitch beside them, mean and spread over time.

Input is a sequence of ``melpitch.v1``: 64 bands and 2 pitch rows a frame. Output steps are 8 frames apart.

=====================================================  ==================  ==========
layer                                                  output, T frames    parameters
=====================================================  ==================  ==========
stem: convolution 5x5, stride 2x2                      (T/2, 32, 12)              348
block: two convolutions 3x3, stride 2x2, shortcut      (T/4, 16, 24)            8,517
block: two convolutions 3x3, stride 2x2, shortcut      (T/8, 8, 48)            33,318
block: two convolutions 3x3, stride 1x2, shortcut      (T/8, 4, 64)            69,256
flatten bands; beside them the pitch, 9 frames wide    (T/8, 256 + 8)             152
convolution 1                                          (T/8, 64)               17,152
mean and standard deviation over time                  128                        512
dropout, dense, softmax                                classes              129 each
=====================================================  ==================  ==========

`build` is what is trained, on sequences of any length. `build_whole` is what a bundle holds: two such networks, trained
apart, and beside them a line over statistics of the clip (`undertone.training.discriminant`); the logits of all are
added before the softmax, which multiplies the opinions. The line adds ``statistics + 1`` parameters a class. In all:
270 k parameters, 40 M multiply-adds for 3 s.
"""

from __future__ import annotations

from typing import Any

from undertone.models import residual

SIZES = residual.Sizes(maps=(24, 48, 64), steps=64)
#: Two networks that learned apart hear more than one twice as wide would.
MEMBERS = 2


def build(input_shape: tuple[int, ...], classes: int) -> Any:
    """Build the network, not compiled; see `undertone.models.residual.build`.

    Examples
    --------
    >>> build((288, 66), 7).output_shape
    (None, 7)
    """
    return residual.build(input_shape, classes, SIZES, name="compact")


def build_whole(frames: int, statistics: int, classes: int) -> Any:
    """Build `MEMBERS` networks with a line over statistics beside them; see `undertone.models.residual.build_whole`.

    Examples
    --------
    >>> build_whole(288, 10, 7).input_shape
    (None, 19018)
    """
    return residual.build_whole(frames, statistics, classes, SIZES, members=MEMBERS, name="compact")
