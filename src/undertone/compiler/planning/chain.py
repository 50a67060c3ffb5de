"""A chain: layers that follow each other and run together, a few rows at a time, through windows.

Each layer reads a window: the last so many rows of its input. A step slides every window on by its fresh rows, the
first layer's from the chain's input and each other's from the layer before, and the last layer gives ``rows`` rows of
the chain's output. How the windows lie follows from the reaches, from the last layer backwards:

    fresh(i)  = given(i) * stride(i)                          given(last) = rows, given(i) = fresh(i + 1)
    window(i) = max((given(i) - 1) * stride(i) + span(i), fresh(i))
    ahead(i)  = ahead(i + 1) * stride(i) - before(i) + window(i) - fresh(i)

where ahead is the first fresh row of step 0. Steps below 0 fill the windows: in them a layer runs as soon as a row of
what it gives lies inside the tensor. Rows outside are blank. `fault` replays a chain row by row and says what is
wrong with it, or nothing. A last layer that gathers takes each row of its input once: it counts as one that gives the
row on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from undertone.compiler.graph import Tensor
from undertone.compiler.operators.reach import Reach


@dataclass(frozen=True)
class Layer:
    """One layer of a chain and the window that it reads.

    Attributes
    ----------
    index : int
        Of its node in the graph.
    reach : Reach
        How far it looks.
    tensor : Tensor
        Its whole input.
    window, fresh, ahead : int
        Rows of the window; how many of them come new in each step; which is the first of these in step 0.
    """

    index: int
    reach: Reach
    tensor: Tensor
    window: int
    fresh: int
    ahead: int

    @property
    def held(self) -> Tensor:
        """The window as a tensor."""
        return rows_of(self.tensor, self.window)

    def runs(self, lead: int, steps: int) -> int:
        """In how many steps some fresh row lies inside the tensor."""
        inside = (self.ahead + step * self.fresh for step in range(-lead, steps))
        return sum(-self.fresh < first < self.tensor.shape[1] for first in inside)


@dataclass(frozen=True)
class Chain:
    """Layers that run together.

    Attributes
    ----------
    layers : tuple of Layer
        In order; their nodes follow each other in the graph.
    output : Tensor
        What the last gives, or the input of one that gathers.
    rows : int
        How many rows of it a step gives.
    """

    layers: tuple[Layer, ...]
    output: Tensor
    rows: int

    @property
    def first(self) -> int:
        """The index of the first node."""
        return self.layers[0].index

    @property
    def last(self) -> int:
        """The index of the last node."""
        return self.layers[-1].index

    @property
    def steps(self) -> int:
        """How many steps give rows."""
        return -(-self.output.shape[1] // self.rows)

    @property
    def lead(self) -> int:
        """How many steps only fill windows."""
        return max(max(-(-layer.ahead // layer.fresh), 0) for layer in self.layers)

    @property
    def ragged(self) -> bool:
        """Whether the last step gives rows that lie behind the end of the output."""
        return not self.gathers and self.output.shape[1] % self.rows != 0

    @property
    def gathers(self) -> bool:
        """Whether the last layer makes one value of all rows."""
        return self.layers[-1].reach.gather is not None

    def given(self, k: int) -> Tensor:
        """Return what layer k gives in a step."""
        if k + 1 == len(self.layers):
            return rows_of(self.output, self.rows)
        return rows_of(self.layers[k + 1].tensor, self.layers[k + 1].fresh)

    def given_runs(self, k: int) -> int:
        """In how many steps layer k runs."""
        return self.steps if k + 1 == len(self.layers) else self.layers[k + 1].runs(self.lead, self.steps)


def rows_of(tensor: Tensor, rows: int) -> Tensor:
    """Describe so many rows of a tensor."""
    return Tensor((1, rows, *tensor.shape[2:]), tensor.dtype)


def chain_of(parts: Sequence[tuple[int, Reach, Tensor]], output: Tensor, rows: int) -> Chain:
    """Work out the windows of layers, given as index, reach and whole input."""
    layers: list[Layer] = []
    given, ahead = rows, 0
    for index, reach, tensor in reversed(parts):
        fresh = given * reach.stride
        window = max((given - 1) * reach.stride + reach.span, fresh)
        ahead = ahead * reach.stride - reach.before + window - fresh
        layers.insert(0, Layer(index, reach, tensor, window, fresh, ahead))
        given = fresh
    return Chain(tuple(layers), output, rows)


def fault(chain: Chain) -> str | None:
    """Replay a chain by row numbers.

    Every row that a layer needs must lie in its window, where it looks for it, when it needs it; and every row of the
    output must be given once. A row outside of its tensor is blank, and so are windows in the beginning.
    """
    windows: list[list[int | None]] = [[None] * layer.window for layer in chain.layers]
    told: list[int | None] = []
    for step in range(-chain.lead, chain.steps):
        for k, layer in enumerate(chain.layers):
            size = layer.tensor.shape[1]
            windows[k] = [*windows[k][layer.fresh :], *_inside(layer.ahead + step * layer.fresh, layer.fresh, size)]
            for i, row in enumerate(_given(chain, k, step)):
                reach = layer.reach
                needs = _inside((row or 0) * reach.stride - reach.before, reach.span, size)
                found = windows[k][i * reach.stride : i * reach.stride + reach.span]
                if row is not None and found != needs:
                    return f"step {step}: row {row} of layer {k} needs rows {needs}, its window has {found} there"
        told += [row for row in _given(chain, len(chain.layers) - 1, step) if row is not None]
    return None if told == list(range(chain.output.shape[1])) else f"the rows given are {told}"


def _given(chain: Chain, k: int, step: int) -> list[int | None]:
    """Return the rows that layer k gives in a step."""
    if k + 1 == len(chain.layers):
        return _inside(step * chain.rows, chain.rows, chain.output.shape[1])
    after = chain.layers[k + 1]
    return _inside(after.ahead + step * after.fresh, after.fresh, after.tensor.shape[1])


def _inside(first: int, count: int, size: int) -> list[int | None]:
    return [row if 0 <= row < size else None for row in range(first, first + count)]
