"""A linear support vector machine over statistics: one line a class, that class against all others.

Its loss is the squared hinge, its penalty half of the squared weights, the constant's among them: scikit-learn's
``LinearSVC``, solved here for all classes at once. A margin is no probability; the temperature that makes it one is
fitted on answers to speakers whom each part of it never heard, as that of the discriminant is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from undertone.errors import ConfigError
from undertone.features.pooledlog_v2 import LEAST_DEVIATION
from undertone.training.discriminant import Discriminant, Doubles, Statistics, held_out_temperature, need_all_classes
from undertone.training.scaler import fit_scaler

#: What margins, which seldom leave -1 to 1, are multiplied by before a temperature (0.25 to 20) is looked for.
SLOPE = 8.0
MOST_STEPS, MOST_LINE_STEPS = 500, 30


@dataclass(frozen=True)
class SvmSettings:
    """How the support vector machine is made.

    Attributes
    ----------
    c : float
        What a row's squared hinge counts beside the squared weights. The default is what training speakers choose who
        are left out in groups within each fold of EMO-DB and of RAVDESS (benchmarks/RESULTS.md).
    few_speakers_temperature : float
        By which `SLOPE` times the margins are divided where fewer than three speakers train: what single speakers of
        EMO-DB and RAVDESS ask for.
    tolerance : float
        The solver stops where the gradient is so small beside that of weights of 0, in the norm of its inverse
        curvature.

    Raises
    ------
    ConfigError
        A number is out of range.
    """

    c: float = 3e-4
    few_speakers_temperature: float = 5.3
    tolerance: float = 1e-3

    def __post_init__(self) -> None:
        for name, most in (("c", 1e6), ("few_speakers_temperature", 1e3), ("tolerance", 0.1)):
            if not 0 < getattr(self, name) <= most:
                raise ConfigError(f"svm: {name}={getattr(self, name)}; accepted: more than 0, at most {most:g}")


def fit_svm(
    own: Statistics,
    classes: int,
    settings: SvmSettings,
    *,
    groups: int,
    copies: Statistics | None = None,
) -> Discriminant:
    """Fit a support vector machine and its temperature.

    Parameters
    ----------
    own : Statistics
        Of the training rows alone; every class occurs. They give the scaler.
    groups : int
        Parts that the speakers fall into when the temperature is fitted.
    copies : Statistics, optional
        Of their copies, from which it learns too.

    Returns
    -------
    Discriminant
        `SLOPE` times the margins, over the temperature.

    Raises
    ------
    InputError
        A class without a row.

    Examples
    --------
    >>> x = np.float32([[0, 1], [1, 0], [5, 6], [6, 5]])
    >>> own = Statistics(x, np.array([0, 0, 1, 1]), np.array(["a", "b", "a", "b"]))
    >>> fit_svm(own, 2, SvmSettings(c=1), groups=2).logits(x).argmax(axis=1).tolist()
    [0, 0, 1, 1]
    """

    def fit(some: Statistics, some_copies: Statistics | None) -> Discriminant:
        return fit_margins(some, classes, settings, copies=some_copies)

    line, few = fit(own, copies), settings.few_speakers_temperature
    warmth = np.float32(held_out_temperature(own, classes, copies, fit, groups=groups, few_speakers=few))
    return Discriminant(line.mean, line.scale, line.weights / warmth, line.bias / warmth)


def fit_margins(
    own: Statistics, classes: int, settings: SvmSettings, *, copies: Statistics | None = None
) -> Discriminant:
    """Fit a support vector machine at temperature 1: its logits are `SLOPE` times the margins.

    With z the statistics less the mean and over the deviation (ddof 0) of the training rows, for each class k the
    weights w and the constant b that make |w|^2 / 2 + b^2 / 2 + c sum_i a_i u_i max(0, 1 - s_i (w'z_i + b))^2 least:
    s_i is 1 for rows of the class and -1 for others, u_i the row's weight, a_i = n / (classes n_k) for rows of the
    class, 1 for others, from counts of rows and copies. It is scikit-learn's ``LinearSVC(C=c, dual=False,
    class_weight="balanced")`` with ``sample_weight`` u. A statistic that deviates by less than `LEAST_DEVIATION` has
    weight 0.
    """
    need_all_classes(own, classes)
    scaler, rows = fit_scaler(own.x), own.joined(copies) if copies is not None else own
    z = (rows.x - scaler.mean.astype(np.float64)) / scaler.scale
    z[:, scaler.scale < LEAST_DEVIATION] = 0
    counts = np.bincount(rows.y, minlength=classes)
    signs = np.where(rows.y[:, None] == np.arange(classes), 1.0, -1.0)
    costs = settings.c * rows.weight[:, None] * np.where(signs > 0, len(rows.y) / (classes * counts), 1.0)
    solved = SLOPE * _solve(np.hstack([z, np.ones((len(z), 1))]), signs, costs, settings.tolerance)
    weights, bias = solved[:-1].astype(np.float32), solved[-1].astype(np.float32)
    return Discriminant(scaler.mean, scaler.scale, weights, bias)


def _solve(z: Doubles, signs: Doubles, costs: Doubles, tolerance: float) -> Doubles:
    """Return the weights of each class, shape (statistics, classes), by preconditioned conjugate gradients.

    The curvature is that of the penalty and of the rows within their margin; with all rows in it, each at its mean
    cost, it bounds the true one nearly enough for some ten steps to do (Polak and Ribiere's, with restarts).
    """
    curvature = (z.T * (2 * costs.mean(axis=1))) @ z
    curvature[np.diag_indices_from(curvature)] += 1
    root = np.linalg.inv(np.linalg.cholesky(curvature))
    w, margins = np.zeros((z.shape[1], signs.shape[1])), np.zeros_like(signs)
    gradient, step, size, first = np.zeros_like(w), np.zeros_like(w), np.ones(w.shape[1]), np.inf
    for number in range(MOST_STEPS):
        before = gradient
        gradient = w - z.T @ (2 * costs * signs * np.maximum(1 - margins, 0))
        downhill = root.T @ (root @ gradient)
        turn = ((gradient - before) * downhill).sum(axis=0) / size if number else np.zeros(w.shape[1])
        size = (gradient * downhill).sum(axis=0)
        first = size if not number else first
        if (size <= tolerance**2 * first).all():
            break
        step = np.maximum(turn, 0) * step - downhill
        step = np.where((step * gradient).sum(axis=0) < 0, step, -downhill)
        along = signs * (z @ step)
        length = _least_along(w, step, margins, along, costs)
        w, margins = w + length * step, margins + length * along
    return w


def _least_along(w: Doubles, step: Doubles, margins: Doubles, along: Doubles, costs: Doubles) -> NDArray[np.float64]:
    """Return how far each class goes: the least value along the step, a parabola in pieces, by Newton's method."""
    length, slope, bend = np.zeros(w.shape[1]), (w * step).sum(axis=0), (step * step).sum(axis=0)
    for _ in range(MOST_LINE_STEPS):
        short = 1 - margins - length * along
        near = short > 0
        rise = slope + length * bend - (2 * costs * along * short * near).sum(axis=0)
        move = rise / np.maximum(bend + (2 * costs * along**2 * near).sum(axis=0), 1e-300)
        length = length - move
        if (np.abs(move) <= 1e-6 * np.abs(length)).all():
            break
    return length
