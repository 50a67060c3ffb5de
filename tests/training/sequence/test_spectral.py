from dataclasses import replace

import numpy as np
import pytest

from undertone.training.sequence.settings import SpectralSettings
from undertone.training.sequence.spectral import mixed, vary

BANDS = 64
NOTHING = SpectralSettings(noise_share=0, tilt=0, band_masks=0, time_masks=0, mixup_share=0)


def crops(n=50, frames=160, seed=0):
    return np.random.default_rng(seed).standard_normal((n, frames, BANDS + 2)).astype(np.float32)


def test_nothing_asked_nothing_changed():
    x, rng = crops(), np.random.default_rng(1)
    assert (vary(x, BANDS, NOTHING, rng) == x).all()
    assert mixed(x, x[:, 0], NOTHING, rng)[0] is x


def test_the_input_is_left_as_it_is():
    x = crops()
    before = x.copy()
    vary(x, BANDS, SpectralSettings(), np.random.default_rng(1))
    assert (x == before).all()


def test_noise_fills_valleys_and_keeps_each_mean():
    x = crops()
    settings = replace(NOTHING, noise_share=1.0)
    y = vary(x, BANDS, settings, np.random.default_rng(2))
    assert y[:, :, :BANDS].mean(axis=1) == pytest.approx(x[:, :, :BANDS].mean(axis=1), abs=1e-5)
    assert (y[:, :, :BANDS].std(axis=1) < x[:, :, :BANDS].std(axis=1)).all()
    assert (y[:, :, BANDS:] == x[:, :, BANDS:]).all()


def test_tilts_are_the_same_in_all_frames():
    x = crops()
    change = vary(x, BANDS, replace(NOTHING, tilt=0.5), np.random.default_rng(3))[:, :, :BANDS] - x[:, :, :BANDS]
    assert np.ptp(change, axis=1).max() < 1e-5
    assert change[:, 0].std() > 0.1


def test_masks_are_stretches_of_zeros_within_their_width():
    x = np.ones_like(crops(200))
    y = vary(x, BANDS, replace(NOTHING, band_masks=1, band_mask_width=8), np.random.default_rng(4))
    zeros = (y[:, 0, :BANDS] == 0).sum(axis=1)
    assert zeros.max() == 8 and zeros.min() == 0
    assert (np.abs(np.diff(y[:, 0, :BANDS], axis=1)).sum(axis=1) <= 2).all(), "one stretch"
    y = vary(x, BANDS, replace(NOTHING, time_masks=1, time_mask_width=24), np.random.default_rng(5))
    assert (y[:, :, 0] == 0).sum(axis=1).max() == 24
    assert (y[:, :, BANDS] == y[:, :, 0]).all(), "the pitch goes with the time"


def test_a_mixture_keeps_the_larger_part_of_the_first():
    x, targets = crops(32), np.eye(7, dtype=np.float32)[np.arange(32) % 7]
    mixture, answers = mixed(x, targets, replace(NOTHING, mixup_share=1.0), np.random.default_rng(6))
    assert answers.sum(axis=1) == pytest.approx(1)
    assert (answers[np.arange(32), np.arange(32) % 7] >= 0.5).all()
    apart = np.abs(mixture - x).max(axis=(1, 2))
    assert (apart > 1e-3).sum() > 5, "some are mixed well"
    assert apart.max() < np.abs(x).max() * 1.1, "none by more than half"
