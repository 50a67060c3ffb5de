"""Conditions against physics: ratios, decays, bands, steps, lengths; and the words of their errors."""

from __future__ import annotations

import numpy as np
import pytest

from undertone.augment.conditions import (
    CONDITIONS,
    COPIES,
    KINDS,
    LEARNED,
    Condition,
    SoundSettings,
    Surroundings,
    conditions_from,
    sound_copies,
    under,
)
from undertone.augment.conditions.noise import street, voice_level
from undertone.augment.conditions.room import room
from undertone.errors import AudioError, ConfigError, InputError, UnknownNameError
from undertone.types import Clip

RATE = 16000


def chance(seed: int = 3) -> np.random.Generator:
    return np.random.default_rng(seed)


def voice(seconds: float = 2.0, *, pause: float = 0.0, seed: int = 0) -> Clip:
    """A tone that swells four times a second, with a pause before and after it."""
    time = np.arange(int(seconds * RATE)) / RATE
    tone = (0.2 + 0.3 * np.square(np.sin(4 * np.pi * time + seed))) * np.sin(2 * np.pi * (180 + 40 * seed) * time)
    silence = np.zeros(int(pause * RATE))
    return Clip(np.concatenate([silence, tone, silence]).astype(np.float32), RATE)


AROUND = Surroundings(tuple(voice(1.3, seed=seed) for seed in range(1, 7)), (voice(0.7, seed=9),))


def decibels(share: float) -> float:
    return float(10 * np.log10(share))


@pytest.mark.parametrize("kind", ["white", "street", "babble"])
@pytest.mark.parametrize("pause", [0.0, 1.0])
def test_the_ratio_is_that_of_voice_to_noise_whatever_silence_is_about(kind: str, pause: float) -> None:
    clip = voice(pause=pause)
    noise = under(clip, Condition(kind, 10), chance(), AROUND).samples.astype(np.float64) - clip.samples
    assert decibels(voice_level(clip) ** 2 / np.mean(noise**2)) == pytest.approx(10, abs=0.01)


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.key)
def test_the_same_seed_gives_the_same_bytes_and_the_clip_stays(condition: Condition) -> None:
    clip = voice()
    before = clip.samples.copy()
    one, two = (under(clip, condition, chance(), AROUND) for _ in range(2))
    assert one.samples.tobytes() == two.samples.tobytes()
    assert np.array_equal(clip.samples, before)
    assert one.samples.dtype == np.float32 and np.isfinite(one.samples).all() and one.samples.size


def test_a_street_rumbles() -> None:
    power = np.abs(np.fft.rfft(street(8 * RATE, RATE, chance()))) ** 2
    hertz = np.fft.rfftfreq(8 * RATE, 1 / RATE)
    low, high = power[(hertz > 20) & (hertz < 300)].sum(), power[hertz > 4000].sum()
    assert decibels(low / high) > 6, "white noise has -11.5"


def test_a_room_falls_silent_in_its_time() -> None:
    """Schroeder's backward sum of an impulse's echoes falls by 60 dB in RT60; 5 to 25 dB are read, as ISO 3382 does."""
    impulse = Clip(np.eye(1, 200, dtype=np.float32)[0], RATE)
    echoes = room(impulse, chance(), decay_s=0.5).samples.astype(np.float64)
    assert np.sum(echoes[1:] ** 2) == pytest.approx(echoes[0] ** 2, rel=1e-4), "direct sound and echoes are as loud"
    left = 10 * np.log10(np.cumsum(echoes[:0:-1] ** 2)[::-1] / np.sum(echoes[1:] ** 2) + 1e-12)
    early, late = (np.flatnonzero(left < level)[0] / RATE for level in (-5, -25))
    assert 3 * (late - early) == pytest.approx(0.5, rel=0.1)


@pytest.mark.parametrize(("hertz", "least", "most"), [(100, -200, -35), (1000, -0.5, 0.5), (3700, -200, -35)])
def test_a_telephone_passes_its_band(hertz: int, least: float, most: float) -> None:
    time = np.arange(2 * RATE) / RATE
    both = np.sin(2 * np.pi * 1000 * time) + (hertz != 1000) * np.sin(2 * np.pi * hertz * time)
    heard = under(Clip(0.3 * both.astype(np.float32), RATE), Condition("telephone", 8), chance())
    assert heard.rate == 8000
    middle = heard.samples[4000:12000].astype(np.float64)
    there = np.exp(-2j * np.pi * hertz * np.arange(len(middle)) / 8000)
    found = 2 * abs(np.mean(middle * there))
    assert least < 20 * np.log10(found / 0.3) < most


def test_a_telephone_has_eight_bits() -> None:
    """G.711 codes a loud tone with a ratio of about 38 dB to what it adds."""
    time = np.arange(2 * RATE) / RATE
    tone = Clip(0.4 * np.sin(2 * np.pi * 1003 * time).astype(np.float32), RATE)
    heard = under(tone, Condition("telephone", 8), chance())
    middle = heard.samples[4000:12000].astype(np.float64)
    basis = np.stack([f(2 * np.pi * 1003 * np.arange(len(middle)) / 8000) for f in (np.sin, np.cos)], axis=1)
    rest = middle - basis @ np.linalg.lstsq(basis, middle, rcond=None)[0]
    assert 33 < decibels(np.mean(middle**2) / np.mean(rest**2)) < 42


def test_gain_brings_the_loudest_sample_there_and_cuts_off_what_is_beyond() -> None:
    quiet = under(voice(), Condition("gain", -30), chance()).samples
    assert 20 * np.log10(np.abs(quiet).max()) == pytest.approx(-30, abs=0.01)
    assert np.allclose(quiet * 32768, np.round(quiet * 32768)), "16 bits"
    loud = under(voice(), Condition("gain", 12), chance()).samples
    assert np.abs(loud).max() <= 1 and np.mean(np.abs(loud) > 0.999) > 0.2


def test_length_takes_the_middle_or_joins_more_of_the_same() -> None:
    clip = voice(2.0)
    short = under(clip, Condition("length", 0.5), chance(), AROUND)
    assert np.array_equal(short.samples, clip.samples[12000:20000])
    long = under(clip, Condition("length", 4), chance(), AROUND).samples
    assert len(long) == 4 * RATE
    assert np.array_equal(long[: 2 * RATE], clip.samples)
    more = AROUND.more[0].samples
    assert np.array_equal(long[2 * RATE :][: len(more)], more)
    assert np.array_equal(long[2 * RATE + len(more) :], clip.samples[: len(long) - 2 * RATE - len(more)])


@pytest.mark.parametrize(("name", "fine", "coarse"), [("opus", 64, 8), ("mp3", 96, 16)])
def test_a_codec_takes_the_more_away_the_fewer_bits_it_has(name: str, fine: float, coarse: float) -> None:
    clip = voice()
    changes = []
    for kbits in (fine, coarse):
        heard = under(clip, Condition(name, kbits), chance())
        assert heard.rate == 16000
        size = 1 << 17
        product = np.fft.irfft(np.fft.rfft(heard.samples, size) * np.conj(np.fft.rfft(clip.samples, size)))
        changes.append(1 - product.max() / np.linalg.norm(heard.samples) / np.linalg.norm(clip.samples))
    assert -1e-5 < changes[0] < changes[1] < 0.5


def test_copies_to_learn_from_lie_within_their_ranges() -> None:
    """What was added to the clip is the noise: its ratio is drawn from the range; a room has its time."""
    clip, ratios, tails = voice(), [], []
    settings = SoundSettings(("white", "street", "murmur", "room"), ratio_db=(3.0, 9.0), decay_s=(0.2, 0.4))
    for seed in range(8):
        *noisy, hall = sound_copies(clip, settings, chance(seed))
        for copy in noisy:
            added = copy.samples.astype(np.float64) - clip.samples
            ratios.append(decibels(voice_level(clip) ** 2 / np.mean(added**2)))
        tails.append(len(hall.samples) / RATE - clip.duration_s)
    assert 2.99 < min(ratios) < 5 < 7 < max(ratios) < 9.01
    assert 0.19 < min(tails) < max(tails) < 0.41


def test_a_copy_is_its_own_whatever_other_copies_there_are_before_it() -> None:
    clip = voice()
    one = sound_copies(clip, SoundSettings(("white",)), chance())
    two = sound_copies(clip, SoundSettings(("white", "room")), chance())
    assert one[0].samples.tobytes() == two[0].samples.tobytes()
    assert sound_copies(clip, SoundSettings(), chance()) == ()
    assert all(name in COPIES for name in LEARNED)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"copies": ("hall",)}, "unknown sound copy 'hall'.*known: murmur, room"),
        ({"ratio_db": (9.0, 3.0)}, r"ratio_db is \[9.0, 3.0\]; accepted: two numbers, -30 to 60, rising"),
        ({"decay_s": (0.2,)}, r"decay_s is \[0.2\]"),
        ({"weight": 0.0}, "weight=0.0; accepted: more than 0, at most 1"),
    ],
)
def test_words_of_copies_that_cannot_be_made(values, words) -> None:
    with pytest.raises(InputError, match=words):
        SoundSettings(**values)


def test_words_of_errors() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown condition 'wite'.*known: babble"):
        Condition("wite", 3)
    with pytest.raises(ConfigError, match=r"condition room: 99 s; accepted: 0\.05 to 10"):
        Condition("room", 99)
    with pytest.raises(InputError, match="babble needs other voices"):
        under(voice(), Condition("babble", 10), chance())
    with pytest.raises(ConfigError, match=r"--conditions: unknown 'rooom'.*accepted: all, white"):
        conditions_from("rooom")
    with pytest.raises(ConfigError, match=r"'white=loud' has no number.*white=NUMBER in dB"):
        conditions_from("white=loud")
    with pytest.raises(ConfigError, match="none named"):
        conditions_from(" , ")
    with pytest.raises(AudioError, match=r"opus: 300 kbit/s; accepted: 6 to 256"):
        from undertone.audio.codec import coded

        coded(voice(), "opus", kbits=300)


def test_conditions_are_read_once_each() -> None:
    assert conditions_from("all,white=10") == CONDITIONS
    assert len(CONDITIONS) == sum(len(kind.strengths) for kind in KINDS.values())
