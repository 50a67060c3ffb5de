"""One clip a class to look at and to hear."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from undertone import pages
from undertone.audio.read import read
from undertone.audio.write import write
from undertone.explore.measure import Measured, Survey
from undertone.explore.spectrum import levels
from undertone.pages.sounds import MIMES
from undertone.types import Clip

#: The most that is drawn and heard of one clip, in seconds.
LONGEST_S = 10.0
#: A file up to this size goes into the page as it is.
LARGEST_BYTES = 1_000_000


def typical(survey: Survey, label: str) -> Measured:
    """Choose the clip of a class whose length is nearest to the class's median; the first of equals by key."""
    clips = survey.of(label)
    median = statistics.median(clip.duration_s for clip in clips)
    return min(clips, key=lambda clip: (abs(clip.duration_s - median), clip.utterance.key))


def example(survey: Survey, label: str) -> pages.Html:
    """Draw a class's typical clip as waveform and spectrogram, with the sound to play."""
    chosen = typical(survey, label)
    clip = read(chosen.utterance.path)
    shown = Clip(clip.samples[: round(LONGEST_S * clip.rate)], clip.rate)
    levels_db, top = levels(shown)
    name = chosen.utterance.path.name
    return pages.card(
        label,
        pages.waveform_svg(
            shown.samples, shown.rate, title="", name=f"{label}: waveform", colour=pages.colour(label), axis=False
        ),
        pages.spectrogram_svg(levels_db, title="", name=f"{label}: spectrogram", duration_s=shown.duration_s, top=top),
        pages.audio(
            *_sound(chosen.utterance.path, shown, cut=len(shown.samples) < len(clip.samples)), label=f"{label}: {name}"
        ),
        _caption(chosen, cut=len(shown.samples) < len(clip.samples)),
        label=label,
    )


def _sound(path: Path, shown: Clip, *, cut: bool) -> tuple[bytes, str]:
    """Return the file as it is if it is small and whole, otherwise what is shown, as FLAC."""
    if not cut and path.stat().st_size <= LARGEST_BYTES:
        return path.read_bytes(), MIMES[path.suffix.lower()]
    with tempfile.TemporaryDirectory() as folder:
        shorter = Path(folder) / "shown.flac"
        write(shorter, shown)
        return shorter.read_bytes(), MIMES[".flac"]


def _caption(chosen: Measured, *, cut: bool) -> str:
    utterance = chosen.utterance
    known = [
        utterance.path.name,
        f"speaker {utterance.speaker}" + (f" ({utterance.sex})" if utterance.sex else ""),
        f"sentence {utterance.sentence}" if utterance.sentence else "",
        f"{chosen.duration_s:.2f} s" + (f", the first {LONGEST_S:g} s are shown" if cut else ""),
        f"{chosen.rate / 1000:g} kHz",
    ]
    return " · ".join(part for part in known if part)
