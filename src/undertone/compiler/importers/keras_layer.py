"""What every kind of Keras layer shares: the layer as the config has it, and how its numbers are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from undertone.compiler.graph import Array
from undertone.compiler.importers.builder import GraphBuilder
from undertone.errors import ModelError, UnsupportedError


class Source(NamedTuple):
    """What a layer reads: a layer by name, which of its uses, which of its outputs."""

    layer: str
    use: int = 0
    output: int = 0


@dataclass(frozen=True)
class Layer:
    """A use of a layer as the config has it: its class, its name, its settings, and what it reads.

    ``keras`` is the major version of the Keras that wrote the file; ``options`` are the keywords of the call.
    """

    kind: str
    name: str
    config: dict[str, Any]
    sources: tuple[Source, ...] = ()
    use: int = 0
    keras: int = 3
    options: tuple[str, ...] = ()

    @staticmethod
    def of(entry: dict[str, Any], sources: tuple[Source, ...], **further: Any) -> Layer:
        """Read one entry of the config's list."""
        config = entry["config"]
        return Layer(str(entry["class_name"]), str(entry.get("name") or config["name"]), config, sources, **further)

    def refuse(self, words: str) -> UnsupportedError:
        """Return the error that says what of this layer cannot be compiled."""
        return UnsupportedError(f"layer {self.name!r} ({self.kind}) {words}")


Build = Callable[[GraphBuilder, Layer, list[str], list[Array]], str]


def whole(value: Any, rank: int) -> tuple[int, ...]:
    """Read one number, or one an axis."""
    return (int(value),) * rank if isinstance(value, int) else tuple(int(v) for v in value)


def pairs(value: Any, rank: int) -> list[tuple[int, int]]:
    """Read what is added or cut at both ends of each axis: a number, a number an axis, or a pair an axis."""
    if isinstance(value, int):
        return [(value, value)] * rank
    listed = list(value)
    if rank == 1 and len(listed) == 2 and not isinstance(listed[0], list):
        return [(int(listed[0]), int(listed[1]))]
    return [(int(v), int(v)) if isinstance(v, int) else (int(v[0]), int(v[1])) for v in listed]


def scalar(b: GraphBuilder, name: str, value: float) -> str:
    """Add a constant of one number."""
    return b.constant(name, np.array(value, np.float32))


def axes_of(layer: Layer, rank: int, *, default: int = -1) -> tuple[int, ...]:
    """Read the setting ``axis`` as numbers from 0, in order."""
    axis = layer.config.get("axis", default)
    listed = axis if isinstance(axis, list) else [axis]
    found = tuple(sorted(int(a) % rank for a in listed))
    if not found or any(not -rank <= int(a) < rank for a in listed):
        raise ModelError(f"layer {layer.name!r}: axis {axis} of a tensor of {rank} axes")
    return found
