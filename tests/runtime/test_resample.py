"""The resampler has the response that its documentation states, checked by physics and by soxr."""

import numpy as np
import pytest
import soxr

from undertone.errors import AudioError
from undertone.runtime import host

RATES = [(48000, 22050), (44100, 22050), (16000, 22050), (8000, 22050), (96000, 22050), (22050, 16000), (44101, 22050)]


def tone(hz, rate, seconds=0.5):
    return np.sin(2 * np.pi * hz * np.arange(int(rate * seconds)) / rate).astype(np.float32)


def inner(samples):
    """Away from the edges, where sound meets the silence outside."""
    return samples[len(samples) // 4 : -len(samples) // 4]


@pytest.mark.parametrize(("rate_in", "rate_out"), RATES)
@pytest.mark.parametrize("share", [0.01, 0.3, 0.7, 0.9])
def test_passes_tones_below_nine_tenths_of_the_lower_nyquist_rate(rate_in, rate_out, share):
    hz = share * min(rate_in, rate_out) / 2
    ours, ideal = host.resample(tone(hz, rate_in), rate_in, rate_out), tone(hz, rate_out)
    error = inner(ours) - inner(ideal[: len(ours)])
    assert np.abs(error).max() < 3e-5


@pytest.mark.parametrize(("rate_in", "rate_out"), [(48000, 22050), (44100, 22050), (96000, 22050), (22050, 16000)])
@pytest.mark.parametrize("share", [1.0, 1.05, 1.3])
def test_stops_tones_from_the_lower_nyquist_rate_on_by_90_db(rate_in, rate_out, share):
    hz = share * rate_out / 2
    if hz >= rate_in / 2:
        pytest.skip("above what the input can hold")
    left = inner(host.resample(tone(hz, rate_in), rate_in, rate_out))
    assert 20 * np.log10(np.abs(left).max()) < -90


@pytest.mark.parametrize(("rate_in", "rate_out"), RATES)
def test_an_impulse_comes_out_in_place_and_even(rate_in, rate_out):
    clip = np.zeros(4 * rate_in // 100 * 25 + 1, np.float32)
    clip[len(clip) // 2] = 1.0
    out = host.resample(clip, rate_in, rate_out)
    assert abs(np.argmax(out) - len(clip) // 2 * rate_out / rate_in) <= 0.5
    assert out.sum() == pytest.approx(rate_out / rate_in, rel=1e-4)


@pytest.mark.parametrize(("rate_in", "rate_out"), RATES)
def test_a_constant_stays(rate_in, rate_out):
    out = host.resample(np.full(20000, 0.5, np.float32), rate_in, rate_out)
    np.testing.assert_allclose(inner(out), 0.5, rtol=2e-6)


def band_limited(rate_in, rate_out):
    """A second of noise up to 0.85 of the lower Nyquist rate, at both rates, by the Fourier transform: periodic."""
    below = int(0.85 * min(rate_in, rate_out) / 2)
    spectrum = np.zeros(below + 1, complex)
    spectrum[1:] = np.random.default_rng(3).standard_normal((below, 2)) @ [1, 1j]
    clips = [np.fft.irfft(spectrum, rate) * rate for rate in (rate_in, rate_out)]
    return [(clip * 0.2 / clips[0].std()).astype(np.float32) for clip in clips]


def distance(ours, theirs):
    return np.linalg.norm(inner(ours) - inner(theirs)) / np.linalg.norm(inner(theirs))


@pytest.mark.parametrize(("rate_in", "rate_out"), RATES)
def test_gives_the_ideal_of_sound_below_the_transition(rate_in, rate_out):
    clip, ideal = band_limited(rate_in, rate_out)
    assert distance(host.resample(clip, rate_in, rate_out), ideal) < 1e-5  # -100 dB


@pytest.mark.parametrize(("rate_in", "rate_out"), RATES)
def test_agrees_with_soxr_on_sound_that_both_pass(rate_in, rate_out):
    clip, ideal = band_limited(rate_in, rate_out)
    theirs = soxr.resample(clip, rate_in, rate_out, quality="VHQ")
    # soxr itself is up to 1.1e-4 away from the ideal at these rates; we are 40 times closer.
    assert distance(host.resample(clip, rate_in, rate_out)[: len(theirs)], theirs) < 2e-4
    assert distance(theirs, ideal[: len(theirs)]) < 2e-4


def test_equal_rates_copy_the_bits():
    clip = np.random.default_rng(0).standard_normal(1000).astype(np.float32)
    np.testing.assert_array_equal(host.resample(clip, 16000, 16000), clip)


@pytest.mark.parametrize("count", [1, 2, 100, 12345])
@pytest.mark.parametrize(("rate_in", "rate_out"), [*RATES, (384000, 1000), (1000, 384000)])
def test_count_is_the_duration_rounded_up(count, rate_in, rate_out):
    out = host.resample(np.ones(count, np.float32), rate_in, rate_out)
    assert len(out) == -(-count * rate_out // rate_in)
    assert np.isfinite(out).all()


def test_a_piece_in_silence_gives_the_bits_of_the_piece():
    """Zero outside the clip is the same as zeros inside it, edges included."""
    clip = np.random.default_rng(5).standard_normal(4800).astype(np.float32)
    padded = np.concatenate([np.zeros(320 * 3, np.float32), clip, np.zeros(960, np.float32)])
    alone, inside = host.resample(clip, 48000, 22050), host.resample(padded, 48000, 22050)
    np.testing.assert_array_equal(inside[147 * 3 : 147 * 3 + len(alone)], alone)


@pytest.mark.parametrize(("rate_in", "rate_out"), [(0, 16000), (16000, 0), (400_000, 16000)])
def test_a_rate_out_of_range_is_refused(rate_in, rate_out):
    with pytest.raises(AudioError, match="accepted are 1000 to 384000 Hz"):
        host.resample(np.ones(10, np.float32), rate_in, rate_out)
