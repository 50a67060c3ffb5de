"""Keras files to graphs: .h5 of Keras 2 and 3, and .keras; Sequential and Functional models, one inside another too.

Read as data: the config is JSON, the weights are arrays; a Lambda or a custom layer is refused, never run.
"""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from undertone.compiler.graph import Array, Graph
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.importers.hdf5 import read_hdf5, read_member
from undertone.compiler.importers.keras_layer import Layer, Source
from undertone.compiler.importers.keras_layers import add_layer
from undertone.compiler.importers.keras_model import MODELS, Model, read_config
from undertone.compiler.passes.dead_code import drop_dead_code
from undertone.compiler.spec import check
from undertone.errors import ModelError

CONFIG_BYTES = 64 << 20
WEIGHT_BYTES = 2 << 30
FOREIGN_OPTIONS = {"mask", "initial_state", "training"}

Weights = dict[str, list[tuple[str, Array]]]
DAMAGE = (
    KeyError,
    TypeError,
    ValueError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    zipfile.BadZipFile,
    NotImplementedError,  # of zipfile: an unknown method of compression
)


def read_keras(path: Path) -> Graph:
    """Read a .h5 or .keras file; see `undertone.compiler.read_model`."""
    where = str(path)
    try:
        config, weights, keras = _read_zip(path, where) if zipfile.is_zipfile(path) else _read_hdf5(path, where)
        builder = GraphBuilder(path.stem, f"{path.name}, a Keras model")
        outputs = _run(builder, read_config(config, keras=keras), None, weights)
        return check(drop_dead_code(builder.graph(outputs)))
    except ModelError as error:
        raise error if where in str(error) else type(error)(f"{where}: {error}") from error
    except DAMAGE as error:
        raise ModelError(
            f"{where}: the model's config is damaged: {type(error).__name__}: {str(error)[:200]}; save it again"
        ) from error


def _read_zip(path: Path, where: str) -> tuple[Any, Weights, int]:
    with zipfile.ZipFile(path) as archive:
        config = json.loads(read_member(archive, "config.json", limit=CONFIG_BYTES, where=where))
        data = read_member(archive, "model.weights.h5", limit=WEIGHT_BYTES, where=where)
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder) / "model.weights.h5"
        inside.write_bytes(data)
        return config, read_hdf5(inside, where=where).layers, 3


def _read_hdf5(path: Path, where: str) -> tuple[Any, Weights, int]:
    held = read_hdf5(path, where=where)
    return json.loads(held.config or "null"), held.layers, held.keras


def _run(builder: GraphBuilder, model: Model, given: list[str] | None, weights: Weights) -> list[str]:
    """Add a model's layers; return what it gives. A model inside another reads the tensors that are given to it."""
    held, tensors = _assign(model, weights), dict[Source, str]()
    for layer in model.layers:
        here = Source(layer.name, layer.use)
        inputs = [tensors[source] for source in layer.sources if source in tensors]
        if len(inputs) < len(layer.sources):
            raise layer.refuse("reads a further output of another layer, which is not compiled")
        if foreign := FOREIGN_OPTIONS & set(layer.options):
            raise layer.refuse(f"is called with {', '.join(sorted(foreign))}, which is not compiled")
        if layer.kind == "InputLayer" and given is not None:
            tensors[here] = _given(model, layer, given)
        elif layer.kind in MODELS:
            inner = read_config({"class_name": layer.kind, "config": layer.config}, keras=layer.keras)
            results = _run(builder, inner, inputs, _inside(inner, held.get(layer.name, [])))
            tensors |= {here._replace(output=i): name for i, name in enumerate(results)}
        else:
            arrays = [array for _, array in held.get(layer.name, [])]
            tensors[here] = add_layer(builder, layer, inputs, arrays)
    missing = [end.layer for end in (*model.inputs, *model.outputs) if end not in tensors]
    if missing:
        raise ModelError(f"the model names {missing[0]!r} as an input or output, but has no such layer")
    return [tensors[end] for end in model.outputs]


def _given(model: Model, layer: Layer, given: list[str]) -> str:
    place = [end.layer for end in model.inputs].index(layer.name)
    if place >= len(given):
        raise ModelError(f"a model inside reads {len(model.inputs)} tensors, {len(given)} are given to it")
    return given[place]


def _assign(model: Model, weights: Weights) -> Weights:
    """Find each layer's weights: by its name in .h5; by its class and place among its kind in .keras."""
    needed = [name for kind, name in model.listed if kind != "InputLayer"]
    if all(name in weights for name in needed):
        return weights
    counts: dict[str, int] = {}
    found = {}
    for kind, name in model.listed:
        snake = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", kind))
        snake = re.sub(r"([a-z])([A-Z])", r"\1_\2", snake).lower()
        number = counts[snake] = counts.get(snake, -1) + 1
        found[name] = weights.get(f"{snake}_{number}" if number else snake, [])
    return found


def _inside(model: Model, weights: list[tuple[str, Array]]) -> Weights:
    """Part the weights of a model inside another by its layers.

    .keras has a folder ``layers`` for it; .h5 has one list, trained weights first, with each layer's name in the path.
    """
    if any(path.startswith("layers/") for path, _ in weights):
        found: Weights = {}
        for path, array in weights:
            _, name, rest = path.split("/", 2)
            found.setdefault(name, []).append((rest, array))
        return found
    return {name: [(p, a) for p, a in weights if name in p.split("/")] for _, name in model.listed}
