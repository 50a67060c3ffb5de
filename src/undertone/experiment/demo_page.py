"""The demo as one page."""

from __future__ import annotations

from pathlib import Path

from undertone import pages
from undertone.experiment import report
from undertone.experiment.demo import Demo, one_of_each
from undertone.experiment.train import curves


def write_demo_page(made: Demo, path: Path) -> Path:
    """Write everything that the demo showed as one self-contained page."""
    evaluation, popular = made.evaluation, made.popular
    beside = [("the article's network", f) for f in (popular.honest, popular.tutorial) if f is not None]
    beside += [("the bundle that ships", figures) for figures in made.recorded]
    sections = [
        pages.section("In four figures", _tiles(made)),
        pages.section(
            "The program hears two voices that it never met",
            _heard(made),
            lead=(
                f"The compiled program and Python agree on {made.agreeing} of {len(made.heard)} clips; the largest "
                f"difference of a score is {max(h.gap for h in made.heard):.1e}. "
                f"It took {made.program_ms:.1f} ms a clip, file to answer."
            ),
        ),
        pages.section(
            "What it is worth",
            report.figures_picture(evaluation, beside),
            report.figures_table(evaluation, beside),
            lead=(
                f"Two speakers judge, so the demo's own figures are rough; the article's network had {made.epochs} "
                "epochs. The figures of the bundle that ships come from every speaker once unseen."
            ),
        ),
        pages.section(
            "Who is taken for whom, by whom it is spoken",
            pages.columns(report.confusions(evaluation.honest), report.groups(evaluation.honest)),
        ),
        pages.section("How the article's network learned", pages.columns(*curves(made.history).values())),
        pages.section("What was made", _made(made)),
    ]
    subtitle = (
        f"{len(made.corpus)} recordings of {len(made.corpus.speakers)} speakers, from sound to a program in minutes"
    )
    pages.write(path, pages.page("undertone: the whole path", sections, subtitle=subtitle, footer=made.corpus.credit))
    return path


def _heard(made: Demo) -> pages.Html:
    rows = []
    for item in one_of_each(made):
        sound = pages.audio(
            item.utterance.path.read_bytes(), "audio/flac", label=f"{item.utterance.label}, {item.utterance.speaker}"
        )
        score = f"{100 * item.program.scores.max():.0f} %"
        rows.append([item.utterance.path.stem, item.utterance.label, item.program.label, score, sound])
    return pages.table(["clip", "said", "heard", "score", "listen"], rows)


def _tiles(made: Demo) -> pages.Html:
    honest, told = made.evaluation.honest, made.popular.tutorial
    figures = [
        ("UAR on two new voices", f"{100 * honest.uar:.0f} %", f"chance is {100 / len(honest.labels):.0f} %"),
        ("Python and program agree", f"{made.agreeing} of {len(made.heard)}", "clips"),
        ("The program's answer", f"{made.program_ms:.1f} ms", "a clip, from WAV file to JSON"),
    ]
    if told is not None:
        figures.insert(
            1,
            (
                "The article's network would claim",
                f"{100 * told.uar:.0f} %",
                f"and has {100 * made.popular.honest.uar:.0f} %",
            ),
        )
    return pages.tiles(figures)


def _made(made: Demo) -> pages.Html:
    lines = (line.partition("  ") for line in made.artefact.summary())
    rows = [[name, rest.strip()] for name, _, rest in lines]
    return pages.table(["", ""], [*rows, ["look", str(made.explored)]])
