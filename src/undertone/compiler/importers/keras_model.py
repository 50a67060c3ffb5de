"""The config of a Keras model: its layers in an order in which they can run, what each reads, where it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from undertone.compiler.importers.keras_layer import Layer, Source
from undertone.errors import ModelError, UnsupportedError

MODELS = ("Functional", "Model", "Sequential")
TENSOR_OPTIONS = ("query", "value", "key")  # keywords of calls that carry tensors, in the order of the inputs


@dataclass(frozen=True)
class Model:
    """A model: uses of layers in running order, the layers in the config's order, its ends."""

    layers: tuple[Layer, ...]
    listed: tuple[tuple[str, str], ...]
    inputs: tuple[Source, ...]
    outputs: tuple[Source, ...]


def read_config(config: Any, *, keras: int) -> Model:
    """Read the config of a model, or of a model that is a layer of another.

    Parameters
    ----------
    config : dict
        With ``class_name`` and ``config``.
    keras : int
        Major version of the Keras that wrote it.

    Raises
    ------
    UnsupportedError
        Of a class whose layers the config does not list.
    ModelError
        Layers depend on each other or on nothing.
    """
    kind, inside = config["class_name"], config["config"]
    if kind not in MODELS:
        raise UnsupportedError(
            f"a model of class {kind!r}; Sequential and Functional models can be read: build the same layers as one, "
            "or export the model to ONNX"
        )
    entries = inside if isinstance(inside, list) else inside["layers"]
    if kind == "Sequential":
        return _sequence(entries, inside if isinstance(inside, dict) else {}, keras)
    layers = [use for entry in entries for use in _uses(entry, keras)]
    listed = tuple((str(e["class_name"]), str(e.get("name") or e["config"]["name"])) for e in entries)
    return Model(_sorted(layers), listed, _ends(inside["input_layers"]), _ends(inside["output_layers"]))


def _sequence(entries: list[Any], inside: dict[str, Any], keras: int) -> Model:
    layers: list[Layer] = []
    if entries[0]["class_name"] != "InputLayer":
        first = entries[0]["config"]
        shape = first.get("batch_input_shape") or first.get("batch_shape") or inside.get("build_input_shape")
        layers.append(Layer("InputLayer", "input", {"batch_shape": shape}))
    for entry in entries:
        layers.append(Layer.of(entry, (Source(layers[-1].name),) if layers else (), keras=keras))
    listed = tuple((layer.kind, layer.name) for layer in layers)
    return Model(tuple(layers), listed, (Source(layers[0].name),), (Source(layers[-1].name),))


def _uses(entry: dict[str, Any], keras: int) -> list[Layer]:
    """Return a layer once for each time that the model calls it."""
    calls = entry.get("inbound_nodes") or []
    if not calls:
        return [Layer.of(entry, (), keras=keras)]
    return [
        Layer.of(entry, tuple(_tensors(call)), use=i, keras=keras, options=_options(call))
        for i, call in enumerate(calls)
    ]


def _options(call: Any) -> tuple[str, ...]:
    """Return the keywords of a call that ask for something."""
    found: dict[str, Any] = {}
    for part in [call] if isinstance(call, dict) else call:
        found |= part.get("kwargs", {}) if isinstance(part, dict) else part[3] if len(part) > 3 else {}
    return tuple(sorted(name for name, value in found.items() if value is not None and value is not False))


def _tensors(value: Any) -> list[Source]:
    """Return the tensors in a call, from either version's form of ``inbound_nodes``, in order."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            return [_source(value["config"]["keras_history"])]
        names = sorted(value, key=lambda n: TENSOR_OPTIONS.index(n) if n in TENSOR_OPTIONS else -1)
        return [source for name in names for source in _tensors(value[name])]
    if isinstance(value, list):
        if len(value) >= 3 and isinstance(value[0], str) and isinstance(value[1], int):
            return [_source(value), *(_tensors(value[3]) if len(value) > 3 else [])]
        return [source for inner in value for source in _tensors(inner)]
    return []


def _source(history: list[Any]) -> Source:
    return Source(str(history[0]), int(history[1]), int(history[2]))


def _ends(value: Any) -> tuple[Source, ...]:
    """Return what ``["name", 0, 0]``, a list of such, or a dict of such names."""
    if isinstance(value, dict):
        value = list(value.values())
    flat = value if isinstance(value, list) and value and isinstance(value[0], list) else [value]
    return tuple(_source(entry) for entry in flat)


def _sorted(layers: list[Layer]) -> tuple[Layer, ...]:
    done: set[tuple[str, int]] = set()
    order: list[Layer] = []
    left = list(layers)
    while left:
        ready = [layer for layer in left if all((s.layer, s.use) in done for s in layer.sources)]
        if not ready:
            names = ", ".join(repr(layer.name) for layer in left[:3])
            raise ModelError(f"layers {names} depend on each other or on nothing")
        order += ready
        done.update((layer.name, layer.use) for layer in ready)
        left = [layer for layer in left if (layer.name, layer.use) not in done]
    return tuple(order)
