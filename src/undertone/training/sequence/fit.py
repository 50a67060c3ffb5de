"""Train a network of sequences: a fixed schedule, the running average of the weights kept at its end.

What a run folder holds afterwards:

- ``best.h5``: the averaged network after the last epoch; no clip chooses an epoch.
- ``history.json``: see `undertone.training.history`.
- ``state.npz``: all that a killed run goes on from. The resumed run equals the unbroken one byte for byte (on one kind
  of machine with the same versions and threads): all chance of an epoch comes from its number and the seed, or from
  counters that the state holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from undertone.config import fingerprint
from undertone.errors import InputError, TrainingError
from undertone.models.backend import load_keras
from undertone.training.examples import Examples
from undertone.training.files import whole
from undertone.training.fit import Progress, network_mark
from undertone.training.history import History, history_text
from undertone.training.memory import kept_memory
from undertone.training.predict import save
from undertone.training.seeding import seeded
from undertone.training.sequence.averaging import RunningAverage
from undertone.training.sequence.crops import warped_crops
from undertone.training.sequence.heads import Heads
from undertone.training.sequence.settings import SequenceSettings, SpectralSettings
from undertone.training.sequence.spectral import mixed, vary
from undertone.training.sequence.teachers import Teachers
from undertone.training.state import restore_state, save_state
from undertone.training.steps import Batch, Steps

Floats = NDArray[np.float32]
PITCH_ROWS = 2


def fit_sequences(
    build: Callable[[int], Any],
    train: Examples,
    settings: SequenceSettings,
    spectral: SpectralSettings,
    *,
    run: Path,
    heads: Heads | None = None,
    trunk: list[Floats] | None = None,
    teachers: Teachers | None = None,
    progress: Progress | None = None,
    each_epoch: Callable[[History], None] | None = None,
) -> History:
    """Train a network, or go on where a killed run of the same data and settings stopped.

    Parameters
    ----------
    build : callable
        Makes the ``keras.Model`` for sequences of so many frames: not compiled, ends in a softmax; the same weights
        whatever the length.
    train : Examples
        What the weights learn from: ``x`` of shape ``(n, frames, width)``; the last two columns
        of a frame are the pitch. ``weights``: how much oftener than another of its class an example is drawn.
    settings : SequenceSettings
        Schedule and seed.
    spectral : SpectralSettings
        How the crops are varied.
    run : Path
        Folder for ``best.h5``, ``history.json`` and ``state.npz``; made when missing.
    heads : Heads, optional
        Whose classes are whose, when examples of several corpora are learned from together. Default: one corpus, as
        many draws an epoch as there are examples.
    trunk : list of ndarray, optional
        Weights to begin from, as ``model.get_weights`` of a network gives them that differs in its last layer only:
        that layer keeps its own first weights.
    teachers : Teachers, optional
        Networks that say of each crop what it resembles; the targets are theirs and the labels'.
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
        No examples; a state of another run in the folder; a loss that is not finite.
    InputError
        A class number that the network has no output for.
    """
    if not len(train):
        raise TrainingError("training needs at least one example; the training side of the split is empty")
    run.mkdir(parents=True, exist_ok=True)
    steps = -(-(sum(heads.draws) if heads else len(train)) // settings.batch_size)
    model = _compiled(build, settings, steps)
    classes = int(model.output_shape[-1])
    heads = heads or Heads((classes,), (len(train),))
    if train.y.max() >= classes:
        raise InputError(f"examples: class number {train.y.max()}; {model.name!r} has outputs 0 to {classes - 1}")
    if trunk is not None:
        model.set_weights([*trunk[:-2], *model.get_weights()[-2:]])
    average = RunningAverage(model, settings.averaging)
    learning = Steps(model, after=average.update)
    identity = _identity(model, train, settings, spectral) | {"heads": str(heads)}
    if teachers is not None:
        identity["teachers"] = teachers.mark
    state = run / "state.npz"
    history = restore_state(state, model, identity, extra=average.arrays) if state.exists() else History()
    average.steps = len(history) * steps
    with kept_memory():
        while len(history) < settings.epochs:
            loss, share = _epoch(learning, train, heads, settings, spectral, teachers, history, progress)
            history = history.then(best=True, loss=loss, accuracy=share)
            if each_epoch is not None:
                each_epoch(history)
            save_state(state, model, history, identity, extra=average.arrays)
    network = build(train.x.shape[1])
    network.set_weights(average.arrays)
    with whole(run / "best.h5") as draft:
        save(network, draft)
    with whole(run / "history.json") as draft:
        draft.write_text(history_text(history), encoding="utf-8")
    return history


def _compiled(build: Callable[[int], Any], settings: SequenceSettings, steps: int) -> Any:
    keras = load_keras()
    with seeded(settings.seed):
        model = build(settings.frames)
    total = steps * settings.epochs
    climb = max(1, round(settings.warm_up * total))
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, total - climb), warmup_target=settings.learning_rate, warmup_steps=climb
    )
    optimiser = keras.optimizers.AdamW(
        rate, weight_decay=settings.weight_decay, global_clipnorm=settings.clip_norm or None
    )
    optimiser.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    model.compile(optimizer=optimiser, loss="categorical_crossentropy", metrics=["accuracy"])
    optimiser.build(model.trainable_variables)
    return model


def _identity(model: Any, train: Examples, settings: SequenceSettings, spectral: SpectralSettings) -> dict[str, str]:
    keras = load_keras()
    return {
        "settings": f"{fingerprint(settings)} {fingerprint(spectral)}",
        "network": network_mark(model),
        "training examples": f"{len(train)} ({train.digest})",
        "backend": f"{keras.backend.backend()}, Keras {keras.version()}",
    }


def _epoch(
    steps: Steps,
    train: Examples,
    heads: Heads,
    settings: SequenceSettings,
    spectral: SpectralSettings,
    teachers: Teachers | None,
    history: History,
    progress: Progress | None,
) -> tuple[float, float]:
    """Draw, vary and learn an epoch's crops; return the mean loss and accuracy of the steps."""
    rng = np.random.default_rng([settings.seed, len(history)])
    batches = _batches(train, heads, settings, spectral, teachers, rng)
    count = -(-sum(heads.draws) // settings.batch_size)
    results = np.zeros((count, 2))
    for step, result in enumerate(steps.learn(batches)):
        results[step] = result
        if not math.isfinite(results[step, 0]):
            good = (
                f"state.npz in the run folder holds epoch {len(history)}" if len(history) else "no epoch was finished"
            )
            raise TrainingError(
                f"epoch {len(history) + 1}: the loss is {results[step, 0]}; {good}. "
                "Lower learning_rate, or look for outliers in the data"
            )
        if progress is not None:
            done = len(history) * len(results) + step + 1
            line = f"epoch {len(history) + 1} of {settings.epochs}: loss {results[: step + 1, 0].mean():.3f}"
            progress(done, settings.epochs * len(results), line)
    loss, share = results.mean(axis=0)
    return float(loss), float(share)


def _batches(
    train: Examples,
    heads: Heads,
    settings: SequenceSettings,
    spectral: SpectralSettings,
    teachers: Teachers | None,
    rng: np.random.Generator,
) -> Iterator[Batch]:
    """Make the crops and targets of an epoch's steps, each when it is asked for; all steps have one size."""
    bands = train.x.shape[2] - PITCH_ROWS
    labels = heads.targets(train.y, settings.label_smoothing)
    order = heads.draw(train.y, rng, weights=train.weights)
    for first in range(0, len(order), settings.batch_size):
        rows = np.resize(order[first : first + settings.batch_size], settings.batch_size)
        crops = warped_crops(train.x[rows], settings.frames, bands, spectral, rng)
        crops, targets = mixed(vary(crops, bands, spectral, rng), labels[rows], spectral, rng)
        yield crops, targets if teachers is None else teachers.targets(crops, targets), None
