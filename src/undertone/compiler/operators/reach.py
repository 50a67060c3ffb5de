"""How far an operator looks along time: what lets it run a few rows at a time.

Time is axis 1 of a batch of one, ``(1, rows, ...)``. An operator has a reach when its row t of output is a function
of the rows ``t * stride - before`` up to ``+ span`` of its input, constants, and nothing else; rows outside of the
input read as the byte ``blank`` repeated. An operator that makes one value of all rows (a global pool) gathers: it
takes them as they come.
"""

from __future__ import annotations

from dataclasses import dataclass

from undertone.compiler.graph import Node
from undertone.compiler.operators.windows import Windows


@dataclass(frozen=True)
class Gather:
    """C that makes ``y0`` of all rows: to begin with, with ``rows`` rows from ``x0`` on, and in the end.

    The operator's ``scratch`` keeps what it holds between them.
    """

    begin: str
    take: str
    end: str


@dataclass(frozen=True)
class Reach:
    """The reach of one node.

    Attributes
    ----------
    node : Node
        What to run on rows that lie ready: the same without padding along time.
    span, stride, before : int
        Rows of input: how many one row of output needs, how many further each next one begins, how many lie before
        the first.
    blank : int
        The byte that rows outside of the input are made of.
    gather : Gather, optional
        The C of a node that makes one value of all rows; it can only end a chain.
    """

    node: Node
    span: int = 1
    stride: int = 1
    before: int = 0
    blank: int = 0
    gather: Gather | None = None


def window_reach(node: Node, w: Windows, *, pool: int = 1, blank: int = 0) -> Reach:
    """Return the reach of a node that slides windows, of which it joins each ``pool`` in a row to one."""
    rank = len(w.size)
    pads = tuple(0 if i % rank == 0 else n for i, n in enumerate(node.get("pads", (0,) * 2 * rank)))
    one = w.dilations[0] * (w.kernel[0] - 1) + 1
    still = node.set(pads=pads, ceil_mode=0) if node.get("ceil_mode") else node.set(pads=pads)
    return Reach(still, one + (pool - 1) * w.strides[0], w.strides[0] * pool, w.before[0], blank)
