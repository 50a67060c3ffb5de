"""Keras files to graphs: .h5 of Keras 2 and 3, and .keras; Sequential and Functional models.

Read as data: the config is JSON, the weights are arrays; a Lambda or a custom layer is refused, never run.
"""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from undertone.compiler.graph import Graph
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.importers.hdf5 import read_hdf5, read_member
from undertone.compiler.importers.keras_layers import LAYERS, Layer, add_layer
from undertone.compiler.passes.dead_code import drop_dead_code
from undertone.compiler.spec import check
from undertone.errors import ModelError, UnsupportedError

CONFIG_BYTES = 64 << 20
WEIGHT_BYTES = 2 << 30


def read_keras(path: Path) -> Graph:
    """Read a .h5 or .keras file; see `undertone.compiler.read_model`."""
    where = str(path)
    try:
        if zipfile.is_zipfile(path):
            config, weights = _read_zip(path, where)
        else:
            held = read_hdf5(path, where=where)
            config, weights = json.loads(held.config or "null"), held.layers
        layers, inputs, outputs = _layers(config, where)
        by_layer = _assign(layers, weights)
        graph = _build(path, layers, inputs, outputs, by_layer)
    except (
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        json.JSONDecodeError,
        UnicodeDecodeError,
        RecursionError,
    ) as error:
        raise ModelError(
            f"{where}: the model's config is damaged: {type(error).__name__}: {error}; save it again"
        ) from error
    except ModelError as error:
        raise error if where in str(error) else type(error)(f"{where}: {error}") from error
    return check(drop_dead_code(graph))


def _read_zip(path: Path, where: str) -> tuple[Any, dict[str, Any]]:
    with zipfile.ZipFile(path) as archive:
        config = json.loads(read_member(archive, "config.json", limit=CONFIG_BYTES, where=where))
        data = read_member(archive, "model.weights.h5", limit=WEIGHT_BYTES, where=where)
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder) / "model.weights.h5"
        inside.write_bytes(data)
        return config, read_hdf5(inside, where=where).layers


def _layers(config: Any, where: str) -> tuple[list[Layer], list[str], list[str]]:
    """Return the layers in an order in which they can run, and the names of inputs and outputs."""
    kind, inside = config["class_name"], config["config"]
    listed = inside if isinstance(inside, list) else inside["layers"]
    if kind == "Sequential":
        return _sequence(listed, inside if isinstance(inside, dict) else {})
    if kind not in ("Functional", "Model"):
        raise UnsupportedError(f"{where}: a model of class {kind!r}; Sequential and Functional models can be read")
    layers = [Layer.of(entry, _sources(entry)) for entry in listed]
    return _sorted(layers, where), _ends(inside["input_layers"]), _ends(inside["output_layers"])


def _sequence(listed: list[Any], inside: dict[str, Any]) -> tuple[list[Layer], list[str], list[str]]:
    layers: list[Layer] = []
    if listed[0]["class_name"] != "InputLayer":
        first = listed[0]["config"]
        shape = first.get("batch_input_shape") or first.get("batch_shape") or inside.get("build_input_shape")
        if shape is None:
            raise ModelError("the model does not say the shape of its input; build it before it is saved")
        layers.append(Layer("InputLayer", "input", {"batch_shape": shape}, ()))
    for entry in listed:
        layers.append(Layer.of(entry, (layers[-1].name,) if layers else ()))
    return layers, [layers[0].name], [layers[-1].name]


def _sources(entry: dict[str, Any]) -> tuple[str, ...]:
    """Return the layers that a layer reads, from either form of ``inbound_nodes``."""
    calls = entry.get("inbound_nodes") or []
    if len(calls) > 1:
        raise UnsupportedError(f"layer {entry['name']!r} is used {len(calls)} times; give each use a layer of its own")
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if value.get("class_name") == "__keras_tensor__":
                found.append(value["config"]["keras_history"][0])
            else:
                for inner in value.values():
                    walk(inner)
        elif isinstance(value, list):
            if len(value) >= 3 and isinstance(value[0], str) and isinstance(value[1], int):
                found.append(value[0])
            else:
                for inner in value:
                    walk(inner)

    walk(calls[0] if calls else [])
    return tuple(found)


def _ends(value: Any) -> list[str]:
    """Return layer names from ``["name", 0, 0]`` or a list of such."""
    flat = value if isinstance(value, list) and value and isinstance(value[0], list) else [value]
    return [entry[0] for entry in flat]


def _sorted(layers: list[Layer], where: str) -> list[Layer]:
    done: set[str] = set()
    order: list[Layer] = []
    left = list(layers)
    while left:
        ready = [layer for layer in left if all(s in done for s in layer.sources)]
        if not ready:
            raise ModelError(
                f"{where}: layers {', '.join(repr(la.name) for la in left[:3])} depend on each other or on nothing"
            )
        order += ready
        done.update(layer.name for layer in ready)
        left = [layer for layer in left if layer.name not in done]
    return order


def _assign(layers: list[Layer], weights: dict[str, Any]) -> dict[str, Any]:
    """Find each layer's weights: by its name in .h5; by its class and place among its kind in .keras."""
    if all(layer.name in weights for layer in layers if LAYERS.get(layer.kind) and layer.sources):
        return weights
    counts: dict[str, int] = {}
    found = {}
    for layer in layers:
        snake = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", layer.kind))
        snake = re.sub(r"([a-z])([A-Z])", r"\1_\2", snake).lower()
        number = counts[snake] = counts.get(snake, -1) + 1
        found[layer.name] = weights.get(f"{snake}_{number}" if number else snake, [])
    return found


def _build(path: Path, layers: list[Layer], inputs: list[str], outputs: list[str], weights: dict[str, Any]) -> Graph:
    builder = GraphBuilder(path.stem, f"{path.name}, a Keras model")
    tensors: dict[str, str] = {}
    for layer in layers:
        arrays = [array for _, array in weights.get(layer.name, [])]
        tensors[layer.name] = add_layer(builder, layer, [tensors[s] for s in layer.sources], arrays)
    missing = [name for name in (*inputs, *outputs) if name not in tensors]
    if missing:
        raise ModelError(f"the model names {missing[0]!r} as an input or output, but has no such layer")
    return builder.graph([tensors[name] for name in outputs])
