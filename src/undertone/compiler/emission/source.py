"""The .c and the .h file: a function a node, in the model's words and sizes, and one that calls them in order."""

from __future__ import annotations

import re
from dataclasses import dataclass

from undertone.compiler.emission import names, rolled, weights
from undertone.compiler.emission.kernels import kernel_text
from undertone.compiler.graph import Array, Graph, Node, Tensor
from undertone.compiler.loops import C_TYPES
from undertone.compiler.operators import OPERATORS, Site
from undertone.compiler.operators.reshape import VIEWS
from undertone.compiler.planning.chain import Chain
from undertone.compiler.planning.memory import Plan, chain_sites, is_paddable, site
from undertone.compiler.planning.rolling import plan_for


@dataclass(frozen=True)
class Emission:
    """What the text is made of: the graph, where everything lies, and what everything is called."""

    graph: Graph
    name: str
    plan: Plan
    sites: dict[int, Site]
    functions: dict[int, str]
    values: dict[str, str]
    offsets: dict[tuple[str, str], int]
    data: bytes


def prepare(graph: Graph, name: str, *, optimize: str = "speed") -> Emission:
    """Choose names and places, lay out the weights, and ask each operator whether its C can do what the node wants."""
    made = plan_for(graph, optimize)
    sites = {i: site(graph, n, padded=is_paddable(graph, n)) for i, n in enumerate(graph.nodes) if _has_code(graph, n)}
    for chain in made.chains:
        sites |= chain_sites(graph, chain)
    for where in sites.values():
        if check := OPERATORS[where.node.op].check:
            check(where)
    values = names.identifiers([n for n in graph.tensors if n not in graph.constants], taken={name, "scratch"})
    functions: dict[int, str] = {}
    for i in sites:
        label = names.identifier(graph.nodes[i].name or graph.nodes[i].op, fallback="node")
        functions[i] = names.fresh_identifier(f"do_{label}", {name, *values.values(), *functions.values()})
    offsets, data = weights.lay_out(_packed(graph, sites))
    return Emission(graph, name, made, sites, functions, values, offsets, data)


def source(e: Emission) -> str:
    """Write the .c file."""
    kernels = {k for s in e.sites.values() for k in OPERATORS[s.node.op].called(s)}
    kernels |= {"window"} if e.plan.chains else set()
    parts = [_title(e), f'#include "{e.name}.h"\n\n#include <math.h>\n#include <stddef.h>\n#include <string.h>\n']
    parts.append(kernel_text(kernels))
    gathers = {chain.last for chain in e.plan.chains if chain.gathers}
    parts += [_function(e, i) for i in e.sites if i not in gathers]
    parts += [_chain(e, chain) for chain in e.plan.chains]
    parts.append(_main(e))
    return "\n".join(p for p in parts if p)


def header(e: Emission) -> str:
    """Write the .h file."""
    g, upper = e.graph, e.name.upper()
    sizes = [f"#define {upper}_ARENA_BYTES {max(e.plan.arena_bytes, 64)}"]
    for label, group in (("INPUT", g.inputs), ("OUTPUT", g.outputs)):
        for i, n in enumerate(group):
            number = "" if len(group) == 1 else f"_{i + 1}"
            sizes.append(
                f"#define {upper}_{label}{number}_COUNT {g.tensors[n].size} /* {e.values.get(n, n)}: {g.tensors[n]} */"
            )
    dtypes = {a.dtype.name for a in g.constants.values()} | {"float32"}
    return f"""/* {e.name}: {_origin(g)}.
 * The caller owns all memory; arena is {upper}_ARENA_BYTES bytes, aligned to 64, of no use between calls. */
#ifndef {upper}_H
#define {upper}_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {{
#endif

{chr(10).join(sizes)}

{weights.union(e.name, len(e.data), dtypes)}
extern const {e.name}_weights_type {e.name}_weights;

{_signature(e)};

#ifdef __cplusplus
}}
#endif
#endif
"""


def _has_code(graph: Graph, node: Node) -> bool:
    return node.op not in VIEWS or node.outputs[0] in graph.outputs


def _packed(graph: Graph, sites: dict[int, Site]) -> dict[tuple[str, str], Array]:
    """Return each constant as the operators that read it want it; two that want it differently get one each."""
    arrays: dict[tuple[str, str], Array] = {}
    for where in sites.values():
        for i, n in enumerate(where.node.inputs):
            if n in graph.constants:
                key, array = _as_read(graph, where, i)
                arrays[key] = array
    arrays |= {(n, ""): graph.constants[n] for n in graph.outputs if n in graph.constants}
    return arrays


def _as_read(graph: Graph, where: Site, i: int) -> tuple[tuple[str, str], Array]:
    name = where.node.inputs[i]
    array, pack = graph.constants[name], OPERATORS[where.node.op].pack
    packed = pack(where.node, i, array) if pack else array
    form = f"{where.node.op} {i} {where.node.get('group', 1)} {where.node.get('tile', 0)} {where.node.get('lean', '')}"
    return ((name, "") if packed is array else (name, form)), packed


def _origin(graph: Graph) -> str:
    return " ".join((graph.source or "a network").replace("*/", "* /").replace("\\", "/").split())


def _title(e: Emission) -> str:
    constants = sum(a.size for a in e.graph.constants.values())
    lines = [
        f"{e.name}: {_origin(e.graph)}.",
        *(f"in  {e.values[n]}: {e.graph.tensors[n]}" for n in e.graph.inputs),
        *(f"out {e.values.get(n, n)}: {e.graph.tensors[n]}" for n in e.graph.outputs),
        f"{len(e.sites)} steps, {constants} weights in {len(e.data)} bytes, "
        f"arena {e.plan.arena_bytes} bytes (no plan of these blocks can need less than {e.plan.bound_bytes}).",
        "Made by undertone. C11, freestanding apart from math.h and string.h: no allocation, no I/O, no state.",
    ]
    return "/* " + "\n * ".join(lines) + "\n */"


def _function(e: Emission, i: int) -> str:
    where, over = e.sites[i], _written_over(e, i)
    given = [(n, C_TYPES[t.dtype]) for n, t in enumerate(where.inputs) if t is not None]
    takes = [f"const {kind} *restrict x{n}" for n, kind in given if n not in over]
    takes += [f"{C_TYPES[t.dtype]} *restrict y{n}" for n, t in enumerate(where.outputs)]
    takes += ["void *restrict scratch"] if i in e.plan.scratch else []
    lines = OPERATORS[where.node.op].emit(where).split("\n") if any(t.size for t in where.outputs) else []
    read = _words(lines)
    lines = [f"const {kind} *const x{n} = y0;" for n, kind in given if n in over and f"x{n}" in read] + lines
    lines = [*_unread(takes, lines), *lines]
    body = "\n".join("    " + line if line else line for line in lines)
    return f"{_comment(e, i)}\n" + broken(f"static void {e.functions[i]}({', '.join(takes)}) {{\n{body}\n}}\n")


def _words(lines: list[str]) -> set[str]:
    return set(re.findall(r"\w+", "\n".join(lines)))


def _unread(takes: list[str], lines: list[str]) -> list[str]:
    """Name the parameters that a body does not read, so that no compiler wonders: constants that became literals."""
    words = _words(lines)
    names = [take.rsplit("*", 1)[-1].split()[-1] for take in takes]
    unread = [f"(void){name}" for name in names if name not in words]
    return [f"{', '.join(unread)};"] if unread else []


def _written_over(e: Emission, i: int) -> set[int]:
    """Return the inputs of a node that lie where its output goes; its function finds them there."""
    if i not in e.plan.over:
        return set()
    inputs, root = e.graph.nodes[i].inputs, e.plan.root
    place = root[inputs[e.plan.over[i]]]
    return {k for k, name in enumerate(inputs) if name and root.get(name) == place}


def _chain(e: Emission, chain: Chain) -> str:
    """Write the function of a rolled chain."""

    def call(i: int, source: str, target: str) -> str:
        where = e.sites[i]
        weights = [_pointer(e, where, k) for k, n in enumerate(where.node.inputs) if n and k]
        scratch = [f"bytes + {e.plan.scratch[i]}"] if i in e.plan.scratch else []
        return f"{e.functions[i]}({', '.join([source, *weights, target, *scratch])});"

    return broken(rolled.chain_function(_rolled(e, chain), e.graph, e.plan, chain, values=e.values, call=call))


def _rolled(e: Emission, chain: Chain) -> str:
    return e.functions[chain.last].replace("do_", "roll_", 1)


def _comment(e: Emission, i: int) -> str:
    """Say what a function does, with what, in the model's names."""
    where = e.sites[i]
    fused = ", ".join(f"{k} {where.node.get(k)}" for k in ("low", "high", "pool") if k in where.node.attributes)
    part = " on some rows" if any(layer.index == i for c in e.plan.chains for layer in c.layers) else ""
    over = f", y0 over x{e.plan.over[i]}" if i in e.plan.over else ""
    lines = [f"/* {where.node.op}{f' with {fused}' if fused else ''}{part}{over}"]
    given = [(f"x{n}", name, where.input(n)) for n, name in enumerate(where.node.inputs) if name]
    results = [name for name in where.node.outputs if name]
    given += [(f"y{n}", *pair) for n, pair in enumerate(zip(results, where.outputs, strict=True))]
    for parameter, name, tensor in given:
        fixed = ", constant" if name in e.graph.constants else ""
        lines.append(f" *   {parameter} {e.values.get(name) or names.identifier(name)}: {tensor}{fixed}")
    return "\n".join([*lines, " */"])


def broken(text: str, *, width: int = 118) -> str:
    """Break lines of C that are too long to read, after commas."""
    lines: list[str] = []
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        while len(line) > width and (at := line.rfind(", ", indent + 1, width)) > 0:
            lines.append(line[: at + 1])
            line = " " * (indent + 8) + line[at + 2 :]
        lines.append(line)
    return "\n".join(lines)


def _signature(e: Emission) -> str:
    takes = [f"const {C_TYPES[e.graph.tensors[n].dtype]} *{e.values[n]}" for n in e.graph.inputs]
    takes += [f"{C_TYPES[e.graph.tensors[n].dtype]} *{_result(e, n)}" for n in e.graph.outputs]
    return f"void {e.name}_run({', '.join([*takes, 'void *arena'])})"


def _result(e: Emission, name: str) -> str:
    """What an output is called in the signature: the tensor, unless that lies in the arena and is copied out."""
    return e.values[name] if _direct(e, name) else f"{names.identifier(name, fallback='value')}_out"


def _direct(e: Emission, name: str) -> bool:
    return name not in e.plan.places and name not in e.graph.constants and name not in e.graph.inputs


def _main(e: Emission) -> str:
    g, p = e.graph, e.plan
    used = p.places or p.scratch or p.chains
    lines = ["unsigned char *const bytes = arena;"] if used else ["(void)arena;"]
    copies = [n for n in g.inputs if n in p.places]
    for name, place in p.places.items():
        lines.append(_declare(_local(e, name), g.tensors[name], place.begin))
    for name in copies:
        lines += _zeros(e, name)
        lines.append(f"memcpy({_local(e, name)}, {e.values[name]}, {g.tensors[name].nbytes});")
    starts = {chain.first: chain for chain in p.chains}
    inside = {layer.index for chain in p.chains for layer in chain.layers}
    for i, where in e.sites.items():
        if i in starts:
            lines += _run_chain(e, starts[i])
        if i in inside:
            continue
        for name in where.node.outputs:
            lines += _zeros(e, name) if name in p.places else []
        over = _written_over(e, i)
        arguments = [_pointer(e, where, k) for k, n in enumerate(where.node.inputs) if n and k not in over]
        arguments += [_value(e, n) for n in where.node.outputs if n]
        arguments += [f"bytes + {p.scratch[i]}"] if i in p.scratch else []
        lines.append(f"{e.functions[i]}({', '.join(arguments)});")
    for name in g.outputs:
        if not _direct(e, name):
            text = _weight(e, (name, ""), g.tensors[name]) if name in g.constants else _value(e, name)
            lines.append(f"memcpy({_result(e, name)}, {text}, {g.tensors[name].nbytes});")
    lines = [*_unread([e.values[n] for n in g.inputs], lines), *lines]
    return broken(f"{_signature(e)} {{\n" + "\n".join("    " + line for line in lines) + "\n}\n")


def _run_chain(e: Emission, chain: Chain) -> list[str]:
    source, target = e.graph.nodes[chain.first].inputs[0], e.graph.nodes[chain.last].outputs[0]
    zeros = _zeros(e, target) if target in e.plan.places else []
    return [*zeros, f"{_rolled(e, chain)}({_value(e, source)}, {_value(e, target)}, bytes);"]


def _declare(name: str, tensor: Tensor, begin: int) -> str:
    kind = C_TYPES[tensor.dtype]
    return f"{kind} *const {name} = ({kind} *)(void *)(bytes + {begin}); /* {tensor} */"


def _zeros(e: Emission, name: str) -> list[str]:
    """Clear the room beside a tensor that a convolution reads as padding."""
    place = e.plan.places[name]
    sides = ((place.offset, place.before), (place.begin + place.nbytes, place.after))
    return [f"memset(bytes + {at}, {place.zero}, {size});" for at, size in sides if size]


def _local(e: Emission, name: str) -> str:
    return f"{e.values[name]}_in" if name in e.graph.inputs else e.values[name]


def _value(e: Emission, name: str) -> str:
    root = e.plan.root[name]
    text = _local(e, root) if root in e.plan.places else e.values[root]
    same = e.graph.tensors[root].dtype == e.graph.tensors[name].dtype
    return text if same else f"(void *){text}"


def _pointer(e: Emission, where: Site, i: int) -> str:
    name = where.node.inputs[i]
    if name not in e.graph.constants:
        return _value(e, name)
    return _weight(e, _as_read(e.graph, where, i)[0], e.graph.tensors[name])


def _weight(e: Emission, key: tuple[str, str], tensor: Tensor) -> str:
    kind, at = C_TYPES[tensor.dtype], e.offsets[key]
    if kind == "uint8_t":
        return f"{e.name}_weights.bytes + {at}"
    width = weights.width(kind)
    return f"{e.name}_weights.as_{kind} + {at // width}"
