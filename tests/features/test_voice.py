"""voice.v1 has the bits of the two feature sets that it joins, however much of a segment is trimmed."""

from pathlib import Path

import numpy as np
import pytest

from undertone.audio.read import read
from undertone.features import FEATURES, FrontEnd
from undertone.types import Clip

EMODB = sorted(Path("data/emodb/wav").glob("*.flac"))
PARTS = ("melpitch.v1", "pooledlog.v2")


def assert_joined(clip, **settings):
    whole = FrontEnd(feature_set="voice.v1", **settings).transform(clip)[1]
    parts = [FrontEnd(feature_set=part, **settings).transform(clip)[1] for part in PARTS]
    np.testing.assert_array_equal(whole, np.hstack(parts))
    assert np.isfinite(whole).all()


@pytest.mark.parametrize("trim_db", [0.0, 15.0, 40.0])
@pytest.mark.parametrize("segmentation", ["grid", "whole", "article"])
def test_speech_has_the_bits_of_both(segmentation, trim_db):
    for path in EMODB[::120]:
        assert_joined(read(path), segmentation=segmentation, segment_s=1.0, trim_db=trim_db)


@pytest.mark.parametrize("kept", [1, 200, 300, 513, 700, 1100, 1600, 2500, 5000])
@pytest.mark.parametrize(("before", "after"), [(0, 9000), (9000, 0), (9000, 9000), (100, 100), (4096, 20000)])
def test_frames_at_a_cut_are_mirrored_there(kept, before, after):
    """Few frames or many are kept, of which some reach over the cut on one side, on the other, on both."""
    rng = np.random.default_rng(kept + before)
    sound = rng.standard_normal(before + kept + after) * 1e-4
    sound[before : before + kept] += np.sin(np.arange(kept) * 0.08) * 0.3 + rng.standard_normal(kept) * 0.05
    assert_joined(Clip(sound.astype(np.float32), 16000), segmentation="whole")


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, 512, 1023, 1024, 4097])
def test_clips_of_any_length_and_silence(count):
    assert_joined(Clip((np.random.default_rng(count).standard_normal(count) * 0.1).astype(np.float32), 16000))
    assert_joined(Clip(np.zeros(count, np.float32), 16000))


def test_sizes_say_where_the_statistics_begin():
    made, sequence = FrontEnd(feature_set="voice.v1"), FrontEnd(feature_set="melpitch.v1")
    assert (made.frames, made.columns, made.rate) == (sequence.frames, 66, 16000)
    assert (made.sequence_size, made.statistics_size) == (sequence.size, 1090)
    assert made.size == 240 * 66 + 1090 and made.scaler_size == 66 + 1090
    assert FEATURES["voice.v1"].statistics is FEATURES["pooledlog.v2"]


@pytest.mark.parametrize("name", ["article.v1", "pooledlog.v1", "pooledlog.v2", "melpitch.v1", "voice.v1"])
def test_every_row_is_a_sequence_and_statistics(name):
    made = FrontEnd(feature_set=name, segment_s=1.0)
    assert made.sequence_size == made.frames * made.columns and made.size == made.sequence_size + made.statistics_size
    laid_out = made.spread(np.arange(made.scaler_size, dtype=np.float32))
    assert laid_out.shape == (made.size,)
    by_frame = laid_out[: made.sequence_size].reshape(made.frames, made.columns)
    assert (by_frame == np.arange(made.columns)).all()
    np.testing.assert_array_equal(laid_out[made.sequence_size :], np.arange(made.columns, made.scaler_size))
