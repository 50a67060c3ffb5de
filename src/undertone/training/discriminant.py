"""A line over statistics: linear discriminant analysis with shrinkage, and how sure it may be.

With more statistics than clips a covariance cannot be inverted as it is; pulled half of the way towards a multiple of
the identity it can, and hears voices that it never met better than a logistic regression does. Its own posteriors are
far too sure, for the same reason; their temperature is fitted on answers to speakers whom each part of it never heard.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from undertone.errors import ConfigError, InputError
from undertone.evaluation import fit_temperature
from undertone.features.pooledlog_v2 import LEAST_DEVIATION
from undertone.training.scaler import fit_scaler

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
FEW = 3  # with fewer training speakers nothing can be fitted on speakers who were left out


@dataclass(frozen=True)
class StatisticsSettings:
    """How the line beside a network of sequences is made, and what each of the two has to say.

    Attributes
    ----------
    shrinkage : float
        0 to 1: how far the covariance is pulled towards a multiple of the identity.
    speeds : tuple of float
        Copies of each training clip at these speeds, higher or lower with them: voices of other sizes. The line learns
        from them too.
    groups : int
        Parts that the training speakers fall into when the temperature is fitted.
    network_weight, line_weight : float
        What the logits of each are multiplied by before they are added: between what the answers to new speakers of
        EMO-DB (0.3 and 1.1) and of RAVDESS (0.7 and 0.5) ask for. Where a protocol has several folds its figures take
        the weights from the other folds' answers (`undertone.experiment.opinions`).
    few_speakers_temperature, few_speakers_network_weight, few_speakers_line_weight : float
        The same with fewer than three training speakers, where nobody can be spared to say how sure the line may be:
        what single speakers of EMO-DB and RAVDESS ask for (`benchmarks/single_voices.py`).
    """

    shrinkage: float = 0.5
    speeds: tuple[float, ...] = (0.88, 0.94, 1.06, 1.13)
    groups: int = 6
    network_weight: float = 0.5
    line_weight: float = 0.75
    few_speakers_temperature: float = 6.0
    few_speakers_network_weight: float = 0.243
    few_speakers_line_weight: float = 0.046

    def __post_init__(self) -> None:
        if not 0 < self.shrinkage <= 1:
            raise ConfigError(f"statistics: shrinkage={self.shrinkage}; accepted: more than 0, at most 1")
        if self.groups < 2:
            raise ConfigError(f"statistics: groups={self.groups}; accepted: 2 and more")
        for speed in self.speeds:
            if not 0.5 <= speed <= 2:
                raise ConfigError(f"statistics: a speed of {speed}; accepted: 0.5 to 2")
        weights = [name for name in vars(self) if name.endswith(("weight", "temperature"))]
        for name in weights:
            if not 0 < getattr(self, name) < np.inf:
                raise ConfigError(f"statistics: {name}={getattr(self, name)}; accepted: more than 0")

    def weights(self, speakers: int) -> tuple[float, float]:
        """Return the weights of network and line for so many training speakers."""
        if speakers < FEW:
            return self.few_speakers_network_weight, self.few_speakers_line_weight
        return self.network_weight, self.line_weight


@dataclass(frozen=True)
class Statistics:
    """Statistics of segments, whose they are, and what was said.

    Attributes
    ----------
    x : ndarray of float32, shape (n, p)
    y : ndarray of int64, shape (n,)
        Class numbers.
    speakers : ndarray of str, shape (n,)
    speed : ndarray of int, shape (n,)
        0 for the clips themselves; at each speed, and under each condition, a speaker has another voice.
    weight : ndarray of float64, shape (n,)
        What a row counts in a line's means and covariance; 1 unless given.
    """

    x: Floats
    y: NDArray[np.int64]
    speakers: NDArray[np.str_]
    speed: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    weight: Doubles = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if not len(self.speed):
            object.__setattr__(self, "speed", np.zeros(len(self.y), np.int64))
        if not len(self.weight):
            object.__setattr__(self, "weight", np.ones(len(self.y)))

    def where(self, chosen: NDArray[np.bool_]) -> Statistics:
        """Return some of them."""
        parts = (self.x, self.y, self.speakers, self.speed, self.weight)
        return Statistics(*(part[chosen] for part in parts))  # type: ignore[arg-type]

    def joined(self, other: Statistics) -> Statistics:
        """Return these, and then the others."""
        return Statistics(
            np.concatenate([self.x, other.x]),
            np.concatenate([self.y, other.y]),
            np.concatenate([self.speakers, other.speakers]),
            np.concatenate([self.speed, other.speed]),
            np.concatenate([self.weight, other.weight]),
        )

    def centred(self) -> Statistics:
        """Take each voice's own mean from its rows; no label is used.

        It assumes that what is known of a speaker covers the classes about evenly, as acted corpora do.

        Examples
        --------
        >>> x, y = np.float32([[1, 2], [3, 4], [7, 7]]), np.zeros(3, np.int64)
        >>> Statistics(x, y, np.array(["a", "a", "b"])).centred().x.tolist()
        [[-1.0, -1.0], [1.0, 1.0], [0.0, 0.0]]
        """
        voices = np.char.add(np.char.add(self.speed.astype(str), " "), self.speakers.astype(str))
        names, number = np.unique(voices, return_inverse=True)
        means = np.stack([self.x[number == k].mean(axis=0, dtype=np.float64) for k in range(len(names))])
        return replace(self, x=np.asarray(self.x - means[number], dtype=np.float32))


@dataclass(frozen=True)
class Discriminant:
    """Scaled statistics to logits: ``z @ weights + bias``, the temperature divided out already.

    Attributes
    ----------
    mean, scale : ndarray of float32, shape (statistics,)
        z = (x - mean) / scale.
    weights : ndarray of float32, shape (statistics, classes)
    bias : ndarray of float32, shape (classes,)
    """

    mean: Floats
    scale: Floats
    weights: Floats
    bias: Floats

    def logits(self, x: Floats) -> Doubles:
        """Return logarithms of posteriors but for a constant of each row, shape (n, classes)."""
        z = (x.astype(np.float64) - self.mean) / self.scale
        return np.asarray(z @ self.weights + self.bias)


def fit_line(own: Statistics, classes: int, *, shrinkage: float, copies: Statistics | None = None) -> Discriminant:
    """Fit a linear discriminant with shrinkage, at temperature 1.

    With z the statistics less the mean and over the deviation (ddof 0) of the training rows, m_k the weighted means of
    rows and copies of a class, S their weighted covariance within the classes, each class by its share, and
    S' = (1 - s) S + s tr(S) / p I: the logit of class k is m_k' S'^-1 z - m_k' S'^-1 m_k / 2 + ln(share of k). Without
    copies it is scikit-learn's
    ``LinearDiscriminantAnalysis(solver="lsqr", shrinkage=s)`` after its ``StandardScaler``. A statistic that deviates
    by less than `LEAST_DEVIATION` has weight 0.

    Parameters
    ----------
    own : Statistics
        Of the training rows alone; every class occurs.
    copies : Statistics, optional
        Of their copies.

    Raises
    ------
    InputError
        A class without a row.

    Examples
    --------
    >>> x = np.float32([[0, 1], [1, 0], [5, 6], [6, 5]])
    >>> own = Statistics(x, np.array([0, 0, 1, 1]), np.array(["a", "b", "a", "b"]))
    >>> fit_line(own, 2, shrinkage=0.5).logits(x).argmax(axis=1).tolist()
    [0, 0, 1, 1]
    """
    counts = need_all_classes(own, classes)
    scaler, rows = fit_scaler(own.x), own.joined(copies) if copies is not None else own
    z = (rows.x - scaler.mean.astype(np.float64)) / scaler.scale
    z[:, scaler.scale < LEAST_DEVIATION] = 0
    heavy = z * rows.weight[:, None]
    means = np.stack([heavy[rows.y == k].sum(axis=0) / rows.weight[rows.y == k].sum() for k in range(classes)])
    within = (z - means[rows.y]) * np.sqrt(rows.weight)[:, None]
    covariance = within.T @ within / rows.weight.sum()
    shrunk = (1 - shrinkage) * covariance
    shrunk[np.diag_indices_from(shrunk)] += shrinkage * np.trace(covariance) / z.shape[1]
    weights = np.linalg.solve(shrunk, means.T)
    bias = np.log(counts / len(own.y)) - 0.5 * np.einsum("kp,pk->k", means, weights)
    return Discriminant(scaler.mean, scaler.scale, weights.astype(np.float32), bias.astype(np.float32))


def fit_discriminant(
    own: Statistics, classes: int, settings: StatisticsSettings, *, copies: Statistics | None = None
) -> Discriminant:
    """Fit a line and its temperature.

    The speakers fall into groups; each group is answered by a line that the others made, and one temperature makes
    these answers as probable as can be. With fewer than three speakers it is `few_speakers_temperature`.
    """

    def fit(some: Statistics, some_copies: Statistics | None) -> Discriminant:
        return fit_line(some, classes, shrinkage=settings.shrinkage, copies=some_copies)

    line, few = fit(own, copies), settings.few_speakers_temperature
    warmth = np.float32(held_out_temperature(own, classes, copies, fit, groups=settings.groups, few_speakers=few))
    return Discriminant(line.mean, line.scale, line.weights / warmth, line.bias / warmth)


def held_out_temperature(
    own: Statistics,
    classes: int,
    copies: Statistics | None,
    fit: Callable[[Statistics, Statistics | None], Discriminant],
    *,
    groups: int,
    few_speakers: float,
) -> float:
    """Return the temperature that makes answers to speakers who were left out in groups as probable as can be.

    With fewer than three speakers, or where a group alone has a class, it is ``few_speakers``.
    """
    names = np.unique(own.speakers)
    parts = [names[part::groups] for part in range(min(groups, len(names)))]
    logits = np.zeros((len(own.x), classes))
    for part in parts:
        apart = np.isin(own.speakers, part)
        if len(names) < FEW or len(np.unique(own.y[~apart])) < classes:
            return few_speakers
        heard = None if copies is None else copies.where(~np.isin(copies.speakers, part))
        logits[apart] = fit(own.where(~apart), heard).logits(own.x[apart])
    return fit_temperature(logits, own.y)


def need_all_classes(own: Statistics, classes: int) -> NDArray[np.int64]:
    """Return how many rows each class has; an `InputError` where one has none."""
    counts = np.bincount(own.y, minlength=classes)
    if not counts.all():
        raise InputError(f"statistics: class {int(counts.argmin())} has no training row")
    return counts
