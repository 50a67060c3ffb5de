"""The leak guard: no figure is called honest that a leak could have made."""

from __future__ import annotations

import dataclasses

from undertone.corpora import check_fold
from undertone.errors import ProtocolError
from undertone.types import Corpus, Fold


def guarded(corpus: Corpus, fold: Fold, *, allow_leaks: bool = False) -> Fold:
    """Return a fold that may be judged under its name.

    A scaler fitted outside the training side, an epoch chosen on test speakers or a copy on the other side cannot come
    from the fold alone: `undertone.experiment.network` never sees the test's rows. What a fold itself can leak are
    speakers, clips, and copies of one sound (`undertone.corpora.check_fold`).

    Parameters
    ----------
    allow_leaks : bool
        Stamp a fold that leaks instead of refusing it.

    Raises
    ------
    ProtocolError
        The fold claims to be honest and leaks; the message names each leak.
    """
    leaks = check_fold(corpus, fold) if fold.honest else ()
    if not leaks:
        return fold
    told = "; ".join(leaks)
    if not allow_leaks:
        raise ProtocolError(
            f"{corpus.name}: the split {fold.name!r} would make too good a figure: {told}. Mend it, or give "
            "--allow-leaks to have its figures stamped"
        )
    return dataclasses.replace(fold, honest=False, why=told)
