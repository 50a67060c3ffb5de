"""Resampling of sound that is still coming in."""

from __future__ import annotations

import numpy as np

from undertone.runtime.host import Samples, as_samples, check, resample_plan, still_open
from undertone.runtime.library import load

BLOCK = 4096


class ResampleStream:
    """Bring a sound that is still coming in to another rate.

    The outputs have the bits of `undertone.runtime.host.resample` on the whole clip, however it comes in pieces. They
    lag behind by the kernel: 64 periods of the lower rate.

    Parameters
    ----------
    rate_in, rate_out : int
        In Hz, 1 to 384 kHz.

    Raises
    ------
    AudioError
        A rate is out of range.

    Examples
    --------
    >>> stream = ResampleStream(16000, 22050)
    >>> stream.feed(np.zeros(1000, np.float32)).size, stream.end().size
    (1290, 89)
    """

    def __init__(self, rate_in: int, rate_out: int) -> None:
        self._ended = False
        self._plan = resample_plan(rate_in, rate_out)
        size = load().ut_resample_stream_bytes(rate_in, rate_out)
        self._state = np.empty(size, np.uint8)
        check(load().ut_resample_stream_start(self._plan.ctypes.data, self._state.ctypes.data, size), "resample")

    @property
    def state_bytes(self) -> int:
        """The size of the state; it does not grow."""
        return int(self._state.size)

    def feed(self, samples: Samples) -> Samples:
        """Take in samples (n,); return the outputs (m,) that are ready now."""
        still_open(self._ended)
        samples, at = as_samples(samples), 0
        ready = []
        while at < samples.size:
            at += load().ut_resample_stream_feed(
                self._plan.ctypes.data, self._state.ctypes.data, samples[at:].ctypes.data, samples.size - at
            )
            ready.append(self._take())
        return np.concatenate([np.empty(0, np.float32), *ready])

    def end(self) -> Samples:
        """Say that no more samples will come; return what is left. Feeding is refused afterwards."""
        self._ended = True
        load().ut_resample_stream_end(self._plan.ctypes.data, self._state.ctypes.data)
        return self._take()

    def _take(self) -> Samples:
        pieces, got = [np.empty(0, np.float32)], BLOCK
        while got == BLOCK:
            out = np.empty(BLOCK, np.float32)
            got = load().ut_resample_stream_take(
                self._plan.ctypes.data, self._state.ctypes.data, out.ctypes.data, BLOCK
            )
            pieces.append(out[:got])
        return np.concatenate(pieces)
