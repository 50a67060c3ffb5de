"""Other corpora to learn from besides: a trunk made of them alone, and their examples beside the corpus's own.

A corpus of a few hundred clips teaches little about voices. What other corpora say of them is learned first, with their
own classes, and goes on being heard a little while the corpus itself is learned, so that a network with a single
training speaker does not take that voice for the world.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone.corpora import load as load_corpus
from undertone.corpora.content import digest
from undertone.corpora.twins import twins_of
from undertone.errors import ConfigError, ProtocolError
from undertone.experiment.rows import Rows, cached, label_numbers
from undertone.experiment.settings import ExperimentSettings
from undertone.experiment.steps import Report, silent
from undertone.models import MODELS
from undertone.training import Examples
from undertone.training.predict import load as load_network
from undertone.training.sequence import Heads, fit_sequences
from undertone.types import Corpus, Fold

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Others:
    """Other corpora as rows, and the trunks that were made of them.

    Attributes
    ----------
    corpora : tuple of Corpus
    rows : tuple of Rows
        Of each.
    trunks : tuple of tuple of ndarray
        For each member of the model the weights of a network that learned from all of them; empty where there are none.
    teachers : tuple of tuple of ndarray
        The same for each network that teaches the members.
    """

    corpora: tuple[Corpus, ...] = ()
    rows: tuple[Rows, ...] = ()
    trunks: tuple[tuple[Floats, ...], ...] = ()
    teachers: tuple[tuple[Floats, ...], ...] = ()

    def examples(self, frames: int, width: int, *, first_class: int) -> tuple[list[Examples], list[int]]:
        """Return each corpus's sequences, classes counted on from ``first_class``; and how many classes each has."""
        found: list[Examples] = []
        sizes: list[int] = []
        for corpus, rows in zip(self.corpora, self.rows, strict=True):
            numbers = label_numbers(corpus)[rows.clip] + first_class + sum(sizes)
            found.append(Examples(sequences(rows.features, frames, width), numbers))
            sizes.append(len(corpus.labels))
        return found, sizes


NONE = Others()


def sequences(features: Floats, frames: int, width: int) -> Floats:
    """Return the sequences that rows of features begin with, shape (rows, frames, width)."""
    return features[:, : frames * width].reshape(len(features), frames, width)


def learn_from_others(
    corpus: Corpus, folds: Sequence[Fold], settings: ExperimentSettings, run: Path, *, report: Report = silent
) -> Others:
    """Read the other corpora that the settings name and train the trunk, or go on with it; nothing if no fold needs it.

    Parameters
    ----------
    corpus : Corpus
        The one that will be judged: none of its speakers or recordings may be among the others.
    folds : sequence of Fold
        Who will train: with enough speakers a network needs no trunk.
    run : Path
        Keeps the rows (``rows-NAME.npz``) and the trunks (``trunk-0/``, …; ``teacher-trunk-0/``, … of the networks that
        teach); every fold of a protocol can use them, because nothing of the corpus itself is in them.

    Raises
    ------
    ConfigError
        The model learns from vectors, so it has no trunk.
    ProtocolError
        An other corpus is the corpus itself, or holds a copy of one of its recordings.
    """
    if not settings.others:
        return NONE
    if not MODELS[settings.model].sequence:
        raise ConfigError(f"model {settings.model!r} cannot learn from other corpora; one of sequences can (compact)")
    corpora = tuple(load_corpus(name) for name in settings.others)
    _check_apart(corpus, corpora)
    if all(_speakers(corpus, fold) >= settings.sequence.trunk_below for fold in folds):
        return NONE
    run.mkdir(parents=True, exist_ok=True)
    rows = tuple(
        cached(other, settings.of_others, run / f"rows-{place}-{other.name}.npz", report=report)
        for place, other in enumerate(corpora)
    )
    others = Others(corpora, rows)
    members, teachers = range(MODELS[settings.model].members), range(settings.distil.teachers)
    return Others(
        corpora,
        rows,
        tuple(_trunk(others, settings.of_member(m), run / f"trunk-{m}", report) for m in members),
        tuple(_trunk(others, settings.of_teacher(t), run / f"teacher-trunk-{t}", report) for t in teachers),
    )


def _speakers(corpus: Corpus, fold: Fold) -> int:
    return len({corpus.utterances[i].speaker for i in (*fold.train, *fold.validation)})


def _check_apart(corpus: Corpus, others: Sequence[Corpus]) -> None:
    own = len(corpus)
    for other in others:
        if digest(other) == digest(corpus):
            raise ProtocolError(f"{other.name}: is the corpus that is judged; others must be other recordings")
        utterances = (*corpus.utterances, *other.utterances)
        for group in twins_of(Corpus(f"{corpus.name}+{other.name}", utterances)):
            if group[0] < own <= group[-1]:
                raise ProtocolError(
                    f"{other.name}: {utterances[group[-1]].key} is the sound of {utterances[group[0]].key}, so what is "
                    f"learned from {other.name} would know clips that judge; leave it out of others"
                )


def _trunk(others: Others, settings: ExperimentSettings, run: Path, report: Report) -> tuple[Floats, ...]:
    """Train a network to tell the classes of each other corpus apart; a clip of any is drawn as often."""
    spec, frames, width = MODELS[settings.model], settings.frontend.frames, settings.frontend.columns
    examples, sizes = others.examples(frames, width, first_class=0)
    together = Examples(np.concatenate([e.x for e in examples]), np.concatenate([e.y for e in examples]))
    fit_sequences(
        lambda length: spec.build((length, width), sum(sizes)),
        together,
        settings.sequence.of_trunk,
        settings.spectral,
        run=run,
        heads=Heads(tuple(sizes), tuple(len(e) for e in examples)),
        progress=report,
    )
    return tuple(load_network(run / "best.h5").get_weights())
