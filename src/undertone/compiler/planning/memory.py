"""The memory plan: where in the one arena each tensor, window and scratch lies, and while which nodes it lives.

Tensors that are views of each other (Reshape and its kin) share a place, and so does what an element-wise node gives
with the input that dies there. A tensor that a 1-D convolution reads gets room for the convolution's zeros on both
sides, so that no padded copy is made. Inputs and outputs of the graph lie with the caller where they can. A chain of
rolled layers is one moment: its windows live then, and the tensors between its layers nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from undertone.compiler.graph import Graph, Node
from undertone.compiler.operators import OPERATORS, Site
from undertone.compiler.operators.conv import geometry
from undertone.compiler.operators.depthwise import is_depthwise
from undertone.compiler.operators.reshape import VIEWS
from undertone.compiler.operators.winograd_conv import tile_of
from undertone.compiler.planning.chain import Chain
from undertone.compiler.planning.placing import Block, aligned, bound, place


@dataclass(frozen=True)
class Place:
    """Where a tensor's bytes lie in the arena: room for zeros, the tensor, room for zeros; which byte stands for 0."""

    offset: int
    before: int
    nbytes: int
    after: int
    zero: int = 0

    @property
    def begin(self) -> int:
        """Where the tensor itself begins."""
        return self.offset + self.before


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
    chains : tuple of Chain
        Layers that run through windows.
    windows : dict of int to int
        Offset of the window that a layer of a chain reads, by the index of its node.
    given : dict of int to int
        Offset of what a chain's last layer keeps, by the index of its node: the rows that a ragged chain gives, or
        the scratch of one that gathers.
    over : dict of int to int
        Which input a node writes over, by its index.
    arena_bytes : int
        What the caller must give.
    bound_bytes : int
        No plan of these blocks can need less: the most bytes that live at once.
    """

    root: dict[str, str]
    places: dict[str, Place]
    scratch: dict[int, int]
    chains: tuple[Chain, ...]
    windows: dict[int, int]
    given: dict[int, int]
    over: dict[int, int]
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


def chain_sites(graph: Graph, chain: Chain) -> dict[int, Site]:
    """Describe where the C of a chain's layers goes: each reads its window and gives the rows of a step."""
    sites = {}
    for k, layer in enumerate(chain.layers):
        whole = site(graph, layer.reach.node)
        given = whole.outputs if layer.reach.gather else (chain.given(k),)
        sites[layer.index] = Site(layer.reach.node, (layer.held, *whole.inputs[1:]), given, whole.constants)
    return sites


def plan(graph: Graph, chains: tuple[Chain, ...] = ()) -> Plan:
    """Lay a graph's tensors out.

    Parameters
    ----------
    graph : Graph
        As `undertone.compiler.optimise` made it.
    chains : tuple of Chain
        What runs through windows; `undertone.compiler.planning.rolling.roll` finds them.
    """
    draft = _draft(graph, chains)
    offsets, size = place(draft.blocks)
    places = {}
    for name, block in draft.tensors.items():
        before, after = draft.margins.get(name, (0, 0))
        nbytes, zero = graph.tensors[name].nbytes, _zero(graph, draft.root, name)
        places[name] = Place(offsets[block], aligned(before), nbytes, after, zero)
    scratch, windows, given = (
        {i: offsets[b] for i, b in some.items()} for some in (draft.scratch, draft.windows, draft.given)
    )
    least = bound(draft.blocks)
    return Plan(draft.root, places, scratch, chains, windows, given, draft.over, size, least)


def least_bytes(graph: Graph, chains: tuple[Chain, ...] = ()) -> tuple[int, int]:
    """Return the bound of a plan, and the bytes of all its blocks: what to compare chains by without placing them."""
    blocks = _draft(graph, chains).blocks
    return bound(blocks), sum(b.nbytes for b in blocks)


def live_bytes(graph: Graph, chains: tuple[Chain, ...] = ()) -> tuple[int, ...]:
    """Return how many bytes of the arena are in use while each node runs; the most of them is the bound of the plan.

    The layers of a chain run together: each has the same.
    """
    blocks = _draft(graph, chains).blocks
    moments = _moments(graph, chains)
    return tuple(sum(b.nbytes for b in blocks if b.first <= now <= b.last) for now in moments)


def _moments(graph: Graph, chains: tuple[Chain, ...]) -> list[int]:
    """Number the nodes; all of a chain count as its first."""
    rolled = {layer.index: chain.first for chain in chains for layer in chain.layers}
    return [rolled.get(i, i) for i in range(len(graph.nodes))]


@dataclass(frozen=True)
class _Draft:
    """A plan whose blocks have no places yet; each by what it is of, as in `Plan`."""

    root: dict[str, str]
    over: dict[int, int]
    margins: dict[str, tuple[int, int]]
    tensors: dict[str, Block]
    scratch: dict[int, Block]
    windows: dict[int, Block]
    given: dict[int, Block]

    @property
    def blocks(self) -> list[Block]:
        """All blocks, each once."""
        kinds = (self.tensors, self.scratch, self.windows, self.given)
        return list(dict.fromkeys(block for kind in kinds for block in kind.values()))


def _draft(graph: Graph, chains: tuple[Chain, ...]) -> _Draft:
    rolled = {layer.index: chain for chain in chains for layer in chain.layers}
    between = {graph.nodes[layer.index].inputs[0] for chain in chains for layer in chain.layers[1:]}
    root, over = _roots(graph, set(rolled))
    margins = _margins(graph, root, set(rolled))
    born, dies = _lives(graph, root, _moments(graph, chains))
    draft = _Draft(root, over, margins, {}, {}, {}, {})
    for name in dict.fromkeys(root.values()):
        outside = name in (*graph.inputs, *graph.outputs) and name not in margins
        if name not in graph.constants and name not in between and not outside:
            before, after = margins.get(name, (0, 0))
            nbytes = aligned(before) + aligned(graph.tensors[name].nbytes + after)
            draft.tensors[name] = Block(f"tensor {name}", nbytes, born[name], dies[name])
    for i, node in enumerate(graph.nodes):
        padded = root.get(node.inputs[0]) in margins and is_paddable(graph, node) if node.inputs else False
        if i not in rolled and node.op not in VIEWS and (need := _scratch_bytes(site(graph, node, padded=padded))):
            draft.scratch[i] = Block(f"scratch {i}", need, i, i)
    for chain in chains:
        _draft_chain(graph, chain, draft)
    return draft


def _draft_chain(graph: Graph, chain: Chain, draft: _Draft) -> None:
    """Add a chain's windows, its rows when it is ragged, and one scratch that its layers share."""
    now = (chain.first, chain.first)
    for layer in chain.layers:
        draft.windows[layer.index] = Block(f"window {layer.index}", aligned(layer.held.nbytes), *now)
    needs = {i: _scratch_bytes(where) for i, where in chain_sites(graph, chain).items()}
    kept = needs.pop(chain.last) if chain.gathers else 0
    if chain.ragged:
        kept = aligned(chain.given(len(chain.layers) - 1).nbytes)
    if kept:
        draft.given[chain.last] = Block(f"given {chain.last}", kept, *now)
    shared = Block(f"scratch {chain.first}", max(needs.values(), default=0), *now)
    draft.scratch.update({i: shared for i, need in needs.items() if need})


def _scratch_bytes(where: Site) -> int:
    asked = OPERATORS[where.node.op].scratch
    return aligned(asked(where)) if asked else 0


def is_paddable(graph: Graph, node: Node) -> bool:
    """Say whether a node is a convolution whose zeros can lie beside its input: one axis, one item, padding."""
    if node.op not in ("Conv", "FixedConv") or node.get("layout") != "last":
        return False
    if node.op == "Conv" and is_depthwise(node, graph.tensors[node.inputs[1]]):
        return False  # its kernel reads no padding
    if tile_of(node):
        return False  # nor does this one
    shape = graph.tensors[node.inputs[0]].shape
    return len(shape) == 3 and shape[0] == 1 and any(node.get("pads", ())) and node.inputs[0] not in graph.constants


def _roots(graph: Graph, rolled: set[int]) -> tuple[dict[str, str], dict[int, int]]:
    """Find the tensors that share a place; say which nodes write over which of their inputs."""
    root = {name: name for name in graph.tensors}
    members = {name: [name] for name in graph.tensors}
    last = {name: i for i, node in enumerate(graph.nodes) for name in node.inputs}
    over: dict[int, int] = {}
    for i, node in enumerate(graph.nodes):
        if i in rolled or node.outputs[0] in graph.outputs:
            continue
        k = 0 if node.op in VIEWS else _dying(graph, i, root, members, last)
        if k is not None:
            shared = root[node.inputs[k]]
            root[node.outputs[0]] = shared
            members[shared].append(node.outputs[0])
            over |= {} if node.op in VIEWS else {i: k}
    return root, over


def _dying(
    graph: Graph, i: int, root: dict[str, str], members: dict[str, list[str]], last: dict[str, int]
) -> int | None:
    """Return the input that element-wise node i may write over: of the output's form, in the arena, not read again."""
    node, y = graph.nodes[i], graph.tensors[graph.nodes[i].outputs[0]]
    for k, name in enumerate(node.inputs):
        shared = root.get(name, "")
        views = [n for n in node.inputs if root.get(n) == shared]
        if (
            OPERATORS[node.op].over
            and shared not in (*graph.constants, *graph.inputs, "")
            and graph.tensors[shared].nbytes == y.nbytes
            and all(graph.tensors[n] == y for n in views)
            and all(last.get(n, 0) <= i and n not in graph.outputs for n in members[shared])
        ):
            return k
    return None


def _margins(graph: Graph, root: dict[str, str], rolled: set[int]) -> dict[str, tuple[int, int]]:
    margins: dict[str, tuple[int, int]] = {}
    for i, node in enumerate(graph.nodes):
        if i not in rolled and is_paddable(graph, node) and root[node.inputs[0]] not in graph.constants:
            name = node.inputs[0]
            w = geometry(node, graph.tensors[name], graph.tensors[node.inputs[1]])
            step = graph.tensors[name].nbytes // graph.tensors[name].shape[1]
            before, after = margins.get(root[name], (0, 0))
            margins[root[name]] = max(before, w.before[0] * step), max(after, w.after[0] * step)
    return margins


def _zero(graph: Graph, root: dict[str, str], name: str) -> int:
    """Return the byte that stands for 0 in a tensor, as the convolutions in integers that read it say."""
    return next((int(n.get("zero", 0)) for n in graph.nodes if n.op == "FixedConv" and root[n.inputs[0]] == name), 0)


def _lives(graph: Graph, root: dict[str, str], moment: list[int]) -> tuple[dict[str, int], dict[str, int]]:
    born, dies = dict.fromkeys(graph.inputs, 0), dict.fromkeys(graph.inputs, 0)
    for i, node in enumerate(graph.nodes):
        for name in node.outputs:
            born.setdefault(root.get(name, name), moment[i])
        for name in (*node.inputs, *node.outputs):
            dies[root.get(name, name)] = moment[i]
    for name in graph.outputs:
        dies[root[name]] = len(graph.nodes)
    return born, dies
