"""The one place where Keras is loaded."""

from __future__ import annotations

import importlib
import os
from typing import Any

from undertone.errors import ConfigError, MissingExtraError, nearest

#: Keras backends that can train, with the package each needs.
BACKENDS = {"jax": "jax", "tensorflow": "tensorflow", "torch": "torch"}


def load_keras() -> Any:
    """Import Keras on the backend that ``KERAS_BACKEND`` names; JAX when it names none.

    Keras chooses its backend once, at its first import, so every use of Keras in this package comes through here.

    Returns
    -------
    module
        ``keras``.

    Raises
    ------
    ConfigError
        ``KERAS_BACKEND`` names no backend that can train.
    MissingExtraError
        Keras, or the backend's package, is not installed.
    """
    name = os.environ.setdefault("KERAS_BACKEND", "jax")
    if name not in BACKENDS:
        accepted = ", ".join(BACKENDS)
        raise ConfigError(f"KERAS_BACKEND={name!r}{nearest(name, BACKENDS)} cannot train; accepted: {accepted}")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow and XLA greet on stderr otherwise
    try:
        return importlib.import_module("keras")
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"training on the {name} backend", error.name or "keras", "train") from error
