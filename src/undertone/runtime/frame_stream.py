"""Frames of sound that is still coming in: one class over the C streams, which have one form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from undertone.runtime.host import Samples, as_samples, check, still_open
from undertone.runtime.library import load


class FrameStream:
    """Feed any number of samples, take the frames that are ready; memory does not grow.

    Parameters
    ----------
    family : str
        What the names of the C functions begin with, such as ``ut_logmel_stream``.
    plan : ndarray of uint8
        Prepared tables.
    state_bytes : int
        What the family's size query said.
    width : int
        Numbers of a frame.
    """

    def __init__(self, family: str, plan: NDArray[np.uint8], state_bytes: int, *, width: int) -> None:
        self._ended = False
        self._plan, self._state = plan, np.empty(state_bytes, np.uint8)
        self._out = np.empty((64, width), np.float32)
        start, self._feed, self._end, self._take_frames = (
            getattr(load(), f"{family}_{call}") for call in ("start", "feed", "end", "take")
        )
        check(start(self._plan.ctypes.data, self._state.ctypes.data, state_bytes), family)

    @property
    def state_bytes(self) -> int:
        """The size of the state; it does not grow."""
        return int(self._state.size)

    def feed(self, samples: Samples) -> Samples:
        """Take in samples at 16 kHz; return the frames that are ready now, shape (frames, width)."""
        still_open(self._ended)
        samples = as_samples(samples)
        ready, at = [self._take()], 0
        while at < samples.size:
            at += self._feed(
                self._plan.ctypes.data, self._state.ctypes.data, samples[at:].ctypes.data, samples.size - at
            )
            ready.append(self._take())
        return np.concatenate(ready)

    def end(self) -> Samples:
        """Say that no more samples will come; return the last frames. Feeding is refused afterwards."""
        self._ended = True
        self._end(self._plan.ctypes.data, self._state.ctypes.data)
        return self._take()

    def _take(self) -> Samples:
        taken = self._take_frames(
            self._plan.ctypes.data, self._state.ctypes.data, self._out.ctypes.data, len(self._out)
        )
        return self._out[:taken].copy()
