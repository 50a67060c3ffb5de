"""logmel.v1 for Python: thin functions over the C, whole clips and streams."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from undertone.errors import ConfigError
from undertone.runtime.frame_stream import FrameStream
from undertone.runtime.host import Samples, as_samples, check, scratch
from undertone.runtime.library import LogMelSettings, load


@functools.lru_cache(maxsize=16)
def plan(bands: int, hop: int, low_hz: float, high_hz: float) -> NDArray[np.uint8]:
    """Return prepared tables; not to be written to.

    Raises
    ------
    ConfigError
        A setting is out of range.
    """
    settings = LogMelSettings(bands, hop, low_hz, high_hz)
    size = load().ut_logmel_plan_bytes(settings)
    if size == 0:
        raise ConfigError(
            f"logmel.v1: bands={bands} (accepted: 1 to 256), hop={hop} (1 to 512), "
            f"low_hz={low_hz}, high_hz={high_hz} (0 <= low_hz < high_hz <= 8000)"
        )
    prepared = np.empty(size, np.uint8)
    check(load().ut_logmel_plan(settings, prepared.ctypes.data, size), "logmel.v1")
    return prepared


def logmel(samples: Samples, *, bands: int, hop: int, low_hz: float, high_hz: float) -> Samples:
    """Compute logmel.v1 of a clip at 16 kHz: (n,) to (1 + n // hop, bands); see `undertone.features.logmel`."""
    samples = as_samples(samples)
    prepared = plan(bands, hop, low_hz, high_hz)
    settings = LogMelSettings(bands, hop, low_hz, high_hz)
    out = np.empty((load().ut_logmel_frame_count(settings, samples.size), bands), np.float32)
    memory = scratch(load().ut_logmel_scratch_bytes(settings))
    status = load().ut_logmel(
        prepared.ctypes.data, samples.ctypes.data, samples.size, memory.ctypes.data, memory.size, out.ctypes.data
    )
    check(status, "logmel.v1")
    return out


class LogMelStream(FrameStream):
    """logmel.v1 of sound that is still coming in; the bits are those of `logmel` on the whole clip.

    Examples
    --------
    >>> stream = LogMelStream(bands=64, hop=256, low_hz=50.0, high_hz=7600.0)
    >>> stream.feed(np.zeros(1000, np.float32)).shape
    (3, 64)
    >>> stream.end().shape
    (1, 64)
    """

    def __init__(self, *, bands: int, hop: int, low_hz: float, high_hz: float) -> None:
        size = load().ut_logmel_stream_bytes(LogMelSettings(bands, hop, low_hz, high_hz))
        super().__init__("ut_logmel_stream", plan(bands, hop, low_hz, high_hz), size, width=bands)
