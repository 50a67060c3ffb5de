"""The bundle as a value, and the one path from sound to scores: the compiled program walks the same steps in C."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from undertone.bundle.card import Card
from undertone.bundle.personal import LINE_BIAS, LINE_WEIGHTS, PersonalLine
from undertone.compiler import Graph, Network, run
from undertone.errors import BundleError
from undertone.evaluation import Doubt, apply_temperature, log_probabilities, softmax
from undertone.features.frontend import FrontEnd
from undertone.types import UNKNOWN, Clip, Segment

Floats = NDArray[np.float32]
Ask = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Golden:
    """Sound and the answer to it, recorded when the bundle was made.

    Attributes
    ----------
    pcm : ndarray of int16, shape (n,)
        Synthesised mono sound.
    features : ndarray of float32, shape (segments, kept)
        Before scaling: of a sequence every eighth frame, then the statistics. Bundles of format 1 keep all.
    scores : ndarray of float32, shape (classes,)
        Of the whole sound.
    """

    name: str
    rate: int
    pcm: NDArray[np.int16]
    features: Floats
    scores: Floats

    @property
    def clip(self) -> Clip:
        """The sound as the front end takes it."""
        return Clip(self.pcm.astype(np.float32) / np.float32(32768), self.rate)


@dataclass(frozen=True)
class Bundle:
    """All that is needed to answer as in training.

    Attributes
    ----------
    graph : Graph
        The network: scaled features of one segment to class probabilities.
    frontend : FrontEnd
        Sound to features.
    labels : tuple of str
        The classes, in the order of the network's outputs.
    mean, inv_scale : ndarray of float32, shape (frontend.scaler_size,)
        The scaler: z = (f - mean) * inv_scale, fitted on the training clips alone.
    temperature : float
        Calibration, fitted on held-out training speakers; 1 leaves the scores as they are.
    doubt : Doubt or None
        What training segments were like: a strange one softens its own answer. None in older bundles.
    unknown_below : float or None
        A best score below it is answered "unknown".
    personal : PersonalLine or None
        What a personal bundle is made of. None in older bundles, in those without a line, and in personal ones.
    card : Card
        Data, licence, protocol, figures, intended use.
    golden : tuple of Golden
        Replayed before the first answer.
    rows : ndarray of float32, shape (n, features)
        Features of some training segments, before scaling: what the network meets, for whoever quantises it. Empty in
        bundles of older versions.
    sha256 : str
        Of the file that it was loaded from; empty before it is saved.

    Raises
    ------
    BundleError
        The parts do not fit together: sizes of network, front end, scaler, labels, golden scores, rows; the
        temperature; a personal line without a line in the network.
    """

    name: str
    graph: Graph
    frontend: FrontEnd
    labels: tuple[str, ...]
    mean: Floats
    inv_scale: Floats
    temperature: float
    card: Card
    golden: tuple[Golden, ...] = ()
    rows: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    sha256: str = ""
    doubt: Doubt | None = None
    unknown_below: float | None = None
    personal: PersonalLine | None = None

    def __post_init__(self) -> None:
        classes, size = len(self.labels), self.frontend.size
        takes, gives = (self.graph.tensors[names[0]].size for names in (self.graph.inputs, self.graph.outputs))
        columns = self.frontend.scaler_size
        if not (takes == size and len(self.mean) == len(self.inv_scale) == columns):
            raise BundleError(
                f"{self.name}: the front end gives {size} numbers a segment, the scaler has {len(self.mean)} and "
                f"{len(self.inv_scale)} (accepted: {columns}), the network takes {takes}; all must fit together"
            )
        if gives != classes or any(golden.scores.shape != (classes,) for golden in self.golden):
            raise BundleError(f"{self.name}: {classes} labels, but the network or a golden sound has another number")
        if self.rows.size and self.rows.shape[1:] != (size,):
            raise BundleError(f"{self.name}: rows of shape {self.rows.shape}, but features of shape ({size},)")
        if not 0 < self.temperature < np.inf:
            raise BundleError(f"{self.name}: a temperature of {self.temperature}; accepted: more than 0, finite")
        self._check_doubt(columns, self.frontend.statistics_size if self.frontend.columns else 0)
        self._check_personal(classes, self.frontend.statistics_size)

    def _check_doubt(self, columns: int, statistics: int) -> None:
        if self.doubt is not None:
            sizes = {len(self.doubt.mean), len(self.doubt.inv_scale)}
            if not 0 < self.doubt.limit < np.inf or sizes not in (({0},) if statistics else ({0}, {2 * columns})):
                raise BundleError(
                    f"{self.name}: a limit of {self.doubt.limit} for strange segments, with {sorted(sizes)} numbers; "
                    f"accepted: more than 0, with 0{'' if statistics else f' or {2 * columns}'}"
                )
            if not 0 <= self.doubt.usual_s < np.inf:
                raise BundleError(
                    f"{self.name}: segments of usually {self.doubt.usual_s} s; accepted: 0 (any) and more, finite"
                )
            if self.doubt.statistics != statistics:
                raise BundleError(
                    f"{self.name}: doubt looks at the last {self.doubt.statistics} numbers of a segment; accepted for "
                    f"{self.frontend.feature_set}: {statistics or '0, which is all of them'}"
                )
        if self.unknown_below is not None:
            if not 0 <= self.unknown_below <= 1:
                raise BundleError(f"{self.name}: unknown_below={self.unknown_below}; accepted: a score, 0 to 1")
            if UNKNOWN in self.labels:
                raise BundleError(f"{self.name}: has a class {UNKNOWN!r} of its own, so it can have no unknown_below")

    def _check_personal(self, classes: int, statistics: int) -> None:
        if self.personal is None:
            return
        made, accepted = self.personal, {LINE_WEIGHTS: (statistics, classes), LINE_BIAS: (classes,)}
        came = (made.inv_scale.shape, made.weights.shape, made.bias.shape)
        if came != ((statistics,), *accepted.values()) or not 0 < made.limit < np.inf:
            raise BundleError(
                f"{self.name}: a personal line of shapes {came} with a limit of {made.limit}; accepted: "
                f"{((statistics,), *accepted.values())} and more than 0"
            )
        for name, shape in accepted.items():
            if name not in self.graph.constants or self.graph.constants[name].shape != shape:
                raise BundleError(f"{self.name}: a personal line, but the network has no {name!r} of shape {shape}")

    @cached_property
    def network(self) -> Network:
        """The graph as it answers quickest here; what is recorded (golden scores, figures) comes from the graph."""
        return Network(self.graph)


@dataclass(frozen=True)
class Answer:
    """Scores with all that led to them."""

    segments: tuple[Segment, ...]
    features: Floats
    segment_scores: Floats
    scores: Floats


def score(bundle: Bundle, clip: Clip, *, ask: Ask | None = None) -> Answer:
    """Answer one clip.

    Parameters
    ----------
    bundle : Bundle
        A model.
    clip : Clip
        Mono sound at any rate.
    ask : callable, optional
        One scaled row of features to class probabilities; `Bundle.network` is quick. Default: the numpy interpreter.

    Returns
    -------
    Answer
        Calibrated scores of each segment and, weighted by the segments' lengths, of the whole.
    """
    segments, features = bundle.frontend.transform(clip)
    seconds = [s.end_s - s.begin_s for s in segments]
    rows = segment_scores(bundle, features, seconds, ask=ask)
    return Answer(segments, features, rows, whole_scores(seconds, rows))


def segment_scores(bundle: Bundle, features: Floats, seconds: ArrayLike, *, ask: Ask | None = None) -> Floats:
    """Turn features `(segments, features)`, and lengths, into calibrated scores `(segments, classes)`."""
    answer, inputs = ask or partial(run, bundle.graph), network_inputs(bundle, features)
    rows = np.stack([answer(x).ravel() for x in inputs])
    if bundle.doubt is None:
        return apply_temperature(rows, bundle.temperature)
    softening = bundle.temperature * bundle.doubt.softening(inputs, seconds)
    return softmax(log_probabilities(rows) / softening[:, None])


def network_inputs(bundle: Bundle, features: Floats) -> Floats:
    """Scale features `(segments, features)`, a sequence frame by frame, and shape them as the network takes them."""
    scaled = (features - bundle.frontend.spread(bundle.mean)) * bundle.frontend.spread(bundle.inv_scale)
    return scaled.reshape(len(features), *bundle.graph.tensors[bundle.graph.inputs[0]].shape[1:])


def whole_scores(seconds: ArrayLike, rows: Floats) -> Floats:
    """Average the segments' scores `(segments, classes)`, weighted by their lengths."""
    weights = np.asarray(seconds, dtype=np.float64)
    return np.asarray(weights @ rows / weights.sum(), dtype=np.float32)
