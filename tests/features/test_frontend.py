"""The front end's settings, and what they make of clips of any rate and length."""

from pathlib import Path

import numpy as np
import pytest

from undertone.audio.read import read
from undertone.audio.resample import resample
from undertone.audio.trim import trim
from undertone.errors import AudioError, ConfigError, UnknownNameError
from undertone.features import FEATURES, FrontEnd, MelPitch
from undertone.runtime import host
from undertone.types import Clip

SPEECH = Path("data/emodb/wav/03a01Fa.flac")


def test_transform_is_resample_cut_trim_compute():
    clip = read(SPEECH)
    long = Clip(np.tile(clip.samples, 4), clip.rate)
    segments, features = FrontEnd(segment_s=1.0).transform(long)
    at_rate = resample(long, 22050)
    assert features.shape == (len(segments), 162) and features.dtype == np.float32
    for segment, row in zip(segments, features, strict=True):
        begin, end = round(segment.begin_s * 22050), round(segment.end_s * 22050)
        piece = trim(Clip(at_rate.samples[begin:end], 22050), trim_db=40.0)
        np.testing.assert_array_equal(row, FEATURES["article.v1"].compute(piece.samples))


def test_a_vector_of_16_khz_takes_the_same_way():
    clip = read(SPEECH)
    _, (row,) = FrontEnd(feature_set="pooledlog.v1", segmentation="whole").transform(clip)
    np.testing.assert_array_equal(row, FEATURES["pooledlog.v1"].compute(trim(clip, trim_db=40.0).samples))


@pytest.mark.parametrize("trim_db", [0.0, 40.0])
def test_a_sequence_is_repeated_to_the_frames_of_the_longest_segment(trim_db):
    clip = read(SPEECH)
    made = FrontEnd(feature_set="melpitch.v1", segment_s=2.5, trim_db=trim_db)
    (_,), (row,) = made.transform(clip)
    sequence = MelPitch(trim_db=trim_db).compute(clip)
    assert made.frames == 240 and row.shape == (240 * 66,)
    np.testing.assert_array_equal(row.reshape(240, 66), np.resize(sequence, (240, 66)))


def test_of_a_sequence_that_is_too_long_the_middle_is_taken():
    clip = read(SPEECH)
    made = FrontEnd(feature_set="melpitch.v1", segmentation="whole", segment_s=0.5)
    _, (row,) = made.transform(clip)
    sequence, frames = MelPitch().compute(clip), made.frames
    first = (len(sequence) - frames) // 2
    np.testing.assert_array_equal(row.reshape(-1, 66), sequence[first : first + frames])


def test_the_article_window_is_not_trimmed():
    clip = Clip(np.concatenate([np.zeros(30000), np.ones(30000)]).astype(np.float32), 22050)
    (segment,), (row,) = FrontEnd(segmentation="article").transform(clip)
    assert (segment.begin_s, round(segment.end_s, 4)) == (0.6, 2.7211)
    np.testing.assert_array_equal(row, FEATURES["article.v1"].compute(clip.samples[13230:]))


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000, 96000])
def test_a_voice_has_about_the_same_numbers_at_any_rate(rate):
    """Up to 3.5 kHz all rates carry the same sound: the mel bands below it agree to a percent."""
    clip = read(SPEECH)
    whole = FrontEnd(segmentation="whole")
    _, (reference,) = whole.transform(clip)
    _, (row,) = whole.transform(resample(clip, rate))
    low = slice(34, 34 + 60)
    assert np.abs(row[low] - reference[low]).max() < 0.01 * reference[low].max()


@pytest.mark.parametrize("count", [1, 10, 800])
@pytest.mark.parametrize("rate", [8000, 48000])
def test_the_shortest_clips_are_answered(count, rate):
    segments, features = FrontEnd().transform(Clip(np.full(count, 0.1, np.float32), rate))
    assert len(segments) == 1 and np.isfinite(features).all()


def test_nothing_to_look_at_is_an_error():
    with pytest.raises(AudioError, match="0\\.5000 s: the segmentation 'article' skips the first 0\\.6 s"):
        FrontEnd(segmentation="article").transform(Clip(np.zeros(8000, np.float32), 16000))
    with pytest.raises(AudioError, match="one sample is needed"):
        FrontEnd().transform(Clip(np.zeros(0, np.float32), 16000))


@pytest.mark.parametrize("feature_set", list(host.FEATURE_SETS))
@pytest.mark.parametrize("sound", ["noise", "square"])
def test_the_largest_samples_have_finite_features(feature_set, sound):
    y = np.random.default_rng(0).uniform(-1, 1, 20000) if sound == "noise" else np.sign(np.sin(np.arange(20000) / 50))
    _, features = FrontEnd(feature_set=feature_set).transform(Clip((1e12 * y).astype(np.float32), 16000))
    assert np.isfinite(features).all()


@pytest.mark.parametrize("value", [1e13, 3e38, np.inf, -np.inf, np.nan])
def test_what_is_no_sound_is_refused(value):
    clip = Clip(np.array([0.0, value, 0.0], np.float32), 16000)
    with pytest.raises(AudioError, match="front end: sample 1 is "):
        FrontEnd().transform(clip)


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        ({"feature_set": "article.v2"}, UnknownNameError, "did you mean 'article.v1'"),
        ({"segmentation": "grit"}, ConfigError, "did you mean 'grid'.*accepted: grid, article, whole"),
        ({"segment_s": 0.0}, ConfigError, "segment_s=0.0; accepted: 0.1 to 3600"),
        ({"trim_db": float("nan")}, ConfigError, "trim_db=nan; accepted: 0 to 200"),
    ],
)
def test_wrong_settings_are_refused(wrong, error, words):
    with pytest.raises(error, match=words):
        FrontEnd(**wrong)


@pytest.mark.parametrize("name", sorted(host.FEATURE_SETS))
def test_what_a_feature_set_says_of_the_level_is_so(name):
    """A clip at a quarter of its level has the same numbers where the level is taken out, and others where not."""
    rng, made = np.random.default_rng(3), FrontEnd(feature_set=name, segmentation="whole")
    time = np.arange(32_000) / 16_000
    voice = 0.2 * np.sin(2 * np.pi * (150 * time + 10 * np.sin(5 * time))) * (1 + np.sin(9 * time))
    sound = (voice + 0.01 * rng.standard_normal(time.size)).astype(np.float32)
    loud, quiet = (made.transform(Clip(sound / divisor, 16_000))[1] for divisor in (np.float32(1), np.float32(4)))
    assert np.allclose(loud, quiet, rtol=1e-3, atol=1e-3) == ("its level" in FEATURES[name].taken_out)
