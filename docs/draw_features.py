"""Draw the pictures of docs/features.md from the embedded corpus: python docs/draw_features.py"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from undertone.audio.read import read
from undertone.features import FEATURES, LogMel, MelPitch
from undertone.pages import bars_svg, curves_svg, spectrogram_svg, write
from undertone.runtime import host

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
# One sentence ("Der Lappen liegt auf dem Eisschrank.") by one speaker of EMO-DB.
CLIPS = {"angry": "03a02Wb", "happy": "03a02Fc", "neutral": "03a02Nc", "sad": "03a02Ta"}


def article(code: str) -> dict[str, np.ndarray]:
    """The five blocks of article.v1 of one clip."""
    clip = read(ROOT / "data/emodb/wav" / f"{code}.flac")
    vector = FEATURES["article.v1"].compute(host.resample(clip.samples, clip.rate, 22050))
    cuts = np.cumsum([size for _, size in FEATURES["article.v1"].blocks])[:-1]
    return dict(zip((name for name, _ in FEATURES["article.v1"].blocks), np.split(vector, cuts), strict=True))


def even_in_hz(bands: np.ndarray) -> np.ndarray:
    """Stretch 64 bands from 50 to 7600 Hz to an even scale of frequency for the eye, in decibels."""
    made = LogMel()
    mels = np.linspace(*(2595 * np.log10(1 + np.array([made.low_hz, made.high_hz]) / 700)), made.bands + 2)[1:-1]
    centres = 700 * (10 ** (mels / 2595) - 1)
    return np.array([np.interp(np.linspace(0, 8000, 160), centres, row) for row in bands * 10 / np.log(10)])


def logmel_picture(code: str) -> object:
    """The log-mel frames."""
    clip = read(ROOT / "data/emodb/wav" / f"{code}.flac")
    title = "logmel.v1 of an angry sentence"
    levels = even_in_hz(LogMel().transform(clip.samples))
    return spectrogram_svg(levels, title=title, duration_s=clip.duration_s, top=8000.0)


def melpitch_picture(code: str) -> object:
    """The bands of the sequence."""
    sequence = MelPitch().compute(read(ROOT / "data/emodb/wav" / f"{code}.flac"))
    title = "melpitch.v1 of an angry sentence: its bands"
    duration_s = len(sequence) * 256 / 16000
    return spectrogram_svg(
        even_in_hz(2.5 * sequence[:, :64]), title=title, duration_s=duration_s, top=8000.0, range_db=50.0
    )


def pitches(code: str) -> list[float]:
    """Pitch by frame; nan where the voicing is no more than 0.6."""
    frames = MelPitch().frames(read(ROOT / "data/emodb/wav" / f"{code}.flac"))
    return list(np.where(frames[:, 66] > 0.6, frames[:, 65], np.nan).astype(float))


def resemblance_picture(code: str) -> object:
    """r(l) of a voiced frame, by the formula of the page, and the lag that the front end finds."""
    samples = read(ROOT / "data/emodb/wav" / f"{code}.flac").samples.astype(float)
    frames = MelPitch().frames(samples.astype(np.float32))
    frame = int(np.argmax(np.where((frames[:, 65] > 150) & (frames[:, 65] < 280), frames[:, 66], 0)))
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(1024) / 1024)
    x = samples[frame * 256 - 512 :][:1024]
    y = window * (x - window @ x / window.sum())
    r = [
        (y[: 1024 - lag] @ y[lag:] / (y @ y)) / (window[: 1024 - lag] @ window[lag:] / (window @ window))
        for lag in range(247)
    ]
    return curves_svg(
        {"r": r[32:], "0.9 of the largest": [0.9 * max(r[32:])] * 215},
        title="How much a frame resembles itself",
        x_label="lag in samples of 1/16000 s",
        y_label="r",
        marks={f"{frames[frame, 65]:.0f} Hz": 16000 / float(frames[frame, 65])},
        first=32,
    )


def pooled(code: str) -> dict[str, float]:
    """pooledlog.v1 of one clip, by name."""
    made, clip = FEATURES["pooledlog.v1"], read(ROOT / "data/emodb/wav" / f"{code}.flac")
    return dict(zip(made.names, map(float, made.compute(clip.samples)), strict=True))


def resampler_response() -> list[float]:
    """Decibels at 0 .. 119 percent of the lower Nyquist rate: the spectrum of the answer to an impulse."""
    rate, up, size = 6000, 64, 1 << 20
    clip = np.zeros(1000, np.float32)
    clip[500] = 1.0
    spectrum = np.abs(np.fft.rfft(host.resample(clip, rate, rate * up), size)) / up
    places = np.round(np.arange(120) / 100 / 2 / up * size).astype(int)
    return list(20 * np.log10(spectrum[places] + 1e-9))


def main() -> None:
    """Write every picture."""
    PICTURES.mkdir(exist_ok=True)
    voices = {label: article(code) for label, code in CLIPS.items()}
    statistics = {label: pooled(code) for label, code in CLIPS.items()}
    percent = {label: 100 * float(v["zcr"][0]) for label, v in voices.items()}
    thousandths = {label: 1000 * float(v["rms"][0]) for label, v in voices.items()}
    decibels = {label: list(10 * np.log10(v["mel"] + 1e-10)) for label, v in voices.items()}
    notes = [name.removeprefix("chroma_") for name in FEATURES["article.v1"].names[1:13]]
    pictures = {
        "zcr": bars_svg(percent, title="Zero-crossing rate of one sentence", unit="%"),
        "rms": bars_svg(thousandths, title="Root mean square of one sentence, in thousandths of full scale"),
        "mel": curves_svg(decibels, title="Mean mel power", x_label="band", y_label="dB", first=0),
        "mfcc": curves_svg(
            {label: list(v["mfcc"][1:]) for label, v in voices.items()},
            title="MFCC 1 to 19 (0 is the level)",
            x_label="coefficient",
            y_label="mean",
        ),
        "chroma": bars_svg(
            dict(zip(notes, map(float, voices["angry"]["chroma"]), strict=True)), title="Chroma (angry)"
        ),
        "logmel": logmel_picture(CLIPS["angry"]),
        "resemblance": resemblance_picture(CLIPS["angry"]),
        "pitch": curves_svg(
            {label: pitches(CLIPS[label]) for label in ("angry", "sad")},
            title="Pitch where the voicing is above 0.6",
            x_label="frame of 16 ms",
            y_label="Hz",
            first=0,
        ),
        "melpitch": melpitch_picture(CLIPS["angry"]),
        "pooled_bands": curves_svg(
            {label: [v[f"band_{i}_mean"] for i in range(32)] for label, v in statistics.items()},
            title="Mean of the 32 bands",
            x_label="band",
            y_label="ln of energy",
            first=0,
        ),
        "pooled_pitch": bars_svg(
            {label: 180 * float(np.exp(v["pitch_p50"])) for label, v in statistics.items()},
            title="Median pitch of one sentence, in Hz",
        ),
        "pooled_rhythm": curves_svg(
            {label: [v[f"rhythm_{i}"] for i in range(8)] for label, v in statistics.items()},
            title="Rhythm: how strongly the loudness beats",
            x_label="number: 0.6, 1.6, 2.6 ... 7.4 beats a second",
            y_label="ln",
            first=0,
        ),
        "resampler": curves_svg(
            {"response": resampler_response()},
            title="The resampler's response",
            x_label="percent of the lower Nyquist rate",
            y_label="dB",
            first=0,
        ),
    }
    for name, picture in pictures.items():
        write(PICTURES / f"feature_{name}.svg", picture)


if __name__ == "__main__":
    main()
