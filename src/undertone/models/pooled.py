"""A line over the 1,090 statistics of a clip: no hidden layer, a few thousand weights, fitted in seconds.

Its weights come from `undertone.training.discriminant`, not from steps along a gradient. Of few speakers it learns more
than a network of sequences does; with many it falls behind (benchmarks/RESULTS.md).
"""

from __future__ import annotations

from typing import Any

from undertone.models.backend import load_keras


def build(input_shape: tuple[int, ...], classes: int) -> Any:
    """Build the line as a network, not compiled.

    Parameters
    ----------
    input_shape : tuple of int
        ``(statistics,)``.
    classes : int
        Number of labels.

    Returns
    -------
    keras.Model
        From ``(batch, statistics)`` to ``(batch, classes)``, each row a distribution; its layer is "line".

    Examples
    --------
    >>> build((1090,), 7).count_params()
    7637
    """
    keras = load_keras()
    statistics = keras.Input(input_shape, name="features")
    logits = keras.layers.Dense(classes, activation="softmax", name="line")(statistics)
    return keras.Model(statistics, logits, name="pooled")
