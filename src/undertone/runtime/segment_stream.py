"""Feature vectors of sound that is still coming in."""

from __future__ import annotations

import ctypes

import numpy as np

from undertone.errors import ConfigError
from undertone.runtime.host import Samples, as_samples, check, features_plan, still_open
from undertone.runtime.library import Settings, load


class SegmentStream:
    """One vector for each segment of a recording that is still coming in; segmentation "grid".

    The numbers have the bits of cutting, trimming and computing on the whole recording, however it comes in pieces.
    A segment is ready when half of the next one is here, or at the end.

    Parameters
    ----------
    made : Settings
        From `undertone.runtime.host.settings`.

    Raises
    ------
    ConfigError
        The segmentation is not "grid": others have no bound on memory.

    Examples
    --------
    >>> from undertone.runtime import host
    >>> grid = host.settings(feature_set="article.v1", segmentation="grid", segment_s=1.0, trim_db=40.0)
    >>> stream = SegmentStream(grid)
    >>> [(begin, end) for begin, end, _ in stream.feed(np.zeros(40000, np.float32)) + stream.end()]
    [(0, 22050), (22050, 40000)]
    """

    def __init__(self, made: Settings) -> None:
        self._ended = False
        size = load().ut_stream_bytes(made)
        if size == 0:
            raise ConfigError("segment stream: only the segmentation 'grid' has segments of bounded length")
        self._plan = features_plan((made.feature_set, made.segmentation, made.segment_s, made.trim_db))
        self._state = np.empty(size, np.uint8)
        self._size = load().ut_feature_count(made)
        check(load().ut_stream_start(self._plan.ctypes.data, self._state.ctypes.data, size), "segment stream")

    @property
    def state_bytes(self) -> int:
        """The size of the state; it does not grow."""
        return int(self._state.size)

    def feed(self, samples: Samples) -> list[tuple[int, int, Samples]]:
        """Take in samples; return (begin, end, features) of each segment that is ready now, in samples."""
        still_open(self._ended)
        samples = as_samples(samples)
        ready, at = self._take(), 0
        while at < samples.size:
            at += load().ut_stream_feed(
                self._plan.ctypes.data, self._state.ctypes.data, samples[at:].ctypes.data, samples.size - at
            )
            ready += self._take()
        return ready

    def end(self) -> list[tuple[int, int, Samples]]:
        """Say that no more samples will come; return what is left. Feeding is refused afterwards."""
        self._ended = True
        load().ut_stream_end(self._plan.ctypes.data, self._state.ctypes.data)
        return self._take()

    def _take(self) -> list[tuple[int, int, Samples]]:
        begin, end, taken = ctypes.c_uint64(), ctypes.c_uint64(), []
        out = np.empty(self._size, np.float32)
        while load().ut_stream_take(self._plan.ctypes.data, self._state.ctypes.data, out.ctypes.data, begin, end):
            taken.append((begin.value, end.value, out.copy()))
        return taken
