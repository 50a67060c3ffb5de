"""A network as plain values: named tensors, nodes in the order they run, constants.

The vocabulary of operators is ONNX's, with one addition: an operator that looks at neighbours in time or space
(Conv, the pools, BatchNormalization, ...) may carry the attribute ``layout="last"``: its channels are the last
axis, as Keras and the emitted C have them, and the kernel of a Conv is then ``(*kernel, channels in, channels
out)``. `undertone.compiler.spec` says what a legal graph is.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Attribute: TypeAlias = int | float | str | tuple[int, ...] | tuple[float, ...] | tuple[str, ...]

DTYPES = (
    "float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "bool",
)  # fmt: skip


@dataclass(frozen=True)
class Tensor:
    """The shape and the element type of a value; both are known before anything runs."""

    shape: tuple[int, ...]
    dtype: str = "float32"

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Size in bytes."""
        return self.size * np.dtype(self.dtype).itemsize

    @staticmethod
    def of(array: Array) -> Tensor:
        """Describe an array."""
        return Tensor(tuple(array.shape), array.dtype.name)

    def __str__(self) -> str:
        return f"{self.dtype} ({', '.join(map(str, self.shape))})"


@dataclass(frozen=True)
class Node:
    """One operation. An absent optional input is the empty name."""

    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    name: str = ""

    def get(self, attribute: str, default: Any = None) -> Any:
        """Return an attribute or what stands for it when absent."""
        return self.attributes.get(attribute, default)

    def replace(self, **changes: Any) -> Node:
        """Return a copy with other fields."""
        return dataclasses.replace(self, **changes)

    def set(self, **attributes: Attribute) -> Node:
        """Return a copy with attributes added or changed."""
        return self.replace(attributes={**self.attributes, **attributes})

    def __str__(self) -> str:
        return f"{self.op} node {self.name!r}"


@dataclass(frozen=True)
class Graph:
    """A network.

    Attributes
    ----------
    name : str
        From the model; an identifier in the emitted C.
    inputs, outputs : tuple of str
        Names of tensors.
    nodes : tuple of Node
        In an order in which they can run.
    tensors : mapping of str to Tensor
        Every name: inputs, constants, and what nodes give.
    constants : mapping of str to ndarray
        Weights.
    source : str
        Where the network comes from, in words.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    nodes: tuple[Node, ...]
    tensors: Mapping[str, Tensor]
    constants: Mapping[str, Array]
    source: str = ""

    def replace(self, **changes: Any) -> Graph:
        """Return a copy with other fields."""
        return dataclasses.replace(self, **changes)

    def producer(self, name: str) -> Node | None:
        """Return the node that gives a tensor, if a node does."""
        return next((n for n in self.nodes if name in n.outputs), None)

    def consumers(self, name: str) -> tuple[Node, ...]:
        """Return the nodes that read a tensor."""
        return tuple(n for n in self.nodes if name in n.inputs)

    def sole_consumer(self, name: str) -> Node | None:
        """Return the one node that reads a tensor, if it is one and the tensor is not an output of the graph."""
        readers = self.consumers(name)
        return readers[0] if len(readers) == 1 and name not in self.outputs else None


def fresh(name: str, taken: Iterable[str]) -> str:
    """Return ``name``, or ``name`` with the first number that makes it new.

    Examples
    --------
    >>> fresh("scale", {"scale", "scale_1"})
    'scale_2'
    """
    names = set(taken)
    if name not in names:
        return name
    return next(c for i in range(1, len(names) + 2) if (c := f"{name}_{i}") not in names)
