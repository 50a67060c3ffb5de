"""ConvPair: two convolutions along time, of which the first is so cheap that its values never lie in memory.

The second one, by minimal filtering, computes them whenever it transforms a tile: again for each group of its columns.
`undertone.compiler.planning.lean` makes such nodes; no file has them.

Inputs: x, both kernels, then bias, scale and shift of the first one, and those of the second. Attributes: those of the
second `Conv`, with ``tile`` and ``lean``; ``first_strides``, ``first_pads``, ``first_low``, ``first_high``.
"""

from __future__ import annotations

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.operators import post
from undertone.compiler.operators.conv import copy_padded, geometry
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.windows import Windows, count
from undertone.compiler.operators.winograd_lean import bounds_of_first, emit_lean, lean_of, lean_scratch, pack_lean
from undertone.errors import UnsupportedError

FIRST = ("strides", "pads", "low", "high")
_BETWEEN = "between"


def pair_of(first: Node, second: Node) -> Node:
    """Return the node that does the work of both."""
    vectors = [*first.inputs[2:], *[""] * (5 - len(first.inputs)), *second.inputs[2:]]
    inputs = [*first.inputs[:2], second.inputs[1], *vectors]
    attributes = {f"first_{name}": first.get(name) for name in FIRST if first.get(name) is not None}
    return Node("ConvPair", tuple(inputs), second.outputs, {**second.attributes, **attributes}, second.name)


def both(node: Node) -> tuple[Node, Node]:
    """Return the two convolutions of a pair, with a tensor of no name between them."""
    given = {name: node.get(f"first_{name}") for name in FIRST if node.get(f"first_{name}") is not None}
    rest = {k: v for k, v in node.attributes.items() if not k.startswith("first_")}
    x, one, two, *vectors = node.inputs
    first = Node("Conv", (x, one, *vectors[:3]), (_BETWEEN,), {**given, "layout": "last"}, node.name)
    return first, Node("Conv", (_BETWEEN, two, *vectors[3:]), node.outputs, rest, node.name)


def _between(node: Node, inputs: list[Tensor | None]) -> Tensor:
    shapes = OPERATORS["Conv"].shapes
    assert shapes is not None
    return shapes(both(node)[0], [*inputs[:2], *inputs[3:6]])[0]


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    shapes = OPERATORS["Conv"].shapes
    assert shapes is not None
    return shapes(both(node)[1], [_between(node, inputs), inputs[2], *inputs[6:]])


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    first, second = both(node)
    conv = OPERATORS["Conv"].compute
    return conv(second, [*conv(first, [*inputs[:2], *inputs[3:6]]), inputs[2], *inputs[6:]])


def _lie(site: Site) -> tuple[Windows, Windows]:
    """Return how both kernels lie on their inputs."""
    first, second = both(site.node)
    between = _between(site.node, list(site.inputs))
    return geometry(first, site.input(0), site.input(1)), geometry(second, between, site.input(2))


def _padded_bytes(site: Site) -> int:
    w, _ = _lie(site)
    return -(-count(w.padded) * site.input(0).shape[-1] * 4 // 64) * 64 if w.pads else 0


def _scratch(site: Site) -> int:
    _, w = _lie(site)
    return _padded_bytes(site) + lean_scratch(site.node, site.input(2), w)


def _check(site: Site) -> None:
    site.only_float32()
    x = site.input(0)
    if len(x.shape) != 3 or x.shape[0] != 1 or not site.node.get("tile") or not lean_of(site.node):
        raise UnsupportedError(f"{site.node}: only the compiler makes pairs, of one item along time; got {x}")


def _pack(node: Node, i: int, array: Array) -> Array:
    return pack_lean(node, array) if i == 2 else array


def _emit(site: Site) -> str:
    node, (one, two) = site.node, _lie(site)
    width, inside = site.input(0).shape[-1], site.input(1).shape[-1]
    lines = ["const float *const x = x0;", "float *const y = y0;"]
    if one.pads:
        lines += [copy_padded(one, width), "const float *const a = (const float *)scratch;"]
        lines += [f"scratch = (unsigned char *)scratch + {_padded_bytes(site)};"]
    fields = f".depth = {one.kernel[0] * width}, .step = {one.strides[0] * width}, .columns = {inside}"
    lines.append(
        f"const ut_first first = {{{fields}, {bounds_of_first(node)}, .w = x1, .post = {post.vectors(site, 3)}}};"
    )
    given = {"first": "&first", "x": "a" if one.pads else "x", "k": "x2", "vectors": post.vectors(site, 6)}
    lines.append(emit_lean(node, site.input(2), two, **given))
    return "\n".join(lines)


OPERATORS.add(
    "ConvPair",
    Operator(
        _compute,
        _emit,
        arity=(3, 9),
        shapes=_shapes,
        constants=(1, 2),
        kernels=("post", "rows", "winograd", "winograd_lean"),
        pack=_pack,
        scratch=_scratch,
        check=_check,
    ),
)
