"""melpitch.v1 for Python: thin functions over the C, frames of a clip and what is made of all of them."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from undertone.errors import AudioError, ConfigError
from undertone.runtime.frame_stream import FrameStream
from undertone.runtime.host import Samples, as_samples, check, scratch
from undertone.runtime.library import LogMelSettings, MelPitchSettings, load


class Values(NamedTuple):
    """The settings in the order of ``ut_melpitch_settings``."""

    bands: int
    hop: int
    low_hz: float
    high_hz: float
    trim_db: float
    floor: float

    def in_c(self) -> MelPitchSettings:
        """Return the C structure."""
        return MelPitchSettings(LogMelSettings(*self[:4]), self.trim_db, self.floor)


@functools.lru_cache(maxsize=16)
def plan(values: Values) -> NDArray[np.uint8]:
    """Return prepared tables; not to be written to.

    Raises
    ------
    ConfigError
        A setting is out of range.
    """
    settings = values.in_c()
    size = load().ut_melpitch_plan_bytes(settings)
    if size == 0:
        raise ConfigError(
            f"melpitch.v1: bands={values.bands} (accepted: 1 to 256), hop={values.hop} (1 to 512), "
            f"low_hz={values.low_hz}, high_hz={values.high_hz} (0 <= low_hz < high_hz <= 8000), "
            f"trim_db={values.trim_db} (0 to 200), floor={values.floor} (more than 0, at most 100)"
        )
    prepared = np.empty(size, np.uint8)
    check(load().ut_melpitch_plan(settings, prepared.ctypes.data, size), "melpitch.v1")
    return prepared


def frames(values: Values, samples: Samples) -> Samples:
    """Compute the frames of a clip at 16 kHz: (n,) to (1 + n // hop, bands + 5)."""
    samples, prepared, settings = as_samples(samples), plan(values), values.in_c()
    shape = (load().ut_melpitch_frame_count(settings, samples.size), load().ut_melpitch_frame_width(settings))
    out = np.empty(shape, np.float32)
    memory = scratch(load().ut_melpitch_frames_scratch_bytes(settings))
    status = load().ut_melpitch_frames(
        prepared.ctypes.data, samples.ctypes.data, samples.size, memory.ctypes.data, memory.size, out.ctypes.data
    )
    check(status, "melpitch.v1")
    return out


def normalise(values: Values, rows: Samples) -> Samples:
    """Turn all frames of a clip into its sequence: (frames, bands + 5) to (kept frames, bands + 2)."""
    rows, prepared = as_samples(rows, dimensions=2), plan(values)
    width = load().ut_melpitch_frame_width(values.in_c())
    if rows.shape[0] == 0 or rows.shape[1] != width:
        raise AudioError(f"melpitch.v1: frames of shape {rows.shape}; accepted: (1 or more, {width})")
    out = np.empty((len(rows), load().ut_melpitch_width(values.in_c())), np.float32)
    kept = load().ut_melpitch_normalise(prepared.ctypes.data, rows.ctypes.data, len(rows), out.ctypes.data)
    return out[:kept]


def stream(values: Values) -> FrameStream:
    """Return a stream of what `frames` gives, with its bits."""
    settings = values.in_c()
    size = load().ut_melpitch_stream_bytes(settings)
    return FrameStream("ut_melpitch_stream", plan(values), size, width=load().ut_melpitch_frame_width(settings))
