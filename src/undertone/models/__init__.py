"""Feature shape -> Keras model; one file an architecture.

Building one loads Keras; listing them does not.

>>> list(MODELS), MODELS["article"].frontend.feature_set
(['article', 'compact', 'pooled', 'pooled-mlp', 'pooled-svm', 'tiny'], 'article.v1')
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from undertone.features.frontend import FrontEnd
from undertone.models import article, compact, pooled, pooled_mlp, pooled_svm, tiny
from undertone.registry import Registry

#: From the shape of one example and the number of classes to a network that is not compiled.
Builder = Callable[[tuple[int, ...], int], Any]


@dataclass(frozen=True)
class ModelSpec:
    """An architecture, with what it was made for.

    Attributes
    ----------
    build : callable
        ``build(input_shape, classes) -> keras.Model``; see `undertone.models.article.build`.
    frontend : FrontEnd
        The front end that it was made with; its feature set is what the architecture needs.
    sequence : bool
        It takes ``(frames, width)`` of any length that is a multiple of 8 and is trained on varied crops, by
        `undertone.training.sequence`.
    build_whole : callable or None
        ``build_whole(frames, statistics, classes) -> keras.Model``: the trained networks with a line over statistics
        beside them, where the front end gives any.
    over_statistics : str
        Of models that take a clip's statistics alone, what is over them: "discriminant" (`undertone.training
        .discriminant`), "svm" (`undertone.training.svm`) or "mlp", a network trained by steps. They learn from the
        clips' copies at other speeds and under conditions. Empty: another kind of model.
    members : int
        How many networks are trained, each under a seed of its own, and go into one bundle.
    summary : str
        One line for lists.
    """

    build: Builder
    frontend: FrontEnd
    summary: str
    sequence: bool = False
    build_whole: Callable[[int, int, int], Any] | None = None
    members: int = 1
    over_statistics: Literal["", "discriminant", "svm", "mlp"] = ""

    @property
    def chooses(self) -> bool:
        """Whether clips that are held out of the training choose an epoch; if not, all training speakers train."""
        return not (self.sequence or self.over_statistics)

    @property
    def line(self) -> bool:
        """Whether it is a line over statistics, fitted in one go: nothing is trained by steps."""
        return self.over_statistics in ("discriminant", "svm")


MODELS: Registry[ModelSpec] = Registry("model")
MODELS.add(
    "article",
    ModelSpec(article.build, FrontEnd(), "the article's eight 1-D convolutions, 1.28 M parameters for 7 classes"),
)
MODELS.add(
    "compact",
    ModelSpec(
        compact.build,
        FrontEnd("voice.v1", segment_s=3.0),
        "small 2-D convolutions over log-mel and pitch beside a line over statistics: for voices that it never met",
        sequence=True,
        build_whole=compact.build_whole,
        members=compact.MEMBERS,
    ),
)
MODELS.add(
    "pooled",
    ModelSpec(
        pooled.build,
        FrontEnd("pooledlog.v2", segment_s=3.0),
        "a line over 1,090 statistics, fitted in seconds, 8 k parameters for 7 classes: for corpora of few speakers",
        over_statistics="discriminant",
    ),
)
MODELS.add(
    "pooled-mlp",
    ModelSpec(
        pooled_mlp.build,
        FrontEnd("pooledlog.v2", segment_s=3.0),
        "a network with one hidden layer over the statistics of pooled, 70 k parameters for 7 classes",
        over_statistics="mlp",
    ),
)
MODELS.add(
    "pooled-svm",
    ModelSpec(
        pooled_svm.build,
        FrontEnd("pooledlog.v2", segment_s=3.0),
        "a linear support vector machine over the statistics of pooled, as small as it",
        over_statistics="svm",
    ),
)
MODELS.add(
    "tiny",
    ModelSpec(
        tiny.build,
        FrontEnd("voice.v1", segment_s=3.0),
        "one network of compact's kind, narrower, beside the line: under 100 KB in integers",
        sequence=True,
        build_whole=tiny.build_whole,
        members=tiny.MEMBERS,
    ),
)
