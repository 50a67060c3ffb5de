"""Statistics of clips alone to a trained model: a discriminant, a support vector machine, or a small network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone.evaluation import log_probabilities, softmax
from undertone.experiment.settings import ExperimentSettings
from undertone.experiment.steps import Report, silent
from undertone.features.pooledlog_v2 import LEAST_DEVIATION
from undertone.models import MODELS
from undertone.training import Examples, History, Scaler, fit, fit_scaler
from undertone.training.discriminant import Discriminant, Statistics, fit_discriminant
from undertone.training.files import whole
from undertone.training.history import history_text
from undertone.training.logs import EachEpoch
from undertone.training.predict import load, save
from undertone.training.svm import fit_svm


def learn_line(
    own: Statistics, copies: Statistics | None, classes: int, settings: ExperimentSettings, *, run: Path
) -> tuple[Discriminant, History]:
    """Fit a line and write it as a network, ``best.h5``.

    Its temperature comes from training speakers who were left out in turn; the history is of one epoch, on the training
    rows.
    """
    line = _fitted(own, copies, classes, settings)
    network = MODELS[settings.model].build((own.x.shape[1],), classes)
    network.layers[-1].set_weights([line.weights, line.bias])
    run.mkdir(parents=True, exist_ok=True)
    with whole(run / "best.h5") as draft:
        save(network, draft)
    logs = log_probabilities(softmax(line.logits(own.x)))[np.arange(len(own.y)), own.y]
    share = float((line.logits(own.x).argmax(axis=1) == own.y).mean())
    history = History().then(best=True, loss=-float(logs.mean()), accuracy=share)
    with whole(run / "history.json") as draft:
        draft.write_text(history_text(history), encoding="utf-8")
    return line, history


def _fitted(own: Statistics, copies: Statistics | None, classes: int, settings: ExperimentSettings) -> Discriminant:
    if MODELS[settings.model].over_statistics == "svm":
        return fit_svm(own, classes, settings.svm, groups=settings.statistics.groups, copies=copies)
    return fit_discriminant(own, classes, settings.line, copies=copies)


def learn_network(
    own: Statistics,
    copies: Statistics | None,
    classes: int,
    settings: ExperimentSettings,
    *,
    run: Path,
    report: Report = silent,
    each_epoch: EachEpoch | None = None,
) -> tuple[Scaler, History, NDArray[np.float32]]:
    """Train a small network on rows and copies by ``settings.train``; write it, ``network.h5``, after the last epoch.

    Returns
    -------
    Scaler
        Of the rows alone.
    History
    ndarray of float32
        What the network learned from, scaled: for whoever fine-tunes it.
    """
    scaler, rows = fit_scaler(own.x), own.joined(copies) if copies is not None else own
    rounding = scaler.scale < LEAST_DEVIATION  # it has no say: the compiled program's differs
    x = scaler.apply(rows.x)
    x[:, rounding] = 0
    history = fit(
        lambda: MODELS[settings.model].build((own.x.shape[1],), classes),
        Examples(x, rows.y, rows.weight.astype(np.float32)),
        None,
        settings.train,
        run=run,
        progress=report,
        each_epoch=each_epoch,
    )
    network = load(run / "best.h5")
    first = next(layer for layer in network.layers if layer.get_weights())
    kernel, bias = first.get_weights()
    kernel[rounding] = 0
    first.set_weights([kernel, bias])
    with whole(run / "network.h5") as draft:
        save(network, draft)
    return scaler, history, x
