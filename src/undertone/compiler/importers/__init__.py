"""Files to graphs: one file a format. A file is read as data; nothing in it is ever run."""

from __future__ import annotations

from pathlib import Path

from undertone.compiler.graph import Graph
from undertone.errors import ModelError, NotFoundError

ENDINGS = (".h5", ".hdf5", ".keras", ".onnx")


def read_model(path: Path) -> Graph:
    """Read a network.

    Parameters
    ----------
    path : Path
        A ``.h5`` of Keras 2 or 3, a ``.keras``, or a ``.onnx``.

    Returns
    -------
    Graph
        As the file says it, batch size 1; `undertone.compiler.optimise` makes it fast.

    Raises
    ------
    NotFoundError
        Nothing is there.
    ModelError
        Malformed, or of another kind.
    UnsupportedError
        Well formed, with a layer or an operator that we lack.
    MissingExtraError
        The package that reads the format is not installed.
    """
    path = Path(path)
    if not path.is_file():
        raise NotFoundError(f"no model at {str(path)!r}; accepted: a file that ends in {', '.join(ENDINGS)}")
    if path.suffix.lower() in (".h5", ".hdf5", ".keras"):
        from undertone.compiler.importers.keras_file import read_keras

        return read_keras(path)
    if path.suffix.lower() == ".onnx":
        from undertone.compiler.importers.onnx_file import read_onnx

        return read_onnx(path)
    raise ModelError(f"{path}: not a model by its name; accepted: a file that ends in {', '.join(ENDINGS)}")
