"""Draw the pictures of docs/features.md from the embedded corpus: python docs/draw_features.py"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from undertone.audio.read import read
from undertone.features import FEATURES, LogMel
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


def logmel_picture(code: str) -> object:
    """The log-mel frames, stretched to an even scale of frequency for the eye."""
    clip = read(ROOT / "data/emodb/wav" / f"{code}.flac")
    made = LogMel()
    mels = np.linspace(*(2595 * np.log10(1 + np.array([made.low_hz, made.high_hz]) / 700)), made.bands + 2)[1:-1]
    centres = 700 * (10 ** (mels / 2595) - 1)
    even = np.linspace(0, 8000, 160)
    levels = np.array([np.interp(even, centres, row) for row in made.transform(clip.samples) * 10 / np.log(10)])
    title = "logmel.v1 of an angry sentence"
    return spectrogram_svg(levels, title=title, duration_s=clip.duration_s, top=8000.0)


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
