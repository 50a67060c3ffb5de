"""The front end for Python: one thin function a C function, NumPy arrays in and out.

All calls release the interpreter lock and may run in threads. float32 arrays in C order are not copied.
"""

from __future__ import annotations

import ctypes
import functools
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from undertone.errors import AudioError, ConfigError
from undertone.runtime.library import Settings, Wav, load

Samples = NDArray[np.float32]

FEATURE_SETS = {"article.v1": 1, "pooledlog.v1": 2, "melpitch.v1": 3, "pooledlog.v2": 4, "voice.v1": 5}
SEGMENTATIONS = {"grid": 0, "article": 1, "whole": 2}
MIN_RATE, MAX_RATE = 1_000, 384_000
LARGEST_SAMPLE = 1e12
NOTE_FLAGS = (1, 2, 4, 8, 16)

_KEEP_BYTES = 16 << 20
_thread = threading.local()


def as_samples(values: Any, *, dimensions: int = 1) -> Samples:
    """Return float32 in C order; a copy only where it has to be.

    Raises
    ------
    AudioError
        The array has another number of dimensions: C would take its memory for something else.
    """
    if np.ndim(values) != dimensions:
        wanted = "(n,), mono" if dimensions == 1 else "(frames, columns)"
        raise AudioError(f"samples: an array of shape {np.shape(values)}; accepted: {wanted}")
    return np.ascontiguousarray(values, dtype=np.float32)


def still_open(ended: bool) -> None:
    """Raise AudioError if a stream has ended: it would take in nothing more, for ever."""
    if ended:
        raise AudioError("stream: the sound has ended; begin another stream for more")


def scratch(size: int) -> NDArray[np.uint8]:
    """Return at least `size` bytes that belong to this thread until its next call; large pieces are not kept."""
    kept: NDArray[np.uint8] | None = getattr(_thread, "buffer", None)
    if kept is not None and kept.size >= size:
        return kept
    buffer = np.empty(size, np.uint8)
    if size <= _KEEP_BYTES:
        _thread.buffer = buffer
    return buffer


def check(status: int, where: str) -> None:
    """Raise AudioError with the C library's words unless the status is 0."""
    if status:
        raise AudioError(f"{where}: {load().ut_status_text(status).decode()}")


def settings(*, feature_set: str, segmentation: str, segment_s: float, trim_db: float) -> Settings:
    """Turn settings by name into the C structure.

    Raises
    ------
    ConfigError
        A value is out of range.
    """
    made = Settings(FEATURE_SETS[feature_set], SEGMENTATIONS[segmentation], segment_s, trim_db)
    if load().ut_feature_count(made) == 0:
        raise ConfigError(
            f"front end: segment_s={segment_s} (accepted: 0.1 to 3600), trim_db={trim_db} (accepted: 0 to 200)"
        )
    return made


def variant() -> str:
    """Return the vector width that the loaded library was built for: "avx2", "128-bit", "scalar"."""
    return str(load().ut_variant().decode())


def wav_read(data: bytes) -> tuple[Samples, int]:
    """Decode the bytes of a WAV file as the compiled program does.

    Returns
    -------
    samples : ndarray of float32, shape (frames, channels)
    rate : int

    Raises
    ------
    AudioError
        Not a WAV file, cut short, empty, or in another sample format.
    """
    wav = Wav()
    buffer = np.frombuffer(data, np.uint8)
    check(load().ut_wav_open(buffer.ctypes.data, buffer.size, wav), "WAV bytes")
    samples = np.empty((wav.frames, wav.channels), np.float32)
    load().ut_wav_read(wav, 0, wav.frames, samples.ctypes.data)
    return samples, int(wav.rate)


def mix(interleaved: Samples) -> Samples:
    """Return the mean of all channels: shape (frames, channels) to (frames,)."""
    interleaved = as_samples(interleaved, dimensions=2)
    frames, channels = interleaved.shape
    out = np.empty(frames, np.float32)
    load().ut_mix(interleaved.ctypes.data, frames, channels, out.ctypes.data)
    return out


def finite(samples: Samples) -> bool:
    """Say whether no sample is NaN, infinite or beyond `LARGEST_SAMPLE`."""
    samples = as_samples(samples)
    return bool(load().ut_finite(samples.ctypes.data, samples.size))


def refuse_unsound(samples: Samples, where: str) -> None:
    """Raise AudioError, with the place, if a sample is NaN, infinite or beyond `LARGEST_SAMPLE`.

    Examples
    --------
    >>> refuse_unsound(np.array([0.5, 1e30], np.float32), "a.wav")
    Traceback (most recent call last):
    undertone.errors.AudioError: a.wav: sample 1 is 1e+30; accepted is 1e+12 at most (full scale is 1): export it again
    """
    if finite(samples):
        return
    place = int(np.flatnonzero(~(np.abs(samples) <= LARGEST_SAMPLE))[0])
    if np.isfinite(samples[place]):
        what = f"{samples[place]:g}; accepted is {LARGEST_SAMPLE:g} at most (full scale is 1): export it again"
    else:
        what = "NaN or infinite; export the file again with finite samples"
    raise AudioError(f"{where}: sample {place} is {what}")


def inspect(samples: Samples, rate: int, channels: int) -> tuple[str, ...]:
    """Return what makes an answer doubtful, in words: short, silent, clipped, high rate, mixed."""
    samples = as_samples(samples)
    flags = load().ut_inspect(samples.ctypes.data, samples.size, rate, channels)
    return tuple(load().ut_note_text(flag).decode() for flag in NOTE_FLAGS if flags & flag)


@functools.lru_cache(maxsize=8)
def resample_plan(rate_in: int, rate_out: int) -> NDArray[np.uint8]:
    """Return the prepared filter for a pair of rates; not to be written to.

    Raises
    ------
    AudioError
        A rate is out of range.
    """
    in_range = all(
        MIN_RATE <= rate <= MAX_RATE for rate in (rate_in, rate_out)
    )  # before C keeps the last 32 bits alone
    size = load().ut_resample_plan_bytes(rate_in, rate_out) if in_range else 0
    if size == 0:
        raise AudioError(f"resample: {rate_in} Hz to {rate_out} Hz; accepted are {MIN_RATE} to {MAX_RATE} Hz")
    plan = np.empty(size, np.uint8)
    check(load().ut_resample_plan(rate_in, rate_out, plan.ctypes.data, plan.size), "resample")
    return plan


def resample(samples: Samples, rate_in: int, rate_out: int) -> Samples:
    """Resample by a windowed sinc.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
    rate_in, rate_out : int
        Samples per second, 1000 to 384000.

    Returns
    -------
    ndarray of float32, shape (ceil(n * rate_out / rate_in),)
        The same bits for equal rates. Flat to 0.90 of the lower Nyquist rate, -96 dB from it on, no delay; sound
        outside the clip counts as zero.

    Raises
    ------
    AudioError
        A rate is out of range.

    Examples
    --------
    >>> resample(np.ones(48000, np.float32), 48000, 22050).shape
    (22050,)
    """
    samples = as_samples(samples)
    plan = resample_plan(rate_in, rate_out)
    out = np.empty(load().ut_resample_count(samples.size, rate_in, rate_out), np.float32)
    load().ut_resample(plan.ctypes.data, samples.ctypes.data, samples.size, out.ctypes.data)
    return out


def trim(samples: Samples, trim_db: float) -> tuple[int, int]:
    """Find the part [begin, end) that is left when the edges `trim_db` below the loudest frame go; 0 keeps all.

    Examples
    --------
    >>> tone = np.sin(np.arange(8192, dtype=np.float32) / 9)
    >>> trim(np.concatenate([np.zeros(8192, np.float32), tone]), 40.0)
    (7680, 16384)
    """
    samples = as_samples(samples)
    begin, end = ctypes.c_size_t(), ctypes.c_size_t()
    load().ut_trim(samples.ctypes.data, samples.size, trim_db, begin, end)
    return begin.value, end.value


def feature_rate(made: Settings) -> int:
    """Return the rate in Hz that a feature set wants."""
    return int(load().ut_rate(made))


def feature_count(made: Settings) -> int:
    """Return how many numbers a segment gives: rows times columns of a sequence."""
    return int(load().ut_feature_count(made))


def segments(made: Settings, count: int) -> list[tuple[int, int]]:
    """Cut `count` samples at `feature_rate` into segments [begin, end).

    Examples
    --------
    >>> grid = settings(feature_set="article.v1", segmentation="grid", segment_s=2.5, trim_db=40.0)
    >>> segments(grid, 70000), segments(grid, 90000)
    ([(0, 70000)], [(0, 55125), (55125, 90000)])
    """
    begin, end = ctypes.c_size_t(), ctypes.c_size_t()
    cut: list[tuple[int, int]] = []
    for i in range(load().ut_segment_count(made, max(count, 0))):
        load().ut_segment(made, count, i, begin, end)
        cut.append((begin.value, end.value))
    return cut


@functools.lru_cache(maxsize=16)
def features_plan(made: tuple[Any, ...]) -> NDArray[np.uint8]:
    """Return the prepared tables of settings, given by their values in order; not to be written to."""
    c_settings = Settings(*made)
    plan = np.empty(load().ut_features_plan_bytes(c_settings), np.uint8)
    check(load().ut_features_plan(c_settings, plan.ctypes.data, plan.size), "features")
    return plan


def features(made: Settings, samples: Samples) -> Samples:
    """Trim a segment and compute its features.

    Parameters
    ----------
    made : Settings
        From `settings`.
    samples : ndarray of float32, shape (n,)
        One segment at `feature_rate`, finite, n >= 1.

    Returns
    -------
    ndarray of float32, shape (feature_count(made),)

    Raises
    ------
    AudioError
        No samples.
    """
    samples = as_samples(samples)
    plan = features_plan((made.feature_set, made.segmentation, made.segment_s, made.trim_db))
    memory = scratch(load().ut_features_scratch_bytes(made, samples.size))
    out = np.empty(load().ut_feature_count(made), np.float32)
    status = load().ut_features(
        plan.ctypes.data, samples.ctypes.data, samples.size, memory.ctypes.data, memory.size, out.ctypes.data
    )
    check(status, "features")
    return out
