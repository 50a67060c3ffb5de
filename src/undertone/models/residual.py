"""What `compact` and `tiny` have in common: residual 2-D convolutions, and how several networks and a line are one.

Each convolution is followed by batch normalisation and has no bias of its own; a block weighs its maps by what it hears
on the whole ("squeeze and excite").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from undertone.models.backend import load_keras

BANDS, PITCH_ROWS = 64, 2
FRAMES_A_STEP = 8
STRIDES = ((2, 2), (2, 2), (1, 2))
MOMENTUM = 0.9
DROPOUT = 0.3


@dataclass(frozen=True)
class Sizes:
    """How wide a network is.

    Attributes
    ----------
    maps : tuple of int
        Of each block.
    steps : int
        Numbers a step of 8 frames, before mean and spread over time.
    stem : int
        Maps of the first convolution.
    """

    maps: tuple[int, int, int]
    steps: int
    stem: int = 12


def build(input_shape: tuple[int, ...], classes: int, sizes: Sizes, *, name: str) -> Any:
    """Build the network, not compiled; its layers carry fixed names, so that two builds are the same file.

    Parameters
    ----------
    input_shape : tuple of int
        ``(frames, 66)``; frames a multiple of 8.
    classes : int
        Number of labels.
    sizes : Sizes
        Its widths.
    name : str
        Of the model.

    Returns
    -------
    keras.Model
        From ``(batch, frames, 66)`` to ``(batch, classes)``, each row a distribution.

    Examples
    --------
    >>> build((288, 66), 7, Sizes((24, 48, 64), 64), name="compact").output_shape
    (None, 7)
    """
    keras = load_keras()
    sound = keras.Input((input_shape[0], BANDS + PITCH_ROWS), name="features")
    heard = _heard(keras, sound, input_shape[0], sizes)
    return keras.Model(sound, keras.layers.Dense(classes, activation="softmax", name="scores")(heard), name=name)


def build_whole(frames: int, statistics: int, classes: int, sizes: Sizes, *, members: int, name: str) -> Any:
    """Build some networks with a line over statistics beside them, not compiled.

    Parameters
    ----------
    frames, statistics : int
        A row of the input is a sequence of ``frames`` times 66 numbers and then so many statistics.
    classes : int
        Number of labels.
    sizes : Sizes
        Of each network.
    members : int
        How many networks.
    name : str
        Of the model.

    Returns
    -------
    keras.Model
        From ``(batch, frames * 66 + statistics)`` to ``(batch, classes)``. The networks are the models "network0", … in
        it, with the layers of `build`, whose softmax is left out; the line is the layer "line". All logits are added.

    Examples
    --------
    >>> build_whole(288, 10, 7, Sizes((24, 48, 64), 64), members=2, name="compact").input_shape
    (None, 19018)
    """
    keras = load_keras()
    layers, width = keras.layers, BANDS + PITCH_ROWS
    row = keras.Input((frames * width + statistics,), name="features")
    column = layers.Reshape((-1, 1), name="column")(row)
    sound = layers.Cropping1D((0, statistics), name="sequence_part")(column)
    sound = layers.Reshape((frames, width), name="sequence")(sound)
    figures = layers.Cropping1D((frames * width, 0), name="statistics_part")(column)
    figures = layers.Reshape((statistics,), name="statistics")(figures)
    opinions = [_member(keras, frames, classes, sizes, number)(sound) for number in range(members)]
    together = layers.Add(name="together")([*opinions, layers.Dense(classes, name="line")(figures)])
    return keras.Model(row, layers.Activation("softmax", name="softmax")(together), name=name)


def _member(keras: Any, frames: int, classes: int, sizes: Sizes, number: int) -> Any:
    sound = keras.Input((frames, BANDS + PITCH_ROWS), name=f"sequence{number}")
    logits = keras.layers.Dense(classes, name="scores")(_heard(keras, sound, frames, sizes))
    return keras.Model(sound, logits, name=f"network{number}")


def _heard(keras: Any, sound: Any, frames: int, sizes: Sizes) -> Any:
    """Return what the last layer of the network is given, shape (batch, 2 * sizes.steps)."""
    layers = keras.layers
    plane = layers.Reshape((frames, BANDS + PITCH_ROWS, 1), name="plane")(sound)
    x = layers.Cropping2D(((0, 0), (0, PITCH_ROWS)), name="bands")(plane)
    x = _convolution(keras, x, sizes.stem, 5, (2, 2), "stem")
    for number, (maps, stride) in enumerate(zip(sizes.maps, STRIDES, strict=True), start=1):
        x = _block(keras, x, maps, stride, f"block{number}")
    steps = frames // FRAMES_A_STEP
    x = layers.Reshape((steps, -1), name="flat_bands")(x)
    pitch = layers.Cropping2D(((0, 0), (BANDS, 0)), name="pitch")(plane)
    pitch = layers.Reshape((frames, PITCH_ROWS), name="pitch_rows")(pitch)
    pitch = layers.Conv1D(8, 9, strides=FRAMES_A_STEP, padding="same", name="pitch_conv")(pitch)
    x = layers.Concatenate(name="joined")([x, pitch])
    x = layers.Conv1D(sizes.steps, 1, use_bias=False, name="mix")(x)
    x = layers.Activation("relu", name="mix_relu")(layers.BatchNormalization(momentum=MOMENTUM, name="mix_norm")(x))
    x = layers.BatchNormalization(momentum=MOMENTUM, name="pooled_norm")(_mean_and_spread(keras, x, steps))
    return layers.Dropout(DROPOUT, name="drop")(x)


def _convolution(
    keras: Any, x: Any, maps: int, size: int, stride: tuple[int, int], name: str, relu: bool = True
) -> Any:
    layers = keras.layers
    x = layers.Conv2D(maps, size, strides=stride, padding="same", use_bias=False, name=name)(x)
    x = layers.BatchNormalization(momentum=MOMENTUM, name=f"{name}_norm")(x)
    return layers.Activation("relu", name=f"{name}_relu")(x) if relu else x


def _block(keras: Any, x: Any, maps: int, stride: tuple[int, int], name: str) -> Any:
    layers = keras.layers
    short = layers.AveragePooling2D(stride, padding="same", name=f"{name}_pool")(x)
    short = _convolution(keras, short, maps, 1, (1, 1), f"{name}_short", relu=False)
    x = _convolution(keras, x, maps, 3, stride, f"{name}_conv1")
    x = _convolution(keras, x, maps, 3, (1, 1), f"{name}_conv2", relu=False)
    gate = layers.GlobalAveragePooling2D(name=f"{name}_squeeze")(x)
    gate = layers.Dense(maps // 8, activation="relu", name=f"{name}_narrow")(gate)
    gate = layers.Dense(maps, activation="sigmoid", name=f"{name}_excite")(gate)
    x = layers.Multiply(name=f"{name}_weigh")([x, layers.Reshape((1, 1, maps), name=f"{name}_gate")(gate)])
    return layers.Activation("relu", name=f"{name}_out")(layers.Add(name=f"{name}_add")([x, short]))


def _mean_and_spread(keras: Any, x: Any, steps: int) -> Any:
    """Return the mean and the standard deviation over time, side by side.

    A root is not a Keras layer, a norm is: the mean of d * d/|d| is |d|/steps, the deviation times steps^-1/2.
    """
    layers = keras.layers
    mean = layers.Reshape((1, -1), name="mean_row")(layers.GlobalAveragePooling1D(name="mean")(x))
    apart = layers.Subtract(name="apart")([x, mean])
    aligned = layers.Multiply(name="aligned")([apart, layers.UnitNormalization(axis=1, name="unit")(apart)])
    spread = layers.GlobalAveragePooling1D(name="spread")(aligned)
    spread = layers.Rescaling(steps**0.5, name="deviation")(spread)
    return layers.Concatenate(name="pooled")([layers.Reshape((-1,), name="mean_flat")(mean), spread])
