from __future__ import annotations

import numpy as np
import pytest

from undertone.explore.spectrum import BANDS, FLOOR_DB, FRAMES, levels
from undertone.types import Clip


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 96000])
@pytest.mark.parametrize("frequency", [250.0, 1000.0, 3500.0])
def test_a_tone_lies_in_its_band_at_its_level(tone, rate, frequency):
    levels_db, top = levels(tone(frequency, rate=rate))
    assert top == min(8000.0, rate / 2)
    band = int(np.argmax(levels_db.mean(axis=0)))
    width = top / levels_db.shape[1]
    assert band * width - width <= frequency <= (band + 2) * width
    assert levels_db[:, band].max() == pytest.approx(20 * np.log10(0.5), abs=0.6)


def test_shape_is_small_whatever_comes(tone):
    assert levels(tone(440.0, 9.0, 48000))[0].shape == (FRAMES, BANDS)
    assert levels(tone(440.0, 0.03))[0].shape[0] <= FRAMES


@pytest.mark.parametrize("count", [1, 10, 399, 400, 401])
def test_clips_shorter_than_a_window(count):
    levels_db, _ = levels(Clip(np.zeros(count, np.float32), 16000))
    assert np.all(levels_db == np.float32(FLOOR_DB))
