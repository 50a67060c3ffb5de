"""The leak guard: no figure is called honest that a leak could have made."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from undertone.corpora import check_fold
from undertone.corpora.leaks import voice
from undertone.corpora.side_channels import side_channels
from undertone.corpora.sound_files import listed
from undertone.errors import ProtocolError
from undertone.experiment.rows import Rows
from undertone.training import Scaler, fit_scaler
from undertone.types import Corpus, Fold


def guarded(corpus: Corpus, fold: Fold, *, tuned_on: Sequence[str] = (), allow_leaks: bool = False) -> Fold:
    """Return a fold that may be judged under its name.

    What a fold can leak are clips, speakers, sentences and copies of one sound (`undertone.corpora.check_fold`), judges
    who chose the settings, and labels that can be read unheard (`undertone.corpora.side_channels`). What only the
    training can leak has two guards of its own: `check_rows` and `check_scaler`.

    Parameters
    ----------
    tuned_on : sequence of str
        Voices by whose clips the settings were chosen, "corpus/speaker".
    allow_leaks : bool
        Stamp a fold that leaks instead of refusing it.

    Raises
    ------
    ProtocolError
        The fold claims to be honest and leaks; the message names each leak.
    """
    if not fold.honest:
        return fold
    unheard = [channel.text for channel in side_channels(corpus) if channel.leaks]
    leaks = (*check_fold(corpus, fold), *_choosers(corpus, fold, tuned_on), *unheard)
    if not leaks:
        return fold
    told = "; ".join(leaks)
    if not allow_leaks:
        raise ProtocolError(
            f"{corpus.name}: the split {fold.name!r} would make too good a figure: {told}. Mend it, or give "
            "--allow-leaks to have its figures stamped"
        )
    return dataclasses.replace(fold, honest=False, why=told)


def _choosers(corpus: Corpus, fold: Fold, tuned_on: Sequence[str]) -> list[str]:
    """Name the judges who chose the settings."""
    both = sorted({voice(corpus.utterances[i]) for i in fold.test} & set(tuned_on))
    return [f"the settings were chosen on speakers of the test: {listed(both)}"] if both else []


def check_rows(corpus: Corpus, fold: Fold, rows: Rows, train: NDArray[np.int64], validation: NDArray[np.int64]) -> None:
    """Raise `ProtocolError` if rows of an honest fold would let its judges be heard; called before each training.

    Parameters
    ----------
    rows : Rows
        Features of all clips and of their augmented copies.
    train, validation : ndarray of int
        The rows that weights and scaler, and that epoch and temperature are taken from.
    """
    if not fold.honest:
        return
    uses = {"weights and scaler are": train, "epoch and temperature are": validation}
    faults = []
    for use, chosen in uses.items():
        clips = set(rows.clip[chosen].tolist())
        judged = sorted(clips & set(fold.test))
        if judged:
            copies = (
                "augmented copies" if (rows.copy[chosen][np.isin(rows.clip[chosen], judged)] > 0).any() else "clips"
            )
            named = listed([corpus.utterances[i].key for i in judged])
            faults.append(f"{use} taken from {copies} of the test: {named}")
        voices = {voice(corpus.utterances[i]) for i in clips} & {voice(corpus.utterances[i]) for i in fold.test}
        if voices:
            faults.append(f"{use} taken from speakers of the test: {listed(sorted(voices))}")
    if (rows.copy[validation] > 0).any():
        key = corpus.utterances[int(rows.clip[validation][rows.copy[validation] > 0][0])].key
        faults.append(f"the epoch would be chosen on augmented copies ({key})")
    if faults:
        raise ProtocolError(f"{corpus.name}: the rows of {fold.name!r} leak: {'; '.join(faults)}")


def check_scaler(fold: Fold, scaler: Scaler, features: NDArray[np.float32]) -> None:
    """Raise `ProtocolError` if a scaler of an honest fold is not the one that its training rows alone give.

    Parameters
    ----------
    scaler : Scaler
        As it goes into the bundle.
    features : ndarray of float32, shape (n, size)
        The training rows. A scaler that changes nothing learned nothing, and passes.
    """
    unchanged = not scaler.mean.any() and (scaler.scale == 1).all()
    if not fold.honest or unchanged:
        return
    own = fit_scaler(features)
    if not (np.array_equal(own.mean, scaler.mean) and np.array_equal(own.scale, scaler.scale)):
        column = int(np.argmax((own.mean != scaler.mean) | (own.scale != scaler.scale)))
        raise ProtocolError(
            f"{fold.name}: the scaler was fitted on more than the training side (column {column}: mean "
            f"{scaler.mean[column]:.6g}, of the training rows {own.mean[column]:.6g}): it has heard the test"
        )
