"""Recurrent layers of Keras as ONNX's: gates in another order, the batch first, backwards as another direction."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Attribute
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.importers.keras_activations import activation_name
from undertone.compiler.importers.keras_layer import Build, Layer

# Class -> operator and, for each of ONNX's gates, which of Keras' it is. Keras: LSTM i f c o, GRU z r h.
KINDS: dict[str, tuple[str, tuple[int, ...]]] = {
    "GRU": ("GRU", (0, 1, 2)),
    "LSTM": ("LSTM", (0, 3, 1, 2)),
    "SimpleRNN": ("RNN", (0,)),
}
MERGES = {"ave": "Mean", "mul": "Mul", "sum": "Sum"}


def _recurrent(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    return _one(b, layer, layer, inputs, weights, turned=bool(layer.config.get("go_backwards")))


def _one(b: GraphBuilder, layer: Layer, inside: Layer, inputs: list[str], weights: list[Array], *, turned: bool) -> str:
    """Add one direction; a backward one gives its sequence in the order in which it ran, as Keras does."""
    c, (op, order) = inside.config, KINDS[inside.kind]
    if c.get("return_state") or len(inputs) > 1 or c.get("stateful") or c.get("time_major"):
        raise layer.refuse(
            "returns, takes or keeps a state, or has time first; only sequences and last outputs are read"
        )
    names = [inputs[0], *_matrices(b, inside, layer.name, weights, order)]
    settings = _settings(inside, op, turned=turned)
    b.add(op, names, inside.name, hidden_size=int(c["units"]), layout=1, **settings)
    sequence, last = b.nodes[-1].outputs[:2]
    batch, steps = b.shape(inputs[0])[:2]
    if not c.get("return_sequences"):
        return b.add("Reshape", [last], f"{inside.name}_last", shape=(batch, int(c["units"])))
    y = b.add("Reshape", [sequence], f"{inside.name}_sequence", shape=(batch, steps, int(c["units"])))
    return _backwards(b, y, f"{inside.name}_turned") if turned else y


def _backwards(b: GraphBuilder, y: str, name: str) -> str:
    return b.add("Slice", [y], name, starts=(-1,), ends=(-b.shape(y)[1] - 1,), axes=(1,), steps=(-1,))


def _settings(inside: Layer, op: str, *, turned: bool) -> dict[str, Attribute]:
    c = inside.config
    curve = activation_name(inside, c.get("activation", "tanh"))
    gate = activation_name(inside, c.get("recurrent_activation", "sigmoid"))
    named: tuple[str, ...] = {"RNN": (curve,), "GRU": (gate, curve), "LSTM": (gate, curve, curve)}[op]
    settings: dict[str, Attribute] = {"activations": named, "direction": "reverse" if turned else "forward"}
    if op == "GRU":
        settings["linear_before_reset"] = int(bool(c.get("reset_after", inside.keras >= 3)))
    return settings


def _matrices(b: GraphBuilder, inside: Layer, name: str, weights: list[Array], order: tuple[int, ...]) -> list[str]:
    """Return W, R and, where there is one, B: gates in ONNX's order, one row a unit, a bias for either matrix."""
    units = int(inside.config["units"])

    def gates(array: Array) -> Array:
        parts = [array[..., g * units : (g + 1) * units] for g in order]
        return np.concatenate(parts, axis=-1)

    found = [np.ascontiguousarray(gates(w).T)[None] for w in weights[:2]]
    if inside.config.get("use_bias", True):
        bias = gates(weights[2])
        both = bias if bias.ndim == 2 else np.stack([bias, np.zeros_like(bias)])
        found.append(both.reshape(1, -1))
    words = ("input", "recurrent", "bias")
    return [b.constant(f"{inside.name}_{word}", array) for word, array in zip(words, found, strict=False)]


def _bidirectional(b: GraphBuilder, layer: Layer, inputs: list[str], weights: list[Array]) -> str:
    ahead = _inside(layer, "layer", "forward")
    given = layer.config.get("backward_layer")
    back = _inside(layer, "backward_layer" if given else "layer", "backward")
    half = len(weights) // 2
    first = _one(b, layer, ahead, inputs, weights[:half], turned=bool(ahead.config.get("go_backwards")))
    turned = bool(back.config.get("go_backwards")) if given else not ahead.config.get("go_backwards")
    second = _one(b, layer, back, inputs, weights[half:], turned=turned)
    if ahead.config.get("return_sequences"):
        second = _backwards(b, second, f"{back.name}_aligned")
    merge = layer.config.get("merge_mode", "concat")
    if merge == "concat":
        return b.add("Concat", [first, second], layer.name, axis=-1)
    if merge not in MERGES:
        raise layer.refuse(f"merges by {merge!r}; concat, {', '.join(MERGES)} are compiled")
    return b.add(MERGES[merge], [first, second], layer.name)


def _inside(layer: Layer, setting: str, word: str) -> Layer:
    entry = layer.config[setting]
    if entry["class_name"] not in KINDS:
        raise layer.refuse(f"wraps {entry['class_name']!r}; {', '.join(KINDS)} are compiled")
    return Layer(str(entry["class_name"]), f"{layer.name}_{word}", entry["config"], keras=layer.keras)


LAYERS: dict[str, Build] = {"Bidirectional": _bidirectional, **dict.fromkeys(KINDS, _recurrent)}
