"""HDF5 of Keras by way of a child process with limits: whatever the file does to it is one clear error here."""

from __future__ import annotations

import importlib.util
import io
import json
import subprocess
import sys
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from undertone.compiler.graph import Array
from undertone.compiler.importers import hdf5_child
from undertone.errors import MissingExtraError, ModelError

SECONDS = 120
PRESSED = 100  # how many times larger an honest member gets when it is read; a zip bomb: 1,000 times


@dataclass(frozen=True)
class KerasWeights:
    """What a file holds: the model's config as JSON where it is inside, and each layer's weights, named, in order.

    ``keras`` is the major version of the Keras that wrote it.
    """

    config: str | None
    layers: dict[str, list[tuple[str, Array]]]
    keras: int


def read_hdf5(path: Path, *, where: str) -> KerasWeights:
    """Read a file in a child process.

    Parameters
    ----------
    path : Path
        The HDF5 file.
    where : str
        What errors name.

    Raises
    ------
    ModelError
        The file is damaged, hostile, or not of Keras.
    """
    if importlib.util.find_spec("h5py") is None:
        raise MissingExtraError("reading Keras files", "h5py", "compile")
    command = [sys.executable, "-P", hdf5_child.__file__, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise ModelError(
            f"{where}: reading takes longer than {SECONDS} s; the file is damaged, save it again"
        ) from error
    if done.returncode == hdf5_child.REFUSED:
        words = done.stderr.decode(errors="replace").strip()
        raise ModelError(f"{where}: not a whole Keras model in HDF5: {words}; save it again with model.save()")
    if done.returncode:
        raise ModelError(
            f"{where}: the HDF5 reader died (status {done.returncode}); the file is damaged, save it again"
        )
    with np.load(io.BytesIO(done.stdout), allow_pickle=False) as archive:
        index = json.loads(archive["index"].tobytes())
        layers = {n: [(w, archive[m]) for w, m in weights] for n, weights in index["layers"].items()}
    return KerasWeights(index["config"], layers, int(index["keras"]))


def read_member(archive: zipfile.ZipFile, name: str, *, limit: int, where: str) -> bytes:
    """Read one member of a zip, no further than a limit, nor than weights can be pressed."""
    try:
        limit = min(limit, PRESSED * archive.getinfo(name).compress_size + (1 << 20))
        with archive.open(name) as member:
            data = member.read(limit + 1)
    except (KeyError, zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError) as error:
        raise ModelError(f"{where}: member {name!r} cannot be read: {error}; save the model again") from error
    if len(data) > limit:
        raise ModelError(f"{where}: member {name!r} is larger than {limit} bytes")
    return data
