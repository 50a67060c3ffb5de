"""The page that shows a corpus."""

from __future__ import annotations

import statistics
from pathlib import Path

from undertone import pages
from undertone.corpora import Health, check
from undertone.corpora.sound_files import listed
from undertone.explore.examples import example
from undertone.explore.measure import Measured, Progress, Survey, survey
from undertone.types import Corpus

LEVEL = (
    "The median of the clips' root mean square, in dB of full scale. Where recordings were not brought to one level it "
    "carries emotion within a corpus; between corpora it tells how the microphone stood."
)
#: A page shows the sounds of up to so many classes.
SHOWN = 24


def explore(corpus: Corpus, *, out: Path, progress: Progress | None = None) -> Path:
    """Write one self-contained HTML page about a corpus: balance, durations, speakers, health, and how it sounds.

    Parameters
    ----------
    corpus : Corpus
        What to look at; every clip is read once.
    out : Path
        A folder; it is made. The page in it is named like the corpus and replaced if it is there.
    progress : callable, optional
        Is told ``(done, total, name)`` after each clip.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    CorpusError
        The corpus is empty, or not one recording can be read.
    """
    heard = survey(corpus, progress=progress)
    health = check(corpus)
    labels = [label for label in corpus.labels if heard.of(label)]
    sections = [
        pages.section("At a glance", _tiles(corpus, heard), *_findings(health, heard)),
        pages.section("Classes and durations", *_classes(corpus, heard, labels), lead=_classes_lead(corpus)),
        pages.section(
            "Speakers by class",
            pages.heat_svg(health.table, title="Clips by class and speaker"),
            lead="A class that few people speak teaches their voices, not the emotion.",
        ),
        pages.section("How it sounds", *_sounds(heard, labels), lead=_sounds_lead(labels)),
        pages.section(
            "Terms", pages.table(["", ""], [["licence", corpus.licence], ["credit", corpus.credit or "unknown"]])
        ),
    ]
    page = pages.page(
        f"A look at {corpus.name}",
        sections,
        subtitle=f"{len(corpus)} clips, {_count(len(corpus.speakers), 'speaker')}, {', '.join(corpus.labels)}",
        footer="Written by undertone explore. The page is whole in itself: nothing is loaded from elsewhere.",
    )
    return pages.write(Path(out) / f"{corpus.name}.html", page)


def _tiles(corpus: Corpus, heard: Survey) -> pages.Html:
    sexes = {u.speaker: u.sex for u in corpus.utterances if u.sex}
    rates = sorted({clip.rate for clip in heard.clips})
    durations = [clip.duration_s for clip in heard.clips]
    by_sex = ", ".join(f"{n} {sex}" for sex in ("female", "male") if (n := list(sexes.values()).count(sex)))
    return pages.tiles(
        [
            ("Clips", len(corpus), f"in {len(corpus.labels)} classes"),
            ("Speakers", len(corpus.speakers), by_sex),
            ("Sound in all", _length(heard.total_s), f"{statistics.median(durations):.2f} s a clip (median)"),
            ("Rate", " / ".join(f"{rate / 1000:g}" for rate in rates[:3]), "kHz"),
        ]
    )


def _findings(health: Health, heard: Survey) -> list[pages.Html]:
    notes = [
        pages.note(finding.text[:1].upper() + finding.text[1:] + ".", kind=finding.weight)
        for finding in health.findings
    ]
    if heard.unreadable:
        text = f"{len(heard.unreadable)} of the recordings cannot be read: {listed(heard.unreadable)}"
        notes.insert(0, pages.note(text, kind="fault"))
    for note, count in sorted(heard.notes().items()):
        notes.append(pages.note(f"{_count(count, 'clip')}: {note}."))
    return notes


def _classes_lead(corpus: Corpus) -> str:
    return "" if len(corpus.labels) < 2 else "Guessing the largest class is right as often as its share of the clips."


def _classes(corpus: Corpus, heard: Survey, labels: list[str]) -> list[pages.Html]:
    sizes = {label: float(sum(u.label == label for u in corpus.utterances)) for label in corpus.labels}
    durations = [clip.duration_s for clip in heard.clips]
    rows = [[label, *_class_row(heard.of(label))] for label in labels]
    return [
        pages.columns(
            pages.bars_svg(sizes, title="Clips by class"),
            pages.histogram_svg(durations, title="Length of the clips", unit="s"),
        ),
        pages.table(["class", "clips", "speakers", "minutes", "shortest s", "median s", "longest s", "level dB"], rows),
        pages.details("What the level says", LEVEL),
    ]


def _class_row(clips: tuple[Measured, ...]) -> list[object]:
    durations = [clip.duration_s for clip in clips]
    return [
        len(clips),
        len({clip.utterance.speaker for clip in clips}),
        f"{sum(durations) / 60:.1f}",
        f"{min(durations):.2f}",
        f"{statistics.median(durations):.2f}",
        f"{max(durations):.2f}",
        f"{statistics.median(clip.level_db for clip in clips):.1f}",
    ]


def _sounds(heard: Survey, labels: list[str]) -> list[pages.Html]:
    return [pages.gallery(*(example(heard, label) for label in labels[:SHOWN]))]


def _sounds_lead(labels: list[str]) -> str:
    rest = f" The first {SHOWN} of {len(labels)} classes are shown." if len(labels) > SHOWN else ""
    return (
        "For each class the clip whose length is nearest to the class's median: above the waveform, drawn to its own "
        "height, below it the energy up to 8 kHz over 70 dB." + rest
    )


def _length(seconds: float) -> str:
    minutes = seconds / 60
    return f"{minutes:.1f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
