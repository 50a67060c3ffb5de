"""The 701 numbers that pooledlog.v2 adds, in NumPy and float64 from frames of melpitch.v1, written from their words."""

import itertools

import numpy as np
import scipy.fft


def rows(frames):
    """Bands, coefficients, loudness, pitch (NaN where there is none), voicing, from frames (T, 69)."""
    frames = frames.astype(np.float64)
    bands = np.maximum(frames[:, :64], frames[:, :64].max() - 13.8).reshape(len(frames), 32, 2).mean(axis=2)
    bands -= bands.mean()
    loudness = np.maximum(frames[:, 64] - frames[:, 64].max(), -13.8)
    voicing = frames[:, 66]
    heard = voicing > np.float32(0.6)
    pitch = np.where(heard, np.log(np.where(heard, frames[:, 65], 1.0)), np.nan)
    return bands, scipy.fft.dct(bands, axis=1, norm="ortho")[:, :20], loudness, pitch, voicing


def covariance(c):
    return np.cov(c.T, ddof=0)[np.triu_indices(16)]


def step_correlation(c):
    if len(c) == 1:
        return np.zeros(120)
    steps = np.diff(c, axis=0)
    products = steps.T @ steps / len(steps)
    root = np.sqrt(np.diag(products)) + 1e-3
    return (products / np.outer(root, root))[np.triu_indices(16, 1)]


def autocovariance(c):
    told, z = [], c - c.mean(axis=0)
    for lag in (1, 2, 4, 8, 16, 32):
        lag = min(lag, len(c) - 1)
        told.append((z[: len(z) - lag] * z[lag:]).mean(axis=0) / (c.std(axis=0) + 1e-3) ** 2)
    return np.concatenate(told)


def modulation(c):
    first = (c - c.mean(axis=0))[:512]
    power = np.abs(np.fft.rfft(first, n=512, axis=0)) ** 2 / len(first)
    edges = (1, 5, 9, 17, 33, 65, 129, 257)
    bins = [power[begin:end].mean(axis=0) for begin, end in itertools.pairwise(edges)]
    return np.log(np.concatenate(bins) + 1e-6)


def average_spectra(bands, loudness, heard):
    voiced = bands[heard].mean(axis=0) - bands.mean(axis=0) if heard.sum() > 3 else np.zeros(32)
    tiny = 1e-9  # a quantile that is a frame's own value is within both sides
    loud = loudness >= np.quantile(loudness, 0.7) - tiny
    soft = loudness <= np.quantile(loudness, 0.3) + tiny
    return np.concatenate([voiced, *(bands[some].mean(axis=0) - bands.mean(axis=0) for some in (loud, soft))])


def evolution(c, loudness, pitch, voicing):
    heard = ~np.isnan(pitch)
    pitch = np.where(heard, pitch - pitch[heard].mean(), 0.0) if heard.any() else np.zeros(len(c))
    x = np.column_stack([c, loudness, pitch, voicing])
    t = np.arange(len(x)) + 0.5
    waves = np.stack([np.cos(np.pi * k * t / len(x)) for k in (1, 2, 3, 4)])
    return (waves @ (x - x.mean(axis=0)) / len(x)).ravel()


def intonation(c, loudness, pitch):
    heard = ~np.isnan(pitch)
    if heard.sum() <= 8:
        return np.zeros(17)
    z = pitch[heard] - np.median(pitch[heard])
    beside = [*c[heard].T[:8], loudness[heard]]
    together = [np.corrcoef(z, x)[0, 1] if np.ptp(z) > 0 and np.ptp(x) > 0 else 0.0 for x in beside]
    return np.array([*np.percentile(z, [2, 10, 25, 75, 90, 98]), z.std(), np.abs(np.diff(z)).mean(), *together])


def formulas(frames):
    """Block to numbers; of the covariance without its root."""
    bands, c, loudness, pitch, voicing = rows(frames)
    leading = c[:, :16]
    z = (leading - leading.mean(axis=0)) / (leading.std(axis=0) + 1e-3)
    return {
        "covariance": covariance(leading),
        "step correlation": step_correlation(leading),
        "autocovariance": autocovariance(leading),
        "modulation": modulation(leading),
        "average spectra": average_spectra(bands, loudness, ~np.isnan(pitch)),
        "evolution": evolution(c, loudness, pitch, voicing),
        "intonation": intonation(c, loudness, pitch),
        "skewness": (z**3).mean(axis=0),
        "kurtosis": np.log((z**4).mean(axis=0) + 1e-6),
    }
