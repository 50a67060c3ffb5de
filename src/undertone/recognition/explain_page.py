"""An explanation as one page: the sound, what decided over its spectrogram, and in which bands or features."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone import pages
from undertone.audio.resample import resample
from undertone.bundle import Bundle
from undertone.features.logmel import LogMel
from undertone.features.melpitch import MelPitch
from undertone.recognition.explain import Explanation
from undertone.recognition.occlusion import BAND_GROUP, Part, Parts, band_edges

RATE = 16_000
QUIETEST = 9.0  # nats below the loudest: what is fainter is drawn like silence
TICKS = ((100, "100 Hz"), (300, "300"), (1000, "1000"), (3000, "3000"), (7000, "7000"))
MOST = 12  # features in a picture


def to_page(explanation: Explanation, bundle: Bundle, *, sound: pages.Html | None = None) -> pages.Html:
    """Write the page; ``sound`` is a player from `undertone.pages`."""
    parts, prediction = explanation.parts, explanation.prediction
    sections = [
        pages.section("The answer", *_answer(explanation, sound)),
        pages.section(
            "When and where it was decided",
            _picture(explanation),
            lead="Each time and band was hidden in turn. Orange: without it the label's score falls. Blue: it rises.",
        ),
    ]
    if parts.bands:
        named = {_band_name(part): 100 * part.drop for part in parts.bands}
        drawn = pages.balance_svg(named, title=f"What “{explanation.label}” loses without a band", unit="points")
        sections.append(pages.section("In which bands", drawn, lead="A band is hidden over all of each segment."))
    if parts.features:
        named = {part.name: 100 * part.drop for part in _largest(parts.features)}
        drawn = pages.balance_svg(named, title=f"What “{explanation.label}” loses without a feature", unit="points")
        lead = "A block of features is set to what it is on average in training."
        sections.append(pages.section("In which features", drawn, lead=lead))
    sections.append(pages.section("How to read it", pages.points(_caveats(parts))))
    title = f"{Path(prediction.file).name or 'This sound'}: why “{explanation.label}”"
    return pages.page(
        title, sections, subtitle=f"{bundle.name}, SHA-256 {bundle.sha256[:16]}…", files=sound is not None
    )


def _answer(explanation: Explanation, sound: pages.Html | None) -> list[object]:
    prediction = explanation.prediction
    scores = sorted(zip(prediction.labels, prediction.scores, strict=True), key=lambda pair: -pair[1])
    drawn = pages.bars_svg({label: round(100 * float(score), 1) for label, score in scores}, title="Scores", unit="%")
    shown: list[object] = [sound] if sound else []
    if prediction.label != explanation.label:
        told = f"It answers “{prediction.label}”; what is explained is the score of “{explanation.label}”."
        shown.append(pages.note(told))
    shown += [pages.note(f"{note}.", kind="limit") for note in prediction.notes]
    return [*shown, drawn]


def _picture(explanation: Explanation) -> pages.Html:
    made, parts = LogMel(), explanation.parts
    levels = made.transform(resample(explanation.clip, RATE).samples)
    duration = explanation.clip.duration_s
    drops = _spread(parts.patches or parts.times, levels.shape, made.hop / RATE)
    return pages.occlusion_svg(
        np.maximum(levels, levels.max() - QUIETEST),
        100 * drops,
        title=f"What “{explanation.label}” ({100 * explanation.score:.0f} %) loses, in points",
        duration_s=duration,
        frequencies=[(words, _place(hz)) for hz, words in TICKS],
        times=[(p.begin_s or 0.0, p.end_s or 0.0, 100 * p.drop) for p in parts.times],
    )


def _spread(parts: Sequence[Part], shape: tuple[int, int], second: float) -> NDArray[np.float64]:
    """Average overlapping parts over the frames and bands that they cover, shape (frames, bands)."""
    total, count = np.zeros(shape), np.zeros(shape)
    edges = band_edges(MelPitch())
    for part in parts:
        rows = slice(round((part.begin_s or 0.0) / second), max(1, round((part.end_s or 0.0) / second)))
        low = 0 if part.low_hz is None else int(np.argmin(np.abs(edges - part.low_hz)))
        columns = slice(low, shape[1] if part.low_hz is None else low + BAND_GROUP)
        total[rows, columns] += part.drop
        count[rows, columns] += 1
    return np.asarray(total / np.maximum(count, 1))


def _place(hz: float) -> float:
    """Return where a frequency lies between the lowest and the highest band, 0 .. 1."""
    edges = band_edges(MelPitch())
    mels = 2595 * np.log10(1 + np.array([hz, edges[0], edges[-1]]) / 700)
    return float((mels[0] - mels[1]) / (mels[2] - mels[1]))


def _band_name(part: Part) -> str:
    if part.low_hz is None or part.high_hz is None:
        return part.name
    return f"{part.low_hz:.0f} to {part.high_hz:.0f} Hz"


def _largest(parts: Sequence[Part]) -> list[Part]:
    chosen = sorted(parts, key=lambda part: -abs(part.drop))[:MOST]
    return sorted(chosen, key=lambda part: -part.drop)


def _caveats(parts: Parts) -> list[str]:
    cut, still = "by cutting it out of the sound; a feature by its training mean", "by its own mean over the segment"
    how = {
        (False, True): f"A time is hidden {cut}.",
        (True, False): f"A time or band is hidden {still}, so that nothing moves there.",
        (True, True): f"A time is hidden {cut}; a band or patch {still}, in the sequence alone.",
    }
    return [
        *([told] if (told := how.get((bool(parts.bands), bool(parts.features)))) else []),
        "Parts say much the same things, so drops do not add up to the score; where each can be spared, all are small.",
        "It shows what this network used, not what emotion is made of, and not what the speaker felt.",
    ]
