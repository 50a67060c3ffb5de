import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undertone.augment import AugmentSettings, augment, noise, pitch, shift, stretch
from undertone.config import from_dict, to_dict
from undertone.errors import ConfigError, MissingExtraError, UnknownNameError
from undertone.types import Clip

RATE = 22_050


def rng(seed=1):
    return np.random.default_rng(seed)


def tone(hertz=220.0, seconds=1.0, rate=RATE):
    return Clip((0.5 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.float32), rate)


def strongest(clip):
    spectrum = np.abs(np.fft.rfft(clip.samples * np.hanning(len(clip.samples)), 8 * len(clip.samples)))
    return spectrum.argmax() * clip.rate / (8 * len(clip.samples))


def test_default_makes_the_articles_two_copies():
    clip = tone()
    noisy, slow = augment(clip, AugmentSettings(), rng())
    assert (len(noisy.samples), noisy.rate) == (RATE, RATE)
    assert len(slow.samples) == pytest.approx(RATE / 0.8, abs=1)
    assert strongest(slow) == pytest.approx(220 * 2 ** (0.7 / 12), rel=0.005)


def test_every_change_gives_what_it_says():
    assert strongest(stretch(tone(), rng(), rate=0.8)) == pytest.approx(220, rel=0.005)
    assert strongest(pitch(tone(), rng(), semitones=12.0)) == pytest.approx(440, rel=0.005)
    assert len(pitch(tone(), rng(), semitones=-3.0).samples) == RATE


def test_noise_has_the_stated_strength():
    clip, generator = tone(), rng(3)
    share = rng(3).uniform()
    added = noise(clip, generator, share=0.035).samples - clip.samples
    assert added.std() == pytest.approx(0.035 * share * np.abs(clip.samples).max(), rel=0.02)
    assert abs(added.mean()) < added.std() / 50


def test_noise_leaves_silence():
    silence = Clip(np.zeros(100, np.float32), RATE)
    assert noise(silence, rng(), share=0.035) == silence


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000])
def test_shift_is_a_rotation_within_its_limit(rate):
    clip = Clip(np.arange(rate, dtype=np.float32), rate)
    firsts = {int(shift(clip, rng(seed), limit_ms=5000 / 22.05).samples[0]) for seed in range(40)}
    limit = round(rate * 5000 / 22_050)
    assert all(first <= limit or first >= rate - limit for first in firsts)
    assert len(firsts) > 30
    rotated = shift(clip, rng(), limit_ms=200.0).samples
    assert np.array_equal(np.roll(rotated, -int(rotated.argmin())), clip.samples)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(1, 6000),
    rate=st.sampled_from([8_000, 16_000, 44_100]),
    speed=st.floats(0.5, 2.0),
)
def test_same_generator_same_bytes(seed, count, rate, speed):
    clip = Clip(rng(9).standard_normal(count).astype(np.float32) / 4, rate, notes=("a note",))
    chosen = AugmentSettings(copies=(("noise", "shift"), ("stretch", "pitch"), ("stretch",)), stretch_rate=speed)
    random.seed()  # the caller's global generators must not matter
    first, second = (augment(clip, chosen, rng(seed)) for _ in range(2))
    for one, two in zip(first, second, strict=True):
        assert one.samples.tobytes() == two.samples.tobytes()
        assert one.samples.dtype == np.float32 and np.isfinite(one.samples).all() and len(one.samples)
        assert (one.rate, one.notes) == (rate, ("a note",))
    assert [len(one.samples) for one in first] == [count, *[pytest.approx(count / speed, abs=1)] * 2]


def test_callers_generators_and_clip_are_untouched():
    clip = tone()
    kept, state = clip.samples.copy(), random.getstate()
    augment(clip, AugmentSettings(copies=(("noise", "stretch", "shift", "pitch"),)), rng())
    assert random.getstate() == state
    assert np.array_equal(clip.samples, kept)


def test_a_copy_does_not_depend_on_those_before_it():
    both = augment(tone(), AugmentSettings(copies=(("noise",), ("shift",))), rng())
    other = augment(tone(), AugmentSettings(copies=(("pitch",), ("shift",))), rng())
    assert np.array_equal(both[1].samples, other[1].samples)
    assert not np.array_equal(
        *(copy.samples for copy in augment(tone(), AugmentSettings(copies=(("noise",),) * 2), rng()))
    )


def test_settings_come_back_from_plain_values():
    chosen = AugmentSettings(copies=(("shift", "noise"),), noise=0.1)
    assert from_dict(AugmentSettings, to_dict(chosen)) == chosen


@pytest.mark.parametrize(
    "setting", [{"noise": -0.1}, {"stretch_rate": 0.4}, {"pitch_semitones": 13.0}, {"shift_ms": float("nan")}]
)
def test_number_out_of_range(setting):
    with pytest.raises(ConfigError, match=f"augment: {next(iter(setting))} is .* accepted: "):
        AugmentSettings(**setting)


def test_unknown_change_names_the_nearest():
    with pytest.raises(UnknownNameError, match=r"unknown augmentation 'strech' \(did you mean 'stretch'\?\)"):
        AugmentSettings(copies=(("strech",),))


def test_missing_package_names_the_extra(monkeypatch):
    from undertone.augment import engine

    def absent(name):
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(engine.importlib, "import_module", absent)
    with pytest.raises(MissingExtraError, match=r"augmentation needs the package 'audiomentations'"):
        shift(tone(), rng(), limit_ms=1.0)
