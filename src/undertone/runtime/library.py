"""Loads the front end's library: the best build that the processor runs, checked against the sources beside it."""

from __future__ import annotations

import ctypes
import functools
import os

from undertone.errors import NativeError
from undertone.runtime import native

REBUILD = "build it with: python build_native.py (in the repository), or install the package again"


class Settings(ctypes.Structure):
    """``ut_settings`` of undertone.h."""

    _fields_ = [
        ("feature_set", ctypes.c_uint32),
        ("segmentation", ctypes.c_uint32),
        ("segment_s", ctypes.c_float),
        ("trim_db", ctypes.c_float),
    ]


class LogMelSettings(ctypes.Structure):
    """``ut_logmel_settings`` of undertone.h."""

    _fields_ = [
        ("bands", ctypes.c_uint32),
        ("hop", ctypes.c_uint32),
        ("low_hz", ctypes.c_float),
        ("high_hz", ctypes.c_float),
    ]


class MelPitchSettings(ctypes.Structure):
    """``ut_melpitch_settings`` of undertone.h."""

    _fields_ = [("mel", LogMelSettings), ("trim_db", ctypes.c_float), ("floor", ctypes.c_float)]


class Wav(ctypes.Structure):
    """``ut_wav`` of undertone.h."""

    _fields_ = [
        ("rate", ctypes.c_uint32),
        ("channels", ctypes.c_uint32),
        ("sample_bytes", ctypes.c_uint32),
        ("is_float", ctypes.c_uint32),
        ("frames", ctypes.c_size_t),
        ("data", ctypes.c_void_p),
    ]


_size, _u32, _address = ctypes.c_size_t, ctypes.c_uint32, ctypes.c_void_p
_sizes, _settings, _text = ctypes.POINTER(ctypes.c_size_t), ctypes.POINTER(Settings), ctypes.c_char_p
_places, _logmel = ctypes.POINTER(ctypes.c_uint64), ctypes.POINTER(LogMelSettings)
_melpitch = ctypes.POINTER(MelPitchSettings)

# Name: result, arguments; as in undertone.h.
PROTOTYPES = {
    "ut_status_text": (_text, [ctypes.c_int]),
    "ut_wav_open": (ctypes.c_int, [_address, _size, ctypes.POINTER(Wav)]),
    "ut_wav_read": (None, [ctypes.POINTER(Wav), _size, _size, _address]),
    "ut_mix": (None, [_address, _size, _u32, _address]),
    "ut_finite": (ctypes.c_int, [_address, _size]),
    "ut_inspect": (_u32, [_address, _size, _u32, _u32]),
    "ut_note_text": (_text, [_u32]),
    "ut_resample_count": (_size, [_size, _u32, _u32]),
    "ut_resample_plan_bytes": (_size, [_u32, _u32]),
    "ut_resample_plan": (ctypes.c_int, [_u32, _u32, _address, _size]),
    "ut_resample": (None, [_address, _address, _size, _address]),
    "ut_resample_stream_bytes": (_size, [_u32, _u32]),
    "ut_resample_stream_start": (ctypes.c_int, [_address, _address, _size]),
    "ut_resample_stream_feed": (_size, [_address, _address, _address, _size]),
    "ut_resample_stream_end": (None, [_address, _address]),
    "ut_resample_stream_take": (_size, [_address, _address, _address, _size]),
    "ut_rate": (_u32, [_settings]),
    "ut_feature_count": (_size, [_settings]),
    "ut_feature_rows": (_size, [_settings]),
    "ut_feature_columns": (_size, [_settings]),
    "ut_feature_statistics": (_size, [_settings]),
    "ut_segment_count": (_size, [_settings, _size]),
    "ut_segment": (None, [_settings, _size, _size, _sizes, _sizes]),
    "ut_trim": (None, [_address, _size, ctypes.c_float, _sizes, _sizes]),
    "ut_features_plan_bytes": (_size, [_settings]),
    "ut_features_plan": (ctypes.c_int, [_settings, _address, _size]),
    "ut_features_scratch_bytes": (_size, [_settings, _size]),
    "ut_features_least_bytes": (_size, [_settings, _size]),
    "ut_features": (ctypes.c_int, [_address, _address, _size, _address, _size, _address]),
    "ut_stream_bytes": (_size, [_settings]),
    "ut_stream_least_bytes": (_size, [_settings]),
    "ut_stream_start": (ctypes.c_int, [_address, _address, _size]),
    "ut_stream_feed": (_size, [_address, _address, _address, _size]),
    "ut_stream_end": (None, [_address, _address]),
    "ut_stream_take": (ctypes.c_int, [_address, _address, _address, _places, _places]),
    "ut_logmel_frame_count": (_size, [_logmel, _size]),
    "ut_logmel_plan_bytes": (_size, [_logmel]),
    "ut_logmel_plan": (ctypes.c_int, [_logmel, _address, _size]),
    "ut_logmel_scratch_bytes": (_size, [_logmel]),
    "ut_logmel": (ctypes.c_int, [_address, _address, _size, _address, _size, _address]),
    "ut_logmel_stream_bytes": (_size, [_logmel]),
    "ut_logmel_stream_start": (ctypes.c_int, [_address, _address, _size]),
    "ut_logmel_stream_feed": (_size, [_address, _address, _address, _size]),
    "ut_logmel_stream_end": (None, [_address, _address]),
    "ut_logmel_stream_take": (_size, [_address, _address, _address, _size]),
    "ut_melpitch_frame_count": (_size, [_melpitch, _size]),
    "ut_melpitch_frame_width": (_size, [_melpitch]),
    "ut_melpitch_width": (_size, [_melpitch]),
    "ut_melpitch_plan_bytes": (_size, [_melpitch]),
    "ut_melpitch_plan": (ctypes.c_int, [_melpitch, _address, _size]),
    "ut_melpitch_frames_scratch_bytes": (_size, [_melpitch]),
    "ut_melpitch_frames": (ctypes.c_int, [_address, _address, _size, _address, _size, _address]),
    "ut_melpitch_stream_bytes": (_size, [_melpitch]),
    "ut_melpitch_stream_start": (ctypes.c_int, [_address, _address, _size]),
    "ut_melpitch_stream_feed": (_size, [_address, _address, _address, _size]),
    "ut_melpitch_stream_end": (None, [_address, _address]),
    "ut_melpitch_stream_take": (_size, [_address, _address, _address, _size]),
    "ut_melpitch_normalise": (_size, [_address, _address, _size, _address]),
    "ut_source_hash": (_text, []),
    "ut_variant": (_text, []),
    "ut_cpu_runs": (ctypes.c_int, [_text]),
}


def open_library(variant: str) -> ctypes.CDLL:
    """Load one variant, whether or not this processor is the right one for it.

    Raises
    ------
    NativeError
        The file is missing, cannot be loaded, or was built from other sources.
    """
    path = native.library_path(variant)
    if not path.is_file():
        raise NativeError(f"the front end's library is missing: no {str(path)!r}; {REBUILD}")
    try:
        library = ctypes.CDLL(str(path))
    except OSError as error:
        raise NativeError(f"the front end's library does not load: {error}; {REBUILD}") from error
    try:
        for name, (result, arguments) in PROTOTYPES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
        built_from = library.ut_source_hash().decode()
    except AttributeError:
        built_from = "older sources"
    if built_from != native.source_hash():
        raise NativeError(f"the front end's library {str(path)!r} is stale: the C beside it has changed; {REBUILD}")
    return library


@functools.cache
def load() -> ctypes.CDLL:
    """Load the best variant that runs here, once; the variable UNDERTONE_VARIANT names another one, for tests.

    All variants give the same bits; they differ in speed.

    Raises
    ------
    NativeError
        See `open_library`.
    """
    asked = os.environ.get("UNDERTONE_VARIANT")
    if asked:
        return open_library(asked)
    baseline = open_library("baseline")
    for variant in native.variants():
        if variant != "baseline" and baseline.ut_cpu_runs(variant.encode()):
            return open_library(variant)
    return baseline
