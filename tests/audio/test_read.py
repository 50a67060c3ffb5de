"""Reading: formats, mixing, notes, and a clear answer to each bad input."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from undertone.audio.read import read
from undertone.audio.write import write
from undertone.errors import AudioError, NotFoundError
from undertone.types import Clip

EMODB = Path("data/emodb/wav/03a01Fa.flac")


def tone(count=8000, rate=16000):
    return (0.5 * np.sin(np.arange(count) / 9)).astype(np.float32), rate


@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "mp3"])
def test_reads_each_format(tmp_path, ending):
    samples, rate = tone()
    soundfile.write(tmp_path / f"tone.{ending}", samples, rate)
    clip = read(tmp_path / f"tone.{ending}")
    assert clip.rate == rate and clip.samples.dtype == np.float32 and clip.notes == ()
    assert abs(len(clip.samples) - len(samples)) < 2500  # mp3 pads
    assert np.abs(clip.samples).max() == pytest.approx(0.5, abs=0.05)


def test_reads_the_embedded_corpus():
    clip = read(EMODB)
    assert clip.rate == 16000 and clip.notes == () and 1.5 < clip.duration_s < 2.5


@pytest.mark.parametrize(("channels", "noted"), [(2, 0), (6, 1)])
def test_channels_are_mixed_by_their_mean(tmp_path, channels, noted):
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, (8000, channels)).astype(np.float32)
    soundfile.write(tmp_path / "many.wav", sound, 16000, subtype="FLOAT")
    clip = read(tmp_path / "many.wav")
    np.testing.assert_allclose(clip.samples, sound.mean(axis=1), atol=1e-7)
    assert len(clip.notes) == noted


@pytest.mark.parametrize(
    ("samples", "rate", "words"),
    [
        (tone(800)[0], 16000, "shorter than 0.25 s"),
        (np.zeros(8000), 16000, "digital silence"),
        (np.clip(tone()[0] * 5, -1, 1), 16000, "clipped"),
        (tone(96000)[0], 96000, "above 48000 Hz"),
    ],
)
def test_what_is_doubtful_is_noted(tmp_path, samples, rate, words):
    soundfile.write(tmp_path / "odd.wav", samples, rate)
    (note,) = read(tmp_path / "odd.wav").notes
    assert words in note


def made(folder, kind):
    path = folder / f"{kind}.wav"
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("Dear diary, this is no sound.")
    elif kind == "no samples":
        soundfile.write(path, np.zeros(0), 16000)
    elif kind in ("nan", "inf"):
        soundfile.write(path, np.array([0.0, float(kind)] * 500), 16000, subtype="FLOAT")
    elif kind == "slow":
        soundfile.write(path, np.zeros(100), 100)
    elif kind == "folder":
        path.mkdir()
    elif kind == "cut flac":
        whole = EMODB.read_bytes()
        path = folder / "cut.flac"
        path.write_bytes(whole[: len(whole) // 2])
    elif kind == "raw":
        path = folder / "sound.raw"
        path.write_bytes(bytes(1000))
    return path


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("empty", "an empty file of 0 bytes; accepted are wav, flac, mp3 and ogg"),
        ("text", "not a sound file"),
        ("no samples", "no samples"),
        ("nan", "sample 1 is NaN or infinite"),
        ("inf", "sample 1 is NaN or infinite"),
        ("slow", "a rate of 100 Hz; accepted are 1000 to 384000 Hz"),
        ("folder", "a folder, not a sound file"),
        ("cut flac", "cut short|not a sound file"),
        ("raw", "not a sound file"),
    ],
)
def test_bad_files_are_refused_with_their_name_and_reason(tmp_path, kind, words):
    path = made(tmp_path, kind)
    with pytest.raises(AudioError, match=words) as caught:
        read(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_not_found(tmp_path):
    with pytest.raises(NotFoundError, match=r"no sound file at .*nowhere\.wav"):
        read(tmp_path / "nowhere.wav")


def test_wav_keeps_the_bits_and_flac_24_of_them(tmp_path):
    samples, rate = tone()
    write(tmp_path / "tone.wav", Clip(samples, rate))
    write(tmp_path / "tone.flac", Clip(samples, rate))
    np.testing.assert_array_equal(read(tmp_path / "tone.wav").samples, samples)
    np.testing.assert_allclose(read(tmp_path / "tone.flac").samples, samples, atol=2**-23)


@pytest.mark.parametrize(("name", "words"), [("tone.xyz", "unknown ending '.xyz'"), ("no/tone.wav", "no folder")])
def test_writing_is_refused_and_leaves_nothing(tmp_path, name, words):
    with pytest.raises(AudioError, match=words):
        write(tmp_path / name, Clip(*tone()))
    assert list(tmp_path.iterdir()) == []


def test_a_rate_that_a_format_lacks_is_refused_and_leaves_nothing(tmp_path):
    with pytest.raises(AudioError, match="cannot be written at 12345 Hz"):
        write(tmp_path / "tone.mp3", Clip(tone()[0], 12345))
    assert list(tmp_path.iterdir()) == []
