"""What rooms, noise and chance do to crops of log-mel: noise, tilt, masks, mixtures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from undertone.training.sequence.settings import SpectralSettings

Floats = NDArray[np.float32]
NEPERS = 2.5  # of log power in one unit of the scaled log-mel


def vary(crops: Floats, bands: int, settings: SpectralSettings, rng: np.random.Generator) -> Floats:
    """Return crops with noise, tilt and masks.

    Parameters
    ----------
    crops : ndarray of float32, shape (n, frames, bands + 2)
        The last two columns, the pitch, meet only the time masks.
    """
    varied = crops.copy()
    sound = varied[:, :, :bands]
    noisy = rng.random(len(crops)) < settings.noise_share
    sound[noisy] = _with_noise(sound[noisy], settings, rng)
    sound += _tilts(len(crops), bands, settings.tilt, rng)
    for _ in range(settings.band_masks):
        sound *= _kept(len(crops), bands, settings.band_mask_width, rng)[:, None, :]
    for _ in range(settings.time_masks):
        varied *= _kept(len(crops), crops.shape[1], settings.time_mask_width, rng)[:, :, None]
    return varied


def mixed(
    crops: Floats, targets: Floats, settings: SpectralSettings, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Mix a batch with itself in another order (Zhang et al. 2018), or leave it; the first keeps the larger weight."""
    if rng.random() >= settings.mixup_share:
        return crops, targets
    weight = rng.beta(settings.mixup_beta, settings.mixup_beta, len(crops)).astype(np.float32)
    weight = np.maximum(weight, 1 - weight)
    other = rng.permutation(len(crops))
    by_crop, by_target = weight[:, None, None], weight[:, None]
    return (
        by_crop * crops + (1 - by_crop) * crops[other],
        by_target * targets + (1 - by_target) * targets[other],
    )


def _with_noise(sound: Floats, settings: SpectralSettings, rng: np.random.Generator) -> Floats:
    """Add the powers of a tilted noise of a random level; the change of each band's mean is taken back."""
    n, _, bands = sound.shape
    level = rng.uniform(settings.noise_level[0], settings.noise_level[1], (n, 1, 1))
    tilt = settings.noise_tilt * rng.standard_normal((n, 1, 1)) * np.linspace(-1, 1, bands)
    grain = 0.15 * rng.standard_normal(sound.shape, dtype=np.float32)
    noise = (level + tilt).astype(np.float32) + grain
    louder = np.logaddexp(NEPERS * sound, NEPERS * noise) / np.float32(NEPERS)
    return np.asarray(louder - (louder - sound).mean(axis=1, keepdims=True))


def _tilts(n: int, bands: int, deviation: float, rng: np.random.Generator) -> Floats:
    line = np.linspace(-1, 1, bands)
    shapes = np.stack([line, 1.5 * line**2 - 0.5])
    return (deviation * rng.standard_normal((n, 2)) @ shapes).astype(np.float32)[:, None, :]


def _kept(n: int, length: int, width: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return False within one random stretch an item, 0 to ``width`` wide, and True elsewhere."""
    wide = rng.integers(0, min(width, length) + 1, n)[:, None]
    first = (rng.random((n, 1)) * (length - wide + 1)).astype(np.int64)
    place = np.arange(length)
    return (place < first) | (place >= first + wide)
