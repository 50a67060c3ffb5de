"""The frames and the sequence of melpitch.v1 once more, in NumPy and float64, written from the formulas alone."""

import librosa
import numpy as np

RATE, HOP, MEL, PITCH = 16000, 256, 512, 1024
FILTERS = librosa.filters.mel(sr=RATE, n_fft=MEL, n_mels=64, fmin=50.0, fmax=7600.0, htk=True, norm=None)


def framed(y, length, hop=HOP):
    padded = np.pad(y.astype(np.float64), (length // 2, length), mode="reflect")
    return np.stack([padded[i * hop :][:length] for i in range(1 + len(y) // hop)])


def hann(length):
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)


def mel_energies(y):
    spectra = np.fft.rfft(framed(y, MEL) * hann(MEL), axis=1)
    return np.abs(spectra) ** 2 @ FILTERS.astype(np.float64).T


def resemblance(y):
    """Autocorrelation of each frame at lags 0 to 246 over the window's own and over lag 0."""
    window, pieces = hann(PITCH), framed(y, PITCH)
    pieces = (pieces - (pieces @ window / window.sum())[:, None]) * window
    lags = np.fft.irfft(np.abs(np.fft.rfft(pieces, 4 * PITCH, axis=1)) ** 2, axis=1)[:, :247]
    own = np.array([window[: PITCH - lag] @ window[lag:] for lag in range(247)])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(lags[:, :1] >= 1e-12, lags / lags[:, :1] * own[0] / own, 0.0)


def pitch(y):
    """f0 and voicing of each frame."""
    out = []
    for r in resemblance(y):
        most = r[32:].max()
        if most <= 0:
            out.append((0.0, 0.0))
            continue
        lag = 32 + int(np.argmax(r[32:] > 0.9 * most))
        while lag < 246 and r[lag + 1] > r[lag]:
            lag += 1
        out.append((RATE / lag, min(most, 1.0)))
    return np.array(out).T


def sequence(energies, f0, v):
    bands, e = np.log(energies + 1e-8), np.log(energies.sum(axis=1) + 1e-8)
    loud = np.flatnonzero(e >= e.max() - 40 * np.log(10) / 10)
    kept = slice(max(loud[0] - 2, 0), loud[-1] + 3)
    floored = np.maximum(bands, bands.max() - 13.8)[kept]
    w, v, f0 = 1 / (1 + np.exp(-(e - e.max() + 7)))[kept], v[kept], f0[kept]
    relative, heard = np.zeros(len(v)), v > 0.5
    if heard.any():
        mean = np.average(np.log(f0[heard]), weights=w[heard])
        relative = np.where(v > 0, 2 * v * (np.log(np.where(v > 0, f0, 1)) - mean), 0)
    mel = (floored - np.average(floored, axis=0, weights=w)) / 2.5
    return np.column_stack([mel, relative, 2 * v - 1])
