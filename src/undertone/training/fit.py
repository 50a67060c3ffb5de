"""Train a network: fixed steps, a checkpoint of the best epoch, and a state that a killed run goes on from.

What a run folder holds afterwards:

- ``best.h5``: the network of the best epoch. The best has the highest validation UAR; of equals, the lowest validation
  loss. The validation examples come from held-out *training* speakers: the test fold is never looked at. With no
  validation examples the last epoch is the best.
- ``history.json``: see `undertone.training.history`.
- ``state.npz``: see `undertone.training.state`. A run that is done is not trained again.

The resumed run equals the unbroken one byte for byte (on one kind of machine with the same versions and threads): the
order of the examples depends on seed and epoch alone, and all other chance lies in counters that the state holds.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from undertone.errors import InputError, TrainingError
from undertone.evaluation.scores import accuracy, confusion, uar
from undertone.models.backend import load_keras
from undertone.training.examples import Examples
from undertone.training.files import whole
from undertone.training.history import History, history_text
from undertone.training.predict import as_input, predict, save
from undertone.training.seeding import seeded
from undertone.training.settings import TrainSettings
from undertone.training.state import restore_state, save_state
from undertone.training.steps import Steps

#: Told after each step: steps done, steps in all, one line on how it goes.
Progress = Callable[[int, int, str], None]

SMALLEST_SCORE = 1e-7  # Keras's epsilon: the logarithm of a score is taken no lower


def fit(
    build: Callable[[], Any],
    train: Examples,
    validation: Examples | None,
    settings: TrainSettings,
    *,
    run: Path,
    progress: Progress | None = None,
    each_epoch: Callable[[History], None] | None = None,
) -> History:
    """Train a network, or go on where a killed run of the same data and settings stopped.

    Parameters
    ----------
    build : callable
        Makes the ``keras.Model``: not compiled, ends in a softmax, its layers carry fixed names.
    train : Examples
        What the weights learn from.
    validation : Examples or None
        What chooses the epoch; None or no examples keeps the last.
    settings : TrainSettings
        Schedule and seed.
    run : Path
        Folder for ``best.h5``, ``history.json`` and ``state.npz``; made when missing.
    progress : callable, optional
        Called after each step with steps done, steps in all, and a line on how it goes.
    each_epoch : callable, optional
        Called after each epoch with the history up to it; once more if a kill came before the state was written.

    Returns
    -------
    History

    Raises
    ------
    TrainingError
        No examples; a state of another run in the folder, or one without its checkpoint; a loss that is not finite.
    InputError
        A class number that the network has no output for.
    """
    if not len(train):
        raise TrainingError("training needs at least one example; the training side of the split is empty")
    held_out = validation if validation is not None and len(validation) else None
    run.mkdir(parents=True, exist_ok=True)
    model = _compiled(build, settings)
    steps = Steps(model)
    for side in (train, held_out):
        _check_classes(model, side)
    identity = _identity(model, train, held_out, settings)
    state = run / "state.npz"
    history = restore_state(state, model, identity) if state.exists() else History()
    if history.best_epoch and not (run / "best.h5").is_file():
        raise TrainingError(f"{run}: best.h5, of epoch {history.best_epoch}, is gone; delete state.npz to train again")
    while len(history) < settings.epochs and not _patience_ended(history, settings):
        loss, share = _epoch(steps, train, settings, history, run, progress)
        judged = {} if held_out is None else _judge(model, held_out, settings)
        best = _is_best(history, judged)
        history = history.then(best=best, loss=loss, accuracy=share, **judged)
        # The state comes last: a kill before it repeats this epoch, which writes the same bytes again.
        if best:
            with whole(run / "best.h5") as draft:
                save(model, draft)
        with whole(run / "history.json") as draft:
            draft.write_text(history_text(history), encoding="utf-8")
        if each_epoch is not None:
            each_epoch(history)
        save_state(state, model, history, identity)
    return history


def _compiled(build: Callable[[], Any], settings: TrainSettings) -> Any:
    keras = load_keras()
    with seeded(settings.seed):
        model = build()
    optimiser = keras.optimizers.Adam(settings.learning_rate)
    model.compile(optimizer=optimiser, loss="categorical_crossentropy", metrics=["accuracy"])
    optimiser.build(model.trainable_variables)
    return model


def _classes(model: Any) -> int:
    return int(model.output_shape[-1])


def _check_classes(model: Any, side: Examples | None) -> None:
    if side is not None and side.y.max() >= _classes(model):
        raise InputError(
            f"examples: class number {side.y.max()}; {model.name!r} has outputs 0 to {_classes(model) - 1}"
        )


def _identity(model: Any, train: Examples, held_out: Examples | None, settings: TrainSettings) -> dict[str, str]:
    keras = load_keras()
    return {
        **{name: str(value) for name, value in asdict(settings).items()},
        "network": network_mark(model),
        "training examples": f"{len(train)} ({train.digest})",
        "validation examples": "none" if held_out is None else f"{len(held_out)} ({held_out.digest})",
        "backend": f"{keras.backend.backend()}, Keras {keras.version()}",
    }


def network_mark(model: Any) -> str:
    """Name a network by its layers and their settings, for the identity of a run."""
    layers = json.dumps(model.get_config(), default=str)
    return f"{model.name} ({hashlib.sha256(layers.encode()).hexdigest()[:16]})"


def _epoch(
    steps: Steps, train: Examples, settings: TrainSettings, history: History, run: Path, progress: Progress | None
) -> tuple[float, float]:
    """Pass once over the examples; return the mean loss and the accuracy of its steps."""
    batches = _batches(len(train), settings, epoch=len(history))
    x, y = as_input(steps.model, train.x), np.eye(_classes(steps.model), dtype=np.float32)[train.y]
    weights = train.weights
    given = ((x[rows], y[rows], None if weights is None else weights[rows]) for rows in batches)
    results = np.zeros((len(batches), 2))
    for step, result in enumerate(steps.learn(given)):
        results[step] = result
        if not math.isfinite(results[step, 0]):
            raise TrainingError(_diverged(history, run, results[step, 0]))
        if progress is not None:
            done = len(history) * len(batches) + step + 1
            progress(done, settings.epochs * len(batches), _line(history, settings, results[: step + 1]))
    loss, share = results.mean(axis=0)
    return float(loss), float(share)


def _batches(count: int, settings: TrainSettings, *, epoch: int) -> NDArray[np.int64]:
    """Return the rows of each step, shape (steps, batch size), in the order of this epoch.

    The last step is filled up with the first rows of the order. All steps then have one shape, which is compiled once,
    and batch normalisation never meets a batch of one.
    """
    order = np.random.default_rng([settings.seed, epoch]).permutation(count)
    size = min(settings.batch_size, count)
    return np.resize(order, (-(-count // size), size))


def _judge(model: Any, held_out: Examples, settings: TrainSettings) -> dict[str, float]:
    scores = predict(model, held_out.x, batch_size=settings.batch_size)
    of_label = scores[np.arange(len(held_out)), held_out.y].astype(np.float64)
    matrix = confusion(held_out.y, scores.argmax(axis=1), classes=_classes(model))
    loss = float(-np.log(np.maximum(of_label, SMALLEST_SCORE)).mean())
    return {"val_loss": loss, "val_accuracy": accuracy(matrix), "val_uar": uar(matrix)}


def _is_best(history: History, judged: dict[str, float]) -> bool:
    if not judged or not history.best_epoch:
        return True
    best = history.best_epoch - 1
    return (judged["val_uar"], -judged["val_loss"]) > (history.val_uar[best], -history.val_loss[best])


def _patience_ended(history: History, settings: TrainSettings) -> bool:
    return 0 < settings.patience <= len(history) - history.best_epoch


def _line(history: History, settings: TrainSettings, results: NDArray[np.float64]) -> str:
    line = f"epoch {len(history) + 1} of {settings.epochs}: loss {results[:, 0].mean():.3f}"
    return f"{line}, validation UAR {100 * history.val_uar[-1]:.1f} %" if history.val_uar else line


def _diverged(history: History, run: Path, loss: float) -> str:
    good = f"{run / 'best.h5'} holds epoch {history.best_epoch}" if history.best_epoch else "no epoch was finished"
    return (
        f"epoch {len(history) + 1}: the loss is {loss}; {good}. Lower learning_rate, or look for outliers in the data"
    )
