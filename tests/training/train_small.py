"""Trains a small network with every kind of state; run as a program, it can be killed.

python train_small.py RUN
"""

import sys
from pathlib import Path

import numpy as np

from undertone.models.backend import load_keras
from undertone.training import Examples, History, TrainSettings, fit

CLASSES = 3
SETTINGS = TrainSettings(epochs=6, batch_size=16, learning_rate=0.01, seed=4)


def small():
    """Build a network with batch normalisation and dropout, whose states a resumed run needs."""
    keras = load_keras()
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((12, 1), name="features"),
            layers.Conv1D(8, 3, padding="same", name="conv"),
            layers.BatchNormalization(name="norm"),
            layers.Activation("relu", name="relu"),
            layers.Dropout(0.3, name="drop"),
            layers.Flatten(name="flatten"),
            layers.Dense(CLASSES, activation="softmax", name="scores"),
        ],
        name="small",
    )


def blobs(count: int, seed: int, spread: float = 1.0) -> Examples:
    """Draw examples around a centre for each class."""
    centres = np.random.default_rng(99).standard_normal((CLASSES, 12))
    rng = np.random.default_rng(seed)
    y = rng.integers(0, CLASSES, count)
    return Examples((centres[y] + spread * rng.standard_normal((count, 12))).astype(np.float32), y)


def train(run: Path, progress=None, each_epoch=None) -> History:
    return fit(small, blobs(90, 1), blobs(40, 2), SETTINGS, run=run, progress=progress, each_epoch=each_epoch)


if __name__ == "__main__":
    train(Path(sys.argv[1]), progress=lambda done, total, text: print(done, flush=True))
