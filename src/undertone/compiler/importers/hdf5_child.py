"""A process of its own that reads an HDF5 file of Keras and writes what it holds to standard output as .npz.

HDF5 is a large C library that reads files from strangers; here it can only take this process with it. Run as a
script: it imports nothing of undertone. The archive's member ``index`` is JSON: the model's config (or null), the
major version of Keras, and for each layer its weights as pairs of name and member.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from typing import Any

LIMIT_BYTES = 1 << 30
MEMORY_BYTES = 8 << 30
CPU_SECONDS = 60
REFUSED = 3
# Parts of a layer that .keras stores by the alphabet, in the order in which .h5 has them.
PARTS = ("forward_layer", "backward_layer", "query_dense", "key_dense", "value_dense", "output_dense")


def main(path: str) -> int:
    """Read one file; return the exit status."""
    _limit()
    import h5py
    import numpy as np

    try:
        with h5py.File(path, "r") as file:
            config, layers = _read(file, h5py)
            version = str(_text(file.attrs.get("keras_version", b"3")))
    except (OSError, KeyError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        return _refuse(f"{type(error).__name__}: {error}")
    arrays = {str(i): array for i, (_, array) in enumerate(w for weights in layers.values() for w in weights)}
    number = iter(range(len(arrays)))
    index = {
        "config": config,
        "keras": int(version[:1]) if version[:1].isdigit() else 3,
        "layers": {n: [[w, str(next(number))] for w, _ in weights] for n, weights in layers.items()},
    }
    out = io.BytesIO()
    np.savez(out, index=np.frombuffer(json.dumps(index).encode(), np.uint8), **arrays)
    sys.stdout.buffer.write(out.getvalue())
    return 0


def _limit() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on Windows; the time limit of the parent stays
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def _refuse(words: str) -> int:
    print(" ".join(words.split())[:500], file=sys.stderr)
    return REFUSED


def _read(file: Any, h5py: Any) -> tuple[str | None, dict[str, list[tuple[str, Any]]]]:
    budget = [LIMIT_BYTES]
    if "layers" in file and "model_config" not in file.attrs:
        return None, _store(file["layers"], h5py, budget)
    config = file.attrs.get("model_config")
    if config is None:
        raise ValueError("no model_config: the file holds weights alone; save the whole model")
    return _text(config), _legacy(file["model_weights"], budget)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _legacy(group: Any, budget: list[int]) -> dict[str, list[tuple[str, Any]]]:
    layers = {}
    for name in _words(group, "layer_names"):
        weights = [(w, _array(group[name][w], w, budget)) for w in _words(group[name], "weight_names")]
        layers[name] = weights
    return layers


def _store(group: Any, h5py: Any, budget: list[int]) -> dict[str, list[tuple[str, Any]]]:
    layers: dict[str, list[tuple[str, Any]]] = {}
    for name in group:
        found: list[tuple[str, Any]] = []
        group[name].visititems(
            lambda path, item, f=found: f.append((path, item)) if isinstance(item, h5py.Dataset) else None
        )
        found.sort(key=lambda pair: [_rank(part) for part in pair[0].split("/")])
        layers[name] = [(path, _array(item, path, budget)) for path, item in found]
    return layers


def _rank(part: str) -> tuple[int, str]:
    return (PARTS.index(part) if part in PARTS else int(part) if part.isdigit() else 0, part)


def _words(group: Any, attribute: str) -> list[str]:
    """Read a list of names; Keras cuts one that is too long for HDF5 into pieces with numbers."""
    if attribute in group.attrs:
        return [_text(w) for w in group.attrs[attribute]]
    found: list[str] = []
    while f"{attribute}{len(found)}" in group.attrs or not found:
        found.append(f"{attribute}{len(found)}")
    return [_text(w) for piece in found for w in group.attrs[piece]]


def _array(dataset: Any, name: str, budget: list[int]) -> Any:
    claimed, stored = int(dataset.size) * int(dataset.dtype.itemsize), int(dataset.id.get_storage_size())
    budget[0] -= claimed
    if budget[0] < 0:
        raise ValueError(f"weight {name!r} claims {claimed} bytes; all weights together may have {LIMIT_BYTES}")
    if claimed > 1000 * stored:
        raise ValueError(f"weight {name!r} claims {claimed} bytes, but {stored} are stored")
    if dataset.external or dataset.is_virtual:
        raise ValueError(f"weight {name!r} lies in another file")
    if dataset.dtype.kind not in "fiub":
        raise ValueError(f"weight {name!r} is of type {dataset.dtype}")
    return dataset[()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
