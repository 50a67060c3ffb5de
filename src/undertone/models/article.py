"""The article's network: eight 1-D convolutions over the 162 values, read as a sequence with one channel.

===============================================  ==========  =========
layer                                            output      parameters
===============================================  ==========  =========
convolution 256 + ReLU                           (162, 256)      2,304
convolution 256, batch normalisation, ReLU       (162, 256)    525,568
dropout, maximum of 8                             (20, 256)
convolution 128 + ReLU, twice                     (20, 128)    393,472
dropout                                           (20, 128)
convolution 128 + ReLU                            (20, 128)    131,200
convolution 128, batch normalisation, ReLU        (20, 128)    131,712
dropout, maximum of 8                              (2, 128)
convolution 64 + ReLU, twice                        (2, 64)     98,432
flatten, dense, softmax                                  7         903
===============================================  ==========  =========

In all 1,283,591 parameters for seven classes; 768 of them are the running means and variances of the two batch
normalisations, which no gradient touches. Every kernel has 8 taps and pads "same" (3 zeros before, 4 after).
"""

from __future__ import annotations

from typing import Any

from undertone.models.backend import load_keras

KERNEL = 8
POOL = 8
DROPOUT = 0.25


def build(input_shape: tuple[int, ...], classes: int) -> Any:
    """Build the network, not compiled; its layers carry fixed names, so that two builds are the same file.

    Parameters
    ----------
    input_shape : tuple of int
        ``(values,)`` or ``(values, 1)``; the article has 162. At least 64 values, or nothing is left after both pools.
    classes : int
        Number of labels.

    Returns
    -------
    keras.Model
        From ``(batch, values, 1)`` to ``(batch, classes)``, each row a distribution.

    Examples
    --------
    >>> build((162,), 7).count_params()
    1283591
    """
    keras = load_keras()
    layers = keras.layers

    def convolution(filters: int, name: str, activation: str | None = "relu") -> Any:
        return layers.Conv1D(filters, KERNEL, padding="same", activation=activation, name=name)

    return keras.Sequential(
        [
            keras.Input((input_shape[0], 1), name="features"),
            convolution(256, "conv1"),
            convolution(256, "conv2", activation=None),
            layers.BatchNormalization(name="norm1"),
            layers.Activation("relu", name="relu1"),
            layers.Dropout(DROPOUT, name="drop1"),
            layers.MaxPooling1D(POOL, name="pool1"),
            convolution(128, "conv3"),
            convolution(128, "conv4"),
            layers.Dropout(DROPOUT, name="drop2"),
            convolution(128, "conv5"),
            convolution(128, "conv6", activation=None),
            layers.BatchNormalization(name="norm2"),
            layers.Activation("relu", name="relu2"),
            layers.Dropout(DROPOUT, name="drop3"),
            layers.MaxPooling1D(POOL, name="pool2"),
            convolution(64, "conv7"),
            convolution(64, "conv8"),
            layers.Flatten(name="flatten"),
            layers.Dense(classes, activation="softmax", name="scores"),
        ],
        name="article",
    )
