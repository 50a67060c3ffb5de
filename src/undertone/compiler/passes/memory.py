"""The memory plan: where in the one arena each tensor lies, and while which nodes it lives.

Tensors that are views of each other (Reshape and its kin) share a place. A tensor that a 1-D convolution reads gets
room for the convolution's zeros on both sides, so that no padded copy is made. Inputs and outputs of the graph lie
with the caller where they can. Places are given greedily, the largest first, each at the lowest offset that is free
while it lives.
"""

from __future__ import annotations

from dataclasses import dataclass

from undertone.compiler.graph import Graph, Node
from undertone.compiler.operators import OPERATORS, Site
from undertone.compiler.operators.conv import geometry
from undertone.compiler.operators.reshape import VIEWS

ALIGNMENT = 64


@dataclass(frozen=True)
class Place:
    """Where a tensor's bytes lie in the arena: room for zeros, the tensor, room for zeros."""

    offset: int
    before: int
    nbytes: int
    after: int

    @property
    def begin(self) -> int:
        """Where the tensor itself begins."""
        return self.offset + self.before


@dataclass(frozen=True)
class Block:
    """A stretch of the arena and the first and last node that need it."""

    key: str
    nbytes: int
    first: int
    last: int


@dataclass(frozen=True)
class Plan:
    """The whole plan.

    Attributes
    ----------
    root : dict of str to str
        For each tensor the one whose place it shares; itself when it has its own.
    places : dict of str to Place
        Roots that lie in the arena.
    scratch : dict of int to int
        Offset of a node's scratch, by its index.
    arena_bytes : int
        What the caller must give.
    bound_bytes : int
        No plan of these blocks can need less: the most bytes that live at once.
    """

    root: dict[str, str]
    places: dict[str, Place]
    scratch: dict[int, int]
    arena_bytes: int
    bound_bytes: int


def site(graph: Graph, node: Node, *, padded: bool = False) -> Site:
    """Describe where a node's C goes."""
    return Site(
        node,
        tuple(graph.tensors[n] if n else None for n in node.inputs),
        tuple(graph.tensors[n] for n in node.outputs if n),
        tuple(graph.constants.get(n) for n in node.inputs),
        padded,
    )


def plan(graph: Graph) -> Plan:
    """Lay a graph's tensors out."""
    root = _roots(graph)
    margins = _margins(graph, root)
    born, dies = _lives(graph, root)
    blocks = []
    for name in dict.fromkeys(root.values()):
        if name in graph.constants or (name in (*graph.inputs, *graph.outputs) and name not in margins):
            continue
        before, after = margins.get(name, (0, 0))
        nbytes = _aligned(before) + _aligned(graph.tensors[name].nbytes + after)
        blocks.append(Block(name, nbytes, born[name], dies[name]))
    for i, node in enumerate(graph.nodes):
        asked = OPERATORS[node.op].scratch
        padded = root.get(node.inputs[0]) in margins and is_paddable(graph, node) if node.inputs else False
        if asked and node.op not in VIEWS and (need := asked(site(graph, node, padded=padded))):
            blocks.append(Block(f"\0{i}", _aligned(need), i, i))
    offsets = _fit(blocks)
    size = max((offsets[b.key] + b.nbytes for b in blocks), default=0)
    places = {}
    for block in blocks:
        if not block.key.startswith("\0"):
            before, after = margins.get(block.key, (0, 0))
            lead = _aligned(before)
            places[block.key] = Place(offsets[block.key], lead, graph.tensors[block.key].nbytes, after)
    scratch = {int(b.key[1:]): offsets[b.key] for b in blocks if b.key.startswith("\0")}
    return Plan(root, places, scratch, size, _bound(blocks, len(graph.nodes)))


def is_paddable(graph: Graph, node: Node) -> bool:
    """Say whether a node is a convolution whose zeros can lie beside its input: one axis, one item, padding."""
    if node.op != "Conv" or node.get("layout") != "last":
        return False
    shape = graph.tensors[node.inputs[0]].shape
    return len(shape) == 3 and shape[0] == 1 and any(node.get("pads", ())) and node.inputs[0] not in graph.constants


def _roots(graph: Graph) -> dict[str, str]:
    root = {name: name for name in graph.tensors}
    for node in graph.nodes:
        if node.op in VIEWS and node.outputs[0] not in graph.outputs:
            root[node.outputs[0]] = root[node.inputs[0]]
    return root


def _margins(graph: Graph, root: dict[str, str]) -> dict[str, tuple[int, int]]:
    margins: dict[str, tuple[int, int]] = {}
    for node in graph.nodes:
        if is_paddable(graph, node) and root[node.inputs[0]] not in graph.constants:
            name = node.inputs[0]
            w = geometry(node, graph.tensors[name], graph.tensors[node.inputs[1]])
            step = graph.tensors[name].shape[-1] * 4
            before, after = margins.get(root[name], (0, 0))
            margins[root[name]] = max(before, w.before[0] * step), max(after, w.after[0] * step)
    return margins


def _lives(graph: Graph, root: dict[str, str]) -> tuple[dict[str, int], dict[str, int]]:
    born, dies = dict.fromkeys(graph.inputs, 0), dict.fromkeys(graph.inputs, 0)
    for i, node in enumerate(graph.nodes):
        for name in node.outputs:
            born.setdefault(root.get(name, name), i)
        for name in (*node.inputs, *node.outputs):
            dies[root.get(name, name)] = i
    for name in graph.outputs:
        dies[root[name]] = len(graph.nodes)
    return born, dies


def _fit(blocks: list[Block]) -> dict[str, int]:
    placed: list[tuple[int, Block]] = []
    for block in sorted(blocks, key=lambda b: (-b.nbytes, b.first, b.key)):
        offset = 0
        for begin, other in sorted(((o, b) for o, b in placed if _together(b, block)), key=lambda p: p[0]):
            if offset + block.nbytes <= begin:
                break
            offset = max(offset, begin + other.nbytes)
        placed.append((offset, block))
    return {block.key: offset for offset, block in placed}


def _together(a: Block, b: Block) -> bool:
    return a.first <= b.last and b.first <= a.last


def _bound(blocks: list[Block], nodes: int) -> int:
    return max((sum(b.nbytes for b in blocks if b.first <= i <= b.last) for i in range(nodes + 1)), default=0)


def _aligned(nbytes: int) -> int:
    return -(-nbytes // ALIGNMENT) * ALIGNMENT
