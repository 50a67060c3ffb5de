"""The one place where Keras is loaded."""

from __future__ import annotations

import importlib
import os
from typing import Any

import platformdirs

from undertone.errors import ConfigError, MissingExtraError, nearest

#: Keras backends that can train, with the package each needs.
BACKENDS = {"jax": "jax", "tensorflow": "tensorflow", "torch": "torch"}

_QUIET_AND_QUICK = {
    "TF_CPP_MIN_LOG_LEVEL": "2",  # TensorFlow and XLA greet on stderr otherwise
    # JAX compiles a network's training step in 5 s and finds it again in 1: each fold trains a network of one shape.
    "JAX_COMPILATION_CACHE_DIR": str(platformdirs.user_cache_path("undertone") / "xla"),
}


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
    for variable, value in _QUIET_AND_QUICK.items():
        os.environ.setdefault(variable, value)
    try:
        return importlib.import_module("keras")
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"training on the {name} backend", error.name or "keras", "train") from error
