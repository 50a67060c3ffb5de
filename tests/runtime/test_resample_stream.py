"""A stream of samples at another rate gives the bits of the whole clip, however it comes in pieces."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undertone.errors import AudioError
from undertone.runtime import host
from undertone.runtime.resample_stream import ResampleStream

RATES = (8000, 16000, 22050, 22051, 44100, 48000, 96000)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(RATES), st.lists(st.integers(0, 3000), max_size=6))
def test_pieces_leave_no_trace(seed, rate, pieces):
    y = np.random.default_rng(seed).standard_normal(sum(pieces)).astype(np.float32)
    stream = ResampleStream(rate, 22050)
    outputs = [stream.feed(part) for part in np.split(y, np.cumsum(pieces)[:-1])] if pieces else []
    together = np.concatenate([*outputs, stream.end()])
    assert together.tobytes() == host.resample(y, rate, 22050).tobytes()


def test_outputs_come_as_soon_as_the_kernel_is_full():
    stream = ResampleStream(16000, 22050)
    assert stream.feed(np.ones(64, np.float32)).size == 0
    assert stream.feed(np.ones(1, np.float32)).size == 2  # at 0 and at 16000/22050 of an input, 64 to come


def test_state_is_bounded():
    stream = ResampleStream(48000, 22050)
    before = stream.state_bytes
    stream.feed(np.zeros(200_000, np.float32))
    assert stream.state_bytes == before < 4000


def test_rates_out_of_range_are_refused():
    with pytest.raises(AudioError, match="accepted are 1000 to 384000"):
        ResampleStream(10, 22050)
