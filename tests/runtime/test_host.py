"""Mixing, notes, trimming and segmentation, against formulas and librosa."""

import itertools

import librosa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from undertone.errors import ConfigError
from undertone.runtime import host

SETTINGS = {"feature_set": "article.v1", "segmentation": "grid", "segment_s": 2.5, "trim_db": 40.0}


@pytest.mark.parametrize("channels", [1, 2, 3, 6])
def test_mix_is_the_mean_of_all_channels(channels):
    sound = np.random.default_rng(0).uniform(-1, 1, (1000, channels)).astype(np.float32)
    np.testing.assert_allclose(host.mix(sound), sound.mean(axis=1), atol=1e-7)


def test_notes_are_given_in_one_order():
    flat = np.ones(100, np.float32)
    assert [note.split(":")[0] for note in host.inspect(flat, 96000, 6)] == [
        "shorter than 0.25 s",
        "clipped",
        "sample rate above 48000 Hz",
        "more than 2 channels",
    ]
    assert [note.split(":")[0] for note in host.inspect(0 * flat, 100, 2)] == ["digital silence"]


def test_a_loud_tone_is_not_clipped_but_a_flat_top_is():
    loud = np.sin(np.arange(22050, dtype=np.float32) * 0.03)
    assert host.inspect(loud / np.abs(loud).max(), 22050, 1) == ()
    assert "clipped" in host.inspect(np.clip(1.2 * loud, -1, 1), 22050, 1)[0]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_one_bad_sample_is_found(value):
    clip = np.zeros(1001, np.float32)
    assert host.finite(clip)
    clip[777] = value
    assert not host.finite(clip)


@pytest.mark.parametrize("trim_db", [20.0, 40.0, 60.0])
@pytest.mark.parametrize("count", [1, 511, 512, 513, 2048, 5000, 30000])
def test_trim_equals_librosa(count, trim_db):
    rng = np.random.default_rng(count)
    loudness = np.interp(np.arange(count), np.linspace(0, count, 7), 10.0 ** rng.uniform(-5, 0, 7))
    clip = (rng.standard_normal(count) * loudness).astype(np.float32)
    _, theirs = librosa.effects.trim(clip, top_db=trim_db)
    assert host.trim(clip, trim_db) == tuple(theirs)


@pytest.mark.parametrize("clip", [np.zeros(3000), np.full(3000, 1e-7), np.eye(1, 3000, 1500)[0]])
def test_trim_of_silence_whisper_and_impulse_equals_librosa(clip):
    clip = clip.astype(np.float32)
    assert host.trim(clip, 40.0) == tuple(librosa.effects.trim(clip, top_db=40.0)[1])


def test_trim_of_nothing_is_nothing():
    assert host.trim(np.zeros(0, np.float32), 40.0) == (0, 0)


@given(st.integers(1, 10**7), st.floats(0.1, 100))
def test_grid_covers_the_clip_in_pieces_of_the_stated_length(count, segment_s):
    made = host.settings(**{**SETTINGS, "segment_s": segment_s})
    length = int(np.float32(segment_s) * np.float64(22050) + 0.5)
    cuts = host.segments(made, count)
    assert len(cuts) == max(1, int(np.floor(count / length + 0.5)))
    assert cuts[0][0] == 0 and cuts[-1][1] == count
    assert all(end - begin == length and end == after for (begin, end), (after, _) in itertools.pairwise(cuts))


def test_article_window_and_whole():
    article = host.settings(**{**SETTINGS, "segmentation": "article"})
    assert host.segments(article, 100_000) == [(13230, 68355)]
    assert host.segments(article, 20_000) == [(13230, 20_000)]
    assert host.segments(article, 13_230) == []
    whole = host.settings(**{**SETTINGS, "segmentation": "whole"})
    assert host.segments(whole, 10**6) == [(0, 10**6)]


@pytest.mark.parametrize("wrong", [{"segment_s": 0.01}, {"trim_db": -1.0}, {"segment_s": float("nan")}])
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ConfigError, match="accepted"):
        host.settings(**{**SETTINGS, **wrong})
