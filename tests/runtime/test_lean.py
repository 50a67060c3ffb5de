"""article.v1 in little memory: the bits of the fast form, in a scratch that does not grow with the clip."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undertone.runtime import host
from undertone.runtime.library import load

WHOLE = host.settings(feature_set="article.v1", segmentation="whole", segment_s=2.5, trim_db=0.0)
GRID = host.settings(feature_set="article.v1", segmentation="grid", segment_s=0.2, trim_db=40.0)


def with_scratch(size, y):
    plan = host.features_plan((WHOLE.feature_set, WHOLE.segmentation, WHOLE.segment_s, WHOLE.trim_db))
    memory, out = np.empty(size, np.uint8), np.empty(162, np.float32)
    arguments = (plan.ctypes.data, y.ctypes.data, y.size, memory.ctypes.data, memory.size, out.ctypes.data)
    assert load().ut_features(*arguments) == 0
    return out


def assert_same_bits(y):
    least = load().ut_features_least_bytes(WHOLE, y.size)
    if least < load().ut_features_scratch_bytes(WHOLE, y.size):
        np.testing.assert_array_equal(with_scratch(least, y), host.features(WHOLE, y))


def clip(kind, seed, count):
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal(count).astype(np.float32) * np.float32(0.1)
    if kind == "tone":
        return np.sin(np.arange(count) * rng.uniform(0.05, 1)).astype(np.float32)
    if kind == "words":  # loud and quiet stretches, more or less bright
        return noise * np.repeat(10.0 ** rng.uniform(-5, 0, count // 3000 + 1), 3000)[:count].astype(np.float32)
    return {"noise": noise, "silence": 0 * noise, "tremor": np.tile(noise[:512], count // 512 + 1)[:count].copy()}[kind]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["noise", "tone", "words", "silence", "tremor"]), st.integers(0, 1000), st.integers(1, 200_000))
def test_the_same_bits(kind, seed, count):
    assert_same_bits(clip(kind, seed, count))


def test_the_same_bits_where_peaks_have_to_come_again():
    """10 s of noise have five times the peaks that are kept; 8,300 equal frames have as many of exactly one height."""
    assert_same_bits(clip("noise", 1, 220_500))
    period = np.sin(2 * np.pi * 20 * np.arange(512) / 512).astype(np.float32)
    assert_same_bits(np.tile(period, 8300))


def test_a_stream_in_little_memory_gives_the_same_bits():
    y, plan = clip("words", 3, 20_000), host.features_plan((1, 0, GRID.segment_s, GRID.trim_db))
    size, out = load().ut_stream_least_bytes(GRID), np.empty(162, np.float32)
    state, begin, end = np.empty(size, np.uint8), np.zeros(1, np.uint64), np.zeros(1, np.uint64)
    assert load().ut_stream_start(plan.ctypes.data, state.ctypes.data, size - 1) == 4
    assert load().ut_stream_start(plan.ctypes.data, state.ctypes.data, size) == 0
    as_place = load().ut_stream_take.argtypes[3]
    at = taken = 0
    while taken < len(host.segments(GRID, y.size)):
        at += load().ut_stream_feed(plan.ctypes.data, state.ctypes.data, y[at:].ctypes.data, y.size - at)
        if at == y.size:
            load().ut_stream_end(plan.ctypes.data, state.ctypes.data)
        places = (begin.ctypes.data_as(as_place), end.ctypes.data_as(as_place))
        while load().ut_stream_take(plan.ctypes.data, state.ctypes.data, out.ctypes.data, *places):
            np.testing.assert_array_equal(out, host.features(GRID, y[int(begin[0]) : int(end[0])]))
            taken += 1


@pytest.mark.parametrize("count", [55_125, 10_000_000])
def test_memory_does_not_grow(count):
    """And neither is it large: a vector of 16 floats takes the place of one, so the host needs more than a device."""
    lanes = {"avx512": 16, "avx2": 8}.get(host.variant(), 4)
    assert load().ut_features_least_bytes(WHOLE, count) < 60_000 + lanes * 27_000
