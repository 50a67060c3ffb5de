"""Mutations of good models, by a seed: what an importer makes of each is a graph whose C can be emitted, or one error.

    python -m tests.compiler.importer_fuzz onnx|keras|hdf5 [SECONDS] [SEED]

Nothing else may come out: no other exception, no endless loop, no memory beyond bounds. ``onnx`` mutates bytes and
fields of the protobuf; ``keras`` the JSON and the weights of a config; ``hdf5`` the bytes of .h5 and .keras files.
"""

from __future__ import annotations

import copy
import json
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from undertone.compiler import emit_c, optimise
from undertone.compiler.importers import keras_file, read_model
from undertone.compiler.importers.hdf5 import KerasWeights, read_hdf5
from undertone.errors import UndertoneError

SLOW_SECONDS = 60
NUMBERS = (0, 1, -1, 2, 3, 7, 255, -(2**31), 2**31, 2**62, -(2**63), 10**6)
VALUES = (*NUMBERS, None, True, "", "same", "x" * 99, 0.5, float("inf"), float("nan"), [], {}, [None, 3], [[1]], "relu")


def bytes_of(data: bytes, rng: np.random.Generator) -> bytes:
    """Flip, cut, double and overwrite."""
    raw = bytearray(data)
    for _ in range(int(rng.integers(1, 6))):
        at, size = int(rng.integers(0, max(1, len(raw)))), int(rng.integers(1, 40))
        kind = int(rng.integers(0, 5))
        if kind == 0:
            raw[at : at + 1] = bytes([int(rng.integers(0, 256))])
        elif kind == 1:
            del raw[at : at + size]
        elif kind == 2:
            raw[at:at] = raw[at : at + size]
        elif kind == 3:
            raw[at : at + size] = rng.bytes(size)
        else:
            raw[at : at + 8] = b"\xff" * 8
    return bytes(raw)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from _places(inner)


def config_of(config: Any, rng: np.random.Generator) -> Any:
    """Change, drop or double values anywhere in a JSON tree."""
    config = copy.deepcopy(config)
    for _ in range(int(rng.integers(1, 4))):
        places = list(_places(config))
        holder, key = places[int(rng.integers(0, len(places)))]
        kind = int(rng.integers(0, 4))
        if kind == 0 and isinstance(holder, dict):
            del holder[key]
        elif kind == 1:
            other, place = places[int(rng.integers(0, len(places)))]
            holder[key] = copy.deepcopy(other[place]) if not isinstance(holder, type(None)) else None
        else:
            holder[key] = VALUES[int(rng.integers(0, len(VALUES)))]
    return config


def weights_of(layers: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Reshape, retype or drop one weight, now and then."""
    layers = {name: list(weights) for name, weights in layers.items()}
    full = [name for name in layers if layers[name]]
    if full and rng.integers(0, 3) == 0:
        chosen = layers[full[int(rng.integers(0, len(full)))]]
        name, array = chosen[0]
        forms = (array[..., :1], array.ravel(), array.astype(np.float64), array[:0], array[None])
        chosen[0] = (name, forms[int(rng.integers(0, len(forms)))])
        if rng.integers(0, 4) == 0:
            chosen.pop()
    return layers


def fields_of(model: Any, rng: np.random.Generator) -> Any:
    """Change dimensions, attributes, names, operators and the order of nodes in an ONNX model."""
    made = type(model)()
    made.CopyFrom(model)
    graph = made.graph
    for _ in range(int(rng.integers(1, 4))):
        node = graph.node[int(rng.integers(0, len(graph.node)))]
        kind, number = int(rng.integers(0, 8)), NUMBERS[int(rng.integers(0, len(NUMBERS)))]
        if kind == 0 and graph.initializer:
            dims = graph.initializer[int(rng.integers(0, len(graph.initializer)))].dims
            if dims:
                dims[int(rng.integers(0, len(dims)))] = number
        elif kind == 1 and node.attribute:
            attribute = node.attribute[int(rng.integers(0, len(node.attribute)))]
            if attribute.ints:
                attribute.ints[int(rng.integers(0, len(attribute.ints)))] = number
            attribute.i = number
        elif kind == 2 and node.attribute:
            del node.attribute[int(rng.integers(0, len(node.attribute)))]
        elif kind == 3 and node.input:
            names = [v.name for v in (*graph.initializer, *graph.input)] + [o for n in graph.node for o in n.output]
            node.input[int(rng.integers(0, len(node.input)))] = names[int(rng.integers(0, len(names)))]
        elif kind == 4:
            node.op_type = graph.node[int(rng.integers(0, len(graph.node)))].op_type
        elif kind == 5 and graph.initializer:
            weight = graph.initializer[int(rng.integers(0, len(graph.initializer)))]
            weight.raw_data = rng.bytes(len(weight.raw_data))
        elif kind == 6:
            dims = graph.input[0].type.tensor_type.shape.dim
            dims[int(rng.integers(0, len(dims)))].dim_value = number
        else:
            graph.node.insert(int(rng.integers(0, len(graph.node))), node)
    return made


def judged(read: Callable[[], Any], what: str) -> bool:
    """Read, optimise and emit; anything but an error of ours is a finding. Return whether it was read."""
    begun = time.monotonic()
    try:
        emit_c(optimise(read()), "net")
        return True
    except UndertoneError as error:
        assert "\n" not in str(error), f"{what}: an error of several lines: {error}"
        return False
    except BaseException as error:
        raise AssertionError(f"{what}: {type(error).__name__}: {error}") from error
    finally:
        took = time.monotonic() - begun
        assert took < SLOW_SECONDS, f"{what}: takes {took:.0f} s"


def rounds(seconds: float, seed: int) -> Iterator[tuple[int, np.random.Generator]]:
    """Count seeds until the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield seed, np.random.default_rng(seed)
        seed += 1


def fuzz_onnx(models: list[Any], seconds: float, seed: int) -> tuple[int, int]:
    """Return how many mutations were tried, and how many were read."""
    tried = read = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.onnx"
        for number, rng in rounds(seconds, seed):
            model = models[number % len(models)]
            if number % 4 == 0:
                path.write_bytes(bytes_of(model.SerializeToString(), rng))
            else:
                path.write_bytes(fields_of(model, rng).SerializeToString())
            tried, read = tried + 1, read + judged(lambda: read_model(path), f"onnx, seed {number}")
    return tried, read


def fuzz_keras(files: list[Path], seconds: float, seed: int) -> tuple[int, int]:
    """Mutate what the HDF5 reader hands over; the reader itself is not started."""
    held = [read_hdf5(path, where=str(path)) for path in files]
    tried = read = 0
    own = keras_file.read_hdf5
    try:
        for number, rng in rounds(seconds, seed):
            one = held[number % len(held)]
            config = json.dumps(config_of(json.loads(one.config or "null"), rng))
            mutated = KerasWeights(config, weights_of(one.layers, rng), one.keras)
            keras_file.read_hdf5 = lambda path, *, where, m=mutated: m  # type: ignore[assignment]
            path = files[number % len(files)]
            tried, read = tried + 1, read + judged(lambda path=path: read_model(path), f"keras, seed {number}")
    finally:
        keras_file.read_hdf5 = own
    return tried, read


def fuzz_hdf5(files: list[Path], seconds: float, seed: int) -> tuple[int, int]:
    """Mutate bytes of whole files."""
    tried = read = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, rng in rounds(seconds, seed):
            source = files[number % len(files)]
            path = Path(folder) / f"net{source.suffix}"
            path.write_bytes(bytes_of(source.read_bytes(), rng))
            tried, read = tried + 1, read + judged(lambda path=path: read_model(path), f"hdf5, seed {number}")
    return tried, read


def main() -> None:
    from tests.compiler.test_fuzz_importers import good_files, good_models

    warnings.filterwarnings("ignore")
    kind, seconds, seed = sys.argv[1], float((*sys.argv, 60)[2]), int((*sys.argv, 0, 0)[3])
    with tempfile.TemporaryDirectory() as folder:
        if kind == "onnx":
            print(kind, *fuzz_onnx(good_models(), seconds, seed))
        else:
            files = good_files(Path(folder))
            print(
                kind, *(fuzz_keras(files[:-1], seconds, seed) if kind == "keras" else fuzz_hdf5(files, seconds, seed))
            )


if __name__ == "__main__":
    main()
