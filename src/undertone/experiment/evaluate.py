"""`undertone evaluate`: a run on the speakers whom it never heard, with the tutorial's figure beside."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone.augment.conditions import Condition
from undertone.bundle import Bundle, load, save
from undertone.bundle.model import segment_scores, whole_scores
from undertone.config import from_dict, to_dict
from undertone.corpora import load as load_corpus
from undertone.errors import ProtocolError
from undertone.evaluation import Figures, judge
from undertone.experiment import folder
from undertone.experiment.heard import Heard
from undertone.experiment.report import write_report
from undertone.experiment.robustness import Robustness, robustness_of, robustness_svg
from undertone.experiment.rows import Rows, cached, label_numbers
from undertone.experiment.steps import Report, Steps, quiet, silent
from undertone.experiment.train import BUNDLE
from undertone.experiment.tutorial import tutorial_figures
from undertone.pages import confusion_svg, write
from undertone.training import read_history
from undertone.types import Corpus, Fold


@dataclass(frozen=True)
class Evaluation:
    """What a run is worth: on unseen speakers, what the tutorial would have claimed, and under noise, in rooms …

    The last two are None when nobody asked.
    """

    honest: Figures
    tutorial: Figures | None
    robustness: Robustness | None = None


def evaluate_run(
    run: Path, *, tutorial: bool = True, conditions: Sequence[Condition] = (), steps: Steps = quiet
) -> Evaluation:
    """Judge a run on its held-out speakers; write figures, page and confusions into its folder, figures into its card.

    Parameters
    ----------
    run : Path
        A folder that `train_run` made.
    tutorial : bool
        Train the same network once more under the tutorial protocol, to show its figure beside; done once and kept.
    conditions : sequence of Condition
        Judge the same clips under each too. Without, what the folder keeps of an earlier time is shown.
    steps : callable, optional
        As `train_run` takes it.

    Raises
    ------
    NotFoundError
        No run is there, or it is not finished.
    CorpusError
        The recordings or labels have changed since it was trained.
    ProtocolError
        Nobody was held out.
    """
    settings = folder.settings_of(run)
    corpus = load_corpus(settings.corpus)
    fold = folder.fold_of(run, corpus)
    if not fold.test:
        raise ProtocolError(
            f"{run}: nobody was held out, so nothing is left to judge it; train with --hold-out SPEAKER,…"
        )
    bundle = load(folder.need(run / BUNDLE))
    with steps(f"features of {corpus.name}") as report:
        rows = cached(corpus, settings, run / "rows.npz", report=report)
    with steps("unseen speakers") as report:
        scores = clip_scores(bundle, rows, fold.test, report=report)
    honest = judge_clips(corpus, fold, scores, seed=settings.seed)
    told = None
    if tutorial:
        with steps("the tutorial's protocol") as report:
            told = _tutorial(run, lambda: tutorial_figures(corpus, rows, settings, run / "tutorial", report=report))
    robustness = _kept_robustness(run)
    if conditions:
        robustness = robustness_of(bundle, corpus, fold, scores, conditions, seed=settings.seed, steps=steps)
        folder.write_json(run / "robustness.json", to_dict(robustness))
        write(run / "robustness.svg", robustness_svg(robustness))
    evaluation = Evaluation(honest, told, robustness)
    judged = _keep(run, bundle, evaluation)
    heard = [Heard(corpus.utterances[clip], row) for clip, row in zip(fold.test, scores, strict=True)]
    write_report(run / "report.html", corpus, fold, judged, read_history(run / "history.json"), evaluation, heard)
    return evaluation


def clip_scores(bundle: Bundle, rows: Rows, clips: Sequence[int], *, report: Report = silent) -> NDArray[np.float32]:
    """Answer clips as `undertone predict` does: segments' scores, averaged by their lengths; shape (clips, classes)."""
    answers = []
    for done, clip in enumerate(clips):
        side = rows.where([clip], copies=False)
        seconds = rows.seconds[side]
        answers.append(whole_scores(seconds, segment_scores(bundle, rows.features[side], seconds)))
        report(done + 1, len(clips), "")
    return np.stack(answers)


def judge_clips(corpus: Corpus, fold: Fold, scores: NDArray[np.float32], *, seed: int) -> Figures:
    """Judge the answers to a fold's test clips."""
    tested = [corpus.utterances[i] for i in fold.test]
    return judge(
        label_numbers(corpus)[list(fold.test)],
        scores.argmax(axis=1),
        names=corpus.labels,
        speakers=[u.speaker for u in tested],
        sexes=[u.sex for u in tested],
        protocol=f"{corpus.name}.{fold.name}",
        honest=fold.honest,
        why=fold.why,
        scores=scores,
        seed=seed,
    )


def _tutorial(run: Path, measure: Callable[[], Figures]) -> Figures:
    kept = run / "tutorial" / "figures.json"
    if not kept.is_file():
        folder.write_json(kept, to_dict(measure()))
    return from_dict(Figures, folder.read_json(kept), where=str(kept))


def _kept_robustness(run: Path) -> Robustness | None:
    kept = run / "robustness.json"
    return from_dict(Robustness, folder.read_json(kept), where=str(kept)) if kept.is_file() else None


def _keep(run: Path, bundle: Bundle, evaluation: Evaluation) -> Bundle:
    """Write the figures into the run and into its bundle's card; return the bundle that has them."""
    shown = [f for f in (evaluation.honest, evaluation.tutorial) if f is not None]
    folder.write_json(
        run / "figures.json", {"honest": to_dict(shown[0]), "tutorial": to_dict(shown[1]) if shown[1:] else None}
    )
    title = f"Unseen speakers: UAR {100 * evaluation.honest.uar:.1f} %"
    write(run / "confusion.svg", confusion_svg(np.array(shown[0].confusion), shown[0].labels, title=title))
    card = dataclasses.replace(bundle.card, figures=tuple(to_dict(f) for f in shown))
    return save(dataclasses.replace(bundle, card=card), run / BUNDLE)
