"""A stream of segments gives the bits of the whole recording, however it comes in pieces, in bounded memory."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undertone.errors import ConfigError
from undertone.runtime import host
from undertone.runtime.segment_stream import SegmentStream

GRID = {"feature_set": "article.v1", "segmentation": "grid", "segment_s": 0.2, "trim_db": 40.0}
LENGTH = 4410


def whole(y, made):
    return [(begin, end, host.features(made, y[begin:end])) for begin, end in host.segments(made, y.size)]


def assert_same(ours, theirs):
    assert [(begin, end) for begin, end, _ in ours] == [(begin, end) for begin, end, _ in theirs]
    for (_, _, a), (_, _, b) in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.lists(st.integers(0, 9000), max_size=5), st.sampled_from(list(host.FEATURE_SETS)))
def test_pieces_leave_no_trace(seed, pieces, feature_set):
    made = host.settings(**{**GRID, "feature_set": feature_set})
    y = np.random.default_rng(seed).standard_normal(sum(pieces)).astype(np.float32)
    stream, segments = SegmentStream(made), []
    for begin, length in zip(np.cumsum([0, *pieces]), pieces, strict=False):
        segments += stream.feed(y[begin : begin + length])
    assert_same(segments + stream.end(), whole(y, made))


@pytest.mark.parametrize(
    "count", [1, LENGTH, LENGTH + LENGTH // 2 - 1, LENGTH + LENGTH // 2, 2 * LENGTH, 10 * LENGTH + 1]
)
def test_lengths_around_the_border(count):
    made, y = host.settings(**GRID), np.random.default_rng(count).standard_normal(count).astype(np.float32)
    stream = SegmentStream(made)
    assert_same(stream.feed(y) + stream.end(), whole(y, made))


def test_state_is_bounded():
    stream = SegmentStream(host.settings(**GRID))
    before = stream.state_bytes
    stream.feed(np.zeros(20 * LENGTH, np.float32))
    assert stream.state_bytes == before < 500_000


@pytest.mark.parametrize("segmentation", ["whole", "article"])
def test_unbounded_segments_are_refused(segmentation):
    with pytest.raises(ConfigError, match="only the segmentation 'grid'"):
        SegmentStream(host.settings(**{**GRID, "segmentation": segmentation}))
