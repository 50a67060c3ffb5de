"""What training measured at the end of each epoch."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from undertone.config import from_dict, to_json
from undertone.errors import NotFoundError, TrainingError


@dataclass(frozen=True)
class History:
    """One value an epoch in each series; the three of the validation are empty when nothing was held out.

    Attributes
    ----------
    loss, accuracy : tuple of float
        On the training examples while the weights move, with dropout: a little worse than the network is.
    val_loss, val_accuracy, val_uar : tuple of float
        On the held-out training speakers, after the epoch.
    best_epoch : int
        The epoch, from 1, whose weights `best.h5` holds; 0 before the first.
    """

    loss: tuple[float, ...] = ()
    accuracy: tuple[float, ...] = ()
    val_loss: tuple[float, ...] = ()
    val_accuracy: tuple[float, ...] = ()
    val_uar: tuple[float, ...] = ()
    best_epoch: int = 0

    def __len__(self) -> int:
        return len(self.loss)

    def then(self, *, best: bool, **values: float) -> History:
        """Return the history with one more epoch, which is the best so far or not."""
        longer = {name: (*getattr(self, name), value) for name, value in values.items()}
        grown = replace(self, **longer)  # type: ignore[arg-type]
        return replace(grown, best_epoch=len(grown)) if best else grown


def read_history(path: Path) -> History:
    """Read what `undertone.training.fit` wrote as ``history.json``.

    Raises
    ------
    NotFoundError, TrainingError
        No such file; a file that is not a history.
    """
    if not path.is_file():
        raise NotFoundError(f"no training history at {str(path)!r}; it is written by 'undertone train'")
    try:
        return from_dict(History, json.loads(path.read_text(encoding="utf-8")), where=str(path))
    except ValueError as error:  # not UTF-8, not JSON, or other keys
        raise TrainingError(f"{path}: not a training history ({error}); train again into another folder") from error


def history_text(history: History) -> str:
    """Return the JSON of a history: equal histories are equal bytes."""
    return to_json(history)
