"""A small network over the 1,090 statistics of a clip: one hidden layer of 64, its inputs dropped half of the time.

Widths and shares were chosen by speakers of EMO-DB's training sides who were left out in groups; half as many inputs
at a time count most: without it the hidden layer learns voices by heart (benchmarks/RESULTS.md).
"""

from __future__ import annotations

from typing import Any

from undertone.models.backend import load_keras

HIDDEN = 64
INPUTS_DROPPED, HIDDEN_DROPPED = 0.5, 0.2


def build(input_shape: tuple[int, ...], classes: int) -> Any:
    """Build the network, not compiled.

    Parameters
    ----------
    input_shape : tuple of int
        ``(statistics,)``.
    classes : int
        Number of labels.

    Returns
    -------
    keras.Model
        From ``(batch, statistics)`` to ``(batch, classes)``, each row a distribution; its first layer is "hidden".

    Examples
    --------
    >>> build((1090,), 7).count_params()
    70279
    """
    keras = load_keras()
    layers = keras.layers
    statistics = keras.Input(input_shape, name="features")
    x = layers.Dropout(INPUTS_DROPPED, name="drop_inputs")(statistics)
    x = layers.Dense(HIDDEN, activation="relu", name="hidden")(x)
    x = layers.Dropout(HIDDEN_DROPPED, name="drop")(x)
    scores = layers.Dense(classes, activation="softmax", name="scores")(x)
    return keras.Model(statistics, scores, name="pooled-mlp")
