import numpy as np
import pytest

from undertone.training.sequence.crops import warped_crops
from undertone.training.sequence.settings import SpectralSettings

STILL = SpectralSettings(time=0, shift_bands=0, stretch_bands=0)
BANDS = 64


def ramps(n=4, frames=288):
    """Sequences whose value is the frame's number in each band; pitch 0.5, voicing 1."""
    x = np.repeat(np.arange(frames, dtype=np.float32)[None, :, None], BANDS + 2, axis=2)
    x[:, :, BANDS], x[:, :, BANDS + 1] = 0.5, 1.0
    return np.repeat(x, n, axis=0)


def test_without_warping_a_crop_is_a_piece():
    crops = warped_crops(ramps(), 160, BANDS, STILL, np.random.default_rng(0))
    assert crops.shape == (4, 160, BANDS + 2)
    steps = np.diff(crops[:, :, 0], axis=1)
    assert steps == pytest.approx(1, abs=1e-4)
    assert crops[:, 0, 0].min() >= 0 and crops[:, -1, 0].max() <= 287
    assert (crops[:, :, BANDS] == 0.5).all()


def test_speed_changes_the_pace_within_its_bounds():
    crops = warped_crops(ramps(200), 160, BANDS, SpectralSettings(stretch_bands=0), np.random.default_rng(1))
    pace = np.diff(crops[:, :, 0], axis=1)
    assert pace.max() <= np.exp(0.22) + 1e-3 and pace.min() >= np.exp(-0.22) - 1e-3
    assert np.ptp(pace, axis=1).max() < 1e-3, "one pace a crop"
    assert pace[:, 0].std() > 0.05


def test_a_peak_moves_by_the_shift_and_the_pitch_goes_with_it():
    x = np.zeros((300, 288, BANDS + 2), np.float32)
    x[:, :, 30] = 1.0
    x[:, :, BANDS + 1] = 1.0
    settings = SpectralSettings(time=0, stretch_bands=0, shift_bands=3)
    crops = warped_crops(x, 160, BANDS, settings, np.random.default_rng(2))
    centre = (crops[:, 0, :BANDS] * np.arange(BANDS)).sum(axis=1) / crops[:, 0, :BANDS].sum(axis=1)
    assert crops[:, 0, BANDS] == pytest.approx(0.07 * (centre - 30), abs=0.03)
    assert np.corrcoef(crops[:, 0, BANDS], centre)[0, 1] > 0.98
    assert 2.5 < np.abs(centre - 30).max() <= 3.01


def test_a_sequence_shorter_than_its_crop_goes_on_at_its_start():
    crops = warped_crops(ramps(frames=40), 160, BANDS, STILL, np.random.default_rng(3))
    assert set(np.diff(crops[0, :, 0]).round(2).tolist()) >= {1.0}
    assert crops.max() <= 39


def test_the_same_generator_gives_the_same_crops():
    first, second = (warped_crops(ramps(), 64, BANDS, SpectralSettings(), np.random.default_rng(4)) for _ in "ab")
    assert (first == second).all()
