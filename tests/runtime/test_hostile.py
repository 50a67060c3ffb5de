"""A fault in C would take Python down, so wrong arguments end before the call: each here is refused in words."""

import numpy as np
import pytest

from undertone.errors import AudioError
from undertone.features import LogMel
from undertone.runtime import host, melpitch
from undertone.runtime.resample_stream import ResampleStream
from undertone.runtime.segment_stream import SegmentStream

MADE = host.settings(feature_set="article.v1", segmentation="grid", segment_s=0.2, trim_db=40.0)
STEREO = np.zeros((600, 2), np.float32)
MELPITCH = melpitch.Values(64, 256, 50.0, 7600.0, 40.0, 13.8)

WRONG = {
    "features of two dimensions": lambda: host.features(MADE, STEREO),
    "features of a number": lambda: host.features(MADE, np.float32(1)),
    "features of nothing": lambda: host.features(MADE, np.zeros(0, np.float32)),
    "logmel of two dimensions": lambda: LogMel().transform(STEREO),
    "logmel of nothing": lambda: LogMel().transform(np.zeros(0, np.float32)),
    "mix of one dimension": lambda: host.mix(STEREO[:, 0]),
    "trim of two dimensions": lambda: host.trim(STEREO, 40.0),
    "a rate that 32 bits would cut to 16000": lambda: host.resample(STEREO[:, 0], 2**32 + 16000, 22050),
    "a rate below zero": lambda: host.resample(STEREO[:, 0], -16000, 22050),
    "frames that are too narrow": lambda: melpitch.normalise(MELPITCH, STEREO),
    "no frames": lambda: melpitch.normalise(MELPITCH, np.zeros((0, 69), np.float32)),
    "WAV bytes of nothing": lambda: host.wav_read(b""),
}


@pytest.mark.parametrize("call", WRONG.values(), ids=WRONG)
def test_wrong_arguments_are_refused(call):
    with pytest.raises(AudioError):
        call()


@pytest.mark.parametrize("make", [lambda: SegmentStream(MADE), LogMel().stream, lambda: ResampleStream(8000, 16000)])
def test_a_stream_that_has_ended_takes_no_more(make):
    stream = make()
    stream.feed(STEREO[:, 0])
    stream.end()
    with pytest.raises(AudioError, match="has ended"):
        stream.feed(STEREO[:, 0])


@pytest.mark.parametrize("feature_set", host.FEATURE_SETS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38, 1e-45])
def test_numbers_that_are_none_stay_in_their_place(feature_set, value):
    """`read` refuses such sound; where it comes in another way, the numbers mean nothing, and that is all."""
    made = host.settings(feature_set=feature_set, segmentation="grid", segment_s=0.5, trim_db=40.0)
    samples = np.random.default_rng(0).standard_normal(9000).astype(np.float32)
    samples[::7] = value
    for y in (samples, np.full(9000, value, np.float32)):
        assert host.features(made, host.resample(y, 16000, host.feature_rate(made))).size == host.feature_count(made)


def test_arrays_of_other_orders_and_types_are_copied():
    y = np.random.default_rng(0).standard_normal(9000)
    reference = host.features(MADE, y.astype(np.float32))
    np.testing.assert_array_equal(host.features(MADE, y), reference)
    np.testing.assert_array_equal(host.features(MADE, np.repeat(y, 2).astype(np.float32)[::2]), reference)
    np.testing.assert_array_equal(host.features(MADE, y.astype(">f4")), reference)


def test_no_segments_of_fewer_than_no_samples():
    assert host.segments(MADE, -1) == host.segments(MADE, 0) == []
