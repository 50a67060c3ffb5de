"""What a feature set is, and the registry of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from undertone.registry import Registry

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class FeatureSet:
    """A named, versioned definition of numbers.

    Attributes
    ----------
    name : str
        With its version; numbers that change get a new name.
    rate : int
        The samples per second that `compute` wants.
    blocks : tuple of (str, int)
        The features in order, with how many numbers each has.
    names : tuple of str
        One for each number.
    compute : callable
        Samples of shape (n,), n >= 1, to numbers of shape (size,), or (frames, size) of a sequence; the clip as it is,
        untrimmed.
    peer : str
        Whom the numbers agree with.
    sequence : bool
        One row of numbers a frame instead of one a clip.
    statistics : FeatureSet or None
        Whose numbers stand behind a segment's sequence; blocks, names and compute above are of the sequence alone.
    taken_out : str
        What of each clip is taken out by the definition, in words; empty: nothing, how loud a clip is counts.
    """

    name: str
    rate: int
    blocks: tuple[tuple[str, int], ...]
    names: tuple[str, ...]
    compute: Callable[[Samples], Samples]
    peer: str
    sequence: bool = False
    statistics: FeatureSet | None = None
    taken_out: str = ""

    @property
    def size(self) -> int:
        """How many numbers; of a sequence, in a row."""
        return len(self.names)


FEATURES: Registry[FeatureSet] = Registry("feature set")
