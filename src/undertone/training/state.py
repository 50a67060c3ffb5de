"""All that a training run needs to go on after a kill, in one file.

`best.h5` cannot serve: it holds the best weights, not the last, and neither Adam's moments nor the counters of the
dropout. The state holds every variable of the network and of the optimiser as raw arrays, the history, and the
identity of the run: a state of other data or other settings is refused.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from undertone.config import from_dict, to_dict
from undertone.errors import TrainingError
from undertone.training.files import whole
from undertone.training.history import History


def save_state(
    path: Path, model: Any, history: History, identity: dict[str, str], *, extra: Sequence[NDArray[Any]] = ()
) -> None:
    """Write the state after an epoch.

    Parameters
    ----------
    path : Path
        ``state.npz`` of the run.
    model : keras.Model
        Compiled, with a built optimiser.
    history : History
        Of the epochs so far; the number of them is where to go on.
    identity : dict of str to str
        What may not differ on resuming, by the name that an error shows.
    extra : sequence of ndarray
        What else the run needs to go on.
    """
    arrays = {f"extra_{i:04d}": array for i, array in enumerate(extra)}
    arrays |= {f"variable_{i:04d}": np.asarray(v.numpy()) for i, v in enumerate(_variables(model))}
    note = json.dumps({"history": to_dict(history), "identity": identity})
    with whole(path) as draft:
        np.savez(draft, note=np.array(note), **arrays)  # type: ignore[arg-type]


def restore_state(path: Path, model: Any, identity: dict[str, str], *, extra: Sequence[NDArray[Any]] = ()) -> History:
    """Set the variables of a freshly built model, and the extra arrays in place, to those of the state.

    Returns
    -------
    History
        Of the epochs that are done.

    Raises
    ------
    TrainingError
        The state belongs to another run (the message names each difference), or cannot be read.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            note = json.loads(str(file["note"]))
            arrays = [file[name] for name in sorted(file.files) if name.startswith("variable_")]
            kept = [file[name] for name in sorted(file.files) if name.startswith("extra_")]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise TrainingError(f"{path}: not a readable training state ({error}); delete it to start over") from error
    _check_identity(path, note["identity"], identity)
    variables = _variables(model)
    assert len(variables) == len(arrays), "one identity, two numbers of variables"
    for variable, value in zip(variables, arrays, strict=True):
        variable.assign(value)
    for array, value in zip(extra, kept, strict=True):
        array[...] = value
    return from_dict(History, note["history"], where=str(path))


def _variables(model: Any) -> list[Any]:
    # Layer.variables are weights, running statistics and the counters of the random generators, in layer order.
    return [*model.variables, *model.optimizer.variables]


def _check_identity(path: Path, was: dict[str, str], now: dict[str, str]) -> None:
    differing = [name for name in {**now, **was} if was.get(name) != now.get(name)]
    if differing:
        words = "; ".join(f"{name} was {was.get(name, 'absent')}, is {now.get(name, 'absent')}" for name in differing)
        raise TrainingError(
            f"{path.parent}: this run cannot be resumed, it was begun otherwise: {words}. "
            "Give the old settings and data, or another folder for the new run"
        )
