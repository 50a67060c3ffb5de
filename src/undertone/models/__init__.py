"""Feature shape -> Keras model; one file an architecture.

Building one loads Keras; listing them does not.

>>> list(MODELS), MODELS["article"].feature_set
(['article', 'compact'], 'article.v1')
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from undertone.models import article, compact
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
    feature_set : str
        The features that it expects.
    sequence : bool
        It takes ``(frames, width)`` of any length that is a multiple of 8 and is trained on varied crops, by
        `undertone.training.sequence`.
    summary : str
        One line for lists.
    """

    build: Builder
    feature_set: str
    summary: str
    sequence: bool = False


MODELS: Registry[ModelSpec] = Registry("model")
MODELS.add(
    "article",
    ModelSpec(article.build, "article.v1", "the article's eight 1-D convolutions, 1.28 M parameters for 7 classes"),
)
MODELS.add(
    "compact",
    ModelSpec(
        compact.build,
        "melpitch.v1",
        "small 2-D convolutions over log-mel and pitch, 130 k parameters, for voices that it never met",
        sequence=True,
    ),
)
