"""The figure that the tutorial protocol would have shown, measured so that it can stand beside the honest one.

The popular notebooks augment every clip, split the rows at random, and keep the epoch that does best on the test rows.
A clip and its own noisy copy, and every speaker, are then on both sides. Here the same network is trained with the same
settings on such a split; the figure is stamped with what is wrong wherever it appears. A model of sequences learns from
its validation rows too, so it gets none: its test rows are never trained on, and no epoch is chosen on them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone.corpora.folds import TUTORIAL
from undertone.evaluation import Figures, judge
from undertone.experiment.network import train_network
from undertone.experiment.rows import Rows, label_numbers
from undertone.experiment.settings import ExperimentSettings
from undertone.experiment.steps import Report, silent
from undertone.models import MODELS
from undertone.types import Corpus

TEST_SHARE = 0.25
WHY = "copies of a clip and all speakers are on both sides, and the epoch is chosen on the test rows"


def tutorial_figures(
    corpus: Corpus, rows: Rows, settings: ExperimentSettings, run: Path, *, report: Report = silent
) -> Figures:
    """Train and score under the tutorial protocol.

    Returns
    -------
    Figures
        Per row, as the notebooks count; ``honest`` is False.
    """
    train, test = split_rows(len(rows.clip), seed=settings.seed)
    learns_from_both = not MODELS[settings.model].chooses
    validation = test[:0] if learns_from_both else test
    trained = train_network(corpus, rows, train, validation, settings, run=run, report=report)
    scores = trained.scores(rows.features[test], rows.seconds[test])
    clips = [corpus.utterances[i] for i in rows.clip[test]]
    return judge(
        label_numbers(corpus)[rows.clip[test]],
        scores.argmax(axis=1),
        names=corpus.labels,
        speakers=[u.speaker for u in clips],
        sexes=[u.sex for u in clips],
        protocol=f"{corpus.name}.augmented_random",
        honest=False,
        why=TUTORIAL if learns_from_both else WHY,
        scores=scores,
        seed=settings.seed,
    )


def split_rows(count: int, *, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Split rows at random, whatever they are copies of: three quarters to train, one to test."""
    order = np.random.default_rng([seed, 25]).permutation(count)
    cut = round(count * TEST_SHARE)
    return np.sort(order[cut:]), np.sort(order[:cut])
