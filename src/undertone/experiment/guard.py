"""The leak guard: no figure is called honest that a leak could have made."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from undertone.corpora import check_fold
from undertone.corpora.leaks import voice
from undertone.corpora.side_channels import side_channels
from undertone.corpora.sound_files import listed
from undertone.errors import ProtocolError
from undertone.types import Corpus, Fold


def guarded(corpus: Corpus, fold: Fold, *, tuned_on: Sequence[str] = (), allow_leaks: bool = False) -> Fold:
    """Return a fold that may be judged under its name.

    A scaler fitted outside the training side, an epoch chosen on test speakers or a copy on the other side cannot come
    from the fold alone: `undertone.experiment.network` never sees the test's rows. What a fold itself can leak are
    speakers, clips, and copies of one sound (`undertone.corpora.check_fold`).

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
