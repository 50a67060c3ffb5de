"""A linear support vector machine over the 1,090 statistics of a clip: the network of `pooled`, with other weights.

They come from `undertone.training.svm`, not from steps along a gradient.
"""

from __future__ import annotations

from typing import Any

from undertone.models.backend import load_keras


def build(input_shape: tuple[int, ...], classes: int) -> Any:
    """Build the margins as a network, not compiled.

    Parameters
    ----------
    input_shape : tuple of int
        ``(statistics,)``.
    classes : int
        Number of labels.

    Returns
    -------
    keras.Model
        From ``(batch, statistics)`` to ``(batch, classes)``, each row a distribution; its layer is "margins".

    Examples
    --------
    >>> build((1090,), 7).count_params()
    7637
    """
    keras = load_keras()
    statistics = keras.Input(input_shape, name="features")
    scores = keras.layers.Dense(classes, activation="softmax", name="margins")(statistics)
    return keras.Model(statistics, scores, name="pooled-svm")
