"""The C reader of WAV bytes agrees with libsndfile, and survives what is not a WAV file."""

import io
import struct

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from undertone.errors import AudioError
from undertone.runtime import host


def wav_bytes(samples, subtype, container="WAV", rate=16000):
    stream = io.BytesIO()
    soundfile.write(stream, samples, rate, format=container, subtype=subtype)
    return stream.getvalue()


@pytest.mark.parametrize("container", ["WAV", "WAVEX"])
@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_equals_libsndfile_bit_for_bit(subtype, channels, container):
    samples = np.random.default_rng(1).uniform(-1, 1, (777, channels))
    samples[:2] = [[1.0] * channels, [-1.0] * channels]
    data = wav_bytes(samples, subtype, container)
    ours, rate = host.wav_read(data)
    theirs, _ = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    assert rate == 16000
    np.testing.assert_array_equal(ours, theirs)


def test_skips_unknown_chunks_of_odd_length():
    data = wav_bytes(np.linspace(-0.5, 0.5, 64), "PCM_16")
    odd = b"junk" + struct.pack("<I", 5) + b"12345\0"
    np.testing.assert_array_equal(host.wav_read(data[:12] + odd + data[12:])[0], host.wav_read(data)[0])


@pytest.mark.parametrize("length", [0xFFFFFFFF, 10_000])
def test_a_recording_that_was_cut_off_gives_what_is_there(length):
    data = wav_bytes(np.linspace(-0.5, 0.5, 64), "PCM_16")
    at = data.index(b"data") + 4
    claimed = data[:at] + struct.pack("<I", length) + data[at + 4 :]
    np.testing.assert_array_equal(host.wav_read(claimed)[0], host.wav_read(data)[0])


def altered(place, value, pattern="<H"):
    """A good file with one field of its format chunk changed."""
    data = bytearray(wav_bytes(np.zeros(8), "PCM_16"))
    struct.pack_into(pattern, data, 20 + place, value)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a RIFF/WAVE file"),
        (b"Dear diary, this is no sound.", "not a RIFF/WAVE file"),
        (b"RIFF\0\0\0\0WAVE", "cut short"),
        (wav_bytes(np.zeros(0), "PCM_16"), "no samples"),
        (wav_bytes(np.zeros(50), "ALAW"), "sample format"),
        (altered(0, 7), "sample format"),
        (altered(2, 0), "contradicts itself"),
        (altered(12, 3), "contradicts itself"),
        (altered(4, 7, "<I"), "sample rate"),
    ],
)
def test_bad_bytes_have_a_reason(data, words):
    with pytest.raises(AudioError, match=words):
        host.wav_read(data)


@given(st.data())
def test_any_damage_is_answered(data):
    good = wav_bytes(np.linspace(-1, 1, 40), "FLOAT", "WAVEX")
    damaged = bytearray(good[: data.draw(st.integers(0, len(good)))])
    for place in data.draw(st.lists(st.integers(0, max(0, len(damaged) - 1)), max_size=8)):
        if damaged:
            damaged[place] = data.draw(st.integers(0, 255))
    try:
        samples, rate = host.wav_read(bytes(damaged))
    except AudioError:
        return
    assert samples.size and host.MIN_RATE <= rate <= host.MAX_RATE
