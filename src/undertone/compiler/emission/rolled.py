"""The C of a rolled chain: its windows, and one loop of steps around its layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from undertone.compiler.graph import Graph, Tensor
from undertone.compiler.loops import C_TYPES
from undertone.compiler.operators.reach import Gather
from undertone.compiler.planning.chain import Chain
from undertone.compiler.planning.memory import Plan


def chain_function(
    name: str,
    graph: Graph,
    plan: Plan,
    chain: Chain,
    *,
    values: Mapping[str, str],
    call: Callable[[int, str, str], str],
) -> str:
    """Write the function that runs a chain: ``static void NAME(source, target, bytes)``.

    Parameters
    ----------
    name : str
        What it is called.
    graph, plan, chain
        Of which graph and plan.
    values : mapping of str to str
        C's names of tensors.
    call : callable
        ``(index, input, output)`` to the C that calls the function of a node.
    """
    source_kind = C_TYPES[graph.tensors[graph.nodes[chain.first].inputs[0]].dtype]
    target_kind = C_TYPES[graph.tensors[graph.nodes[chain.last].outputs[0]].dtype]
    words = [values[graph.nodes[layer.index].inputs[0]] for layer in chain.layers]
    target = values[graph.nodes[chain.last].outputs[0]]
    held = [_joined(word, "rows") for word in words]
    forms = [_joined(word, "window") for word in words]
    lines = [f"static const ut_window {form} = {_fields(chain, k)};" for k, form in enumerate(forms)]
    lines += [_pointer(held[k], y.held, plan.windows[y.index]) for k, y in enumerate(chain.layers)]
    if chain.ragged:
        lines.append(_pointer("given", chain.given(len(words) - 1), plan.given[chain.last]))
    for rows, layer in zip(held, chain.layers, strict=True):
        if layer.window > layer.fresh:
            lines.append(f"memset({rows}, {layer.reach.blank}, {layer.held.nbytes});")
    steps = [f"ut_take(&{forms[0]}, {held[0]}, source, step);"]
    for k, after in enumerate(chain.layers[1:]):
        rows, form = held[k + 1], forms[k + 1]
        kept = (after.window - after.fresh) * _row(after.tensor)
        steps.append(f"if (ut_slide(&{form}, {rows}, step))")
        steps.append(f"    {call(chain.layers[k].index, held[k], f'{rows} + {kept}' if kept else rows)}")
        steps.append(f"ut_blank(&{form}, {rows}, step);")
    gather = chain.layers[-1].reach.gather
    steps += _take(chain, gather, C_TYPES[chain.output.dtype], held[-1]) if gather else _last(chain, call, held[-1])
    if gather and chain.last in plan.given:
        lines.append(f"void *const scratch = bytes + {plan.given[chain.last]};")
    lines += [f"{target_kind} *const y0 = target;", gather.begin] if gather else []
    lines.append(f"for (ptrdiff_t step = {-chain.lead}; step < {chain.steps}; step++) {{")
    lines += [*(_indented(step) for step in steps), "}"]
    lines += [gather.end] if gather and gather.end else []
    body = "\n".join(map(_indented, lines))
    kinds = f"const {source_kind} *source, {target_kind} *target, unsigned char *bytes"
    return f"{_comment(chain, words, target)}\nstatic void {name}({kinds}) {{\n{body}\n}}\n"


def _fields(chain: Chain, k: int) -> str:
    """Write the `ut_window` that layer k reads."""
    layer = chain.layers[k]
    row = layer.held.nbytes // layer.window
    fields = (layer.tensor.shape[1], layer.window, layer.fresh, layer.ahead, row, layer.reach.blank)
    return "{" + ", ".join(map(str, fields)) + "}"


def _last(chain: Chain, call: Callable[[int, str, str], str], held: str) -> list[str]:
    """Write the last layer's call: into the output itself, or by way of rows of which the last may be too many."""
    row = _row(chain.output)
    target = f"target + step * {chain.rows * row}"
    if not chain.ragged:
        return [("if (step >= 0) " if chain.lead else "") + call(chain.last, held, target)]
    return [
        *_rows_left(chain),
        call(chain.last, held, "given"),
        f"memcpy({target}, given, rows * {row} * sizeof *target);",
    ]


def _take(chain: Chain, gather: Gather, kind: str, held: str) -> list[str]:
    """Write what a last layer that gathers does with a step's rows."""
    return [*_rows_left(chain), f"const {kind} *const x0 = {held};", gather.take]


def _rows_left(chain: Chain) -> list[str]:
    """Write how many rows the last layer gives in a step, when the last step may give fewer."""
    left = f"const size_t left = (size_t)({chain.output.shape[1]} - step * {chain.rows});"
    rows = f"const size_t rows = left < {chain.rows} ? left : {chain.rows};"
    return [*(["if (step < 0) continue;"] if chain.lead else []), left, rows]


def _indented(text: str) -> str:
    return "\n".join("    " + line for line in text.split("\n"))


def _joined(word: str, end: str) -> str:
    return f"{word.rstrip('_')}_{end}"


def _row(tensor: Tensor) -> int:
    return tensor.size // tensor.shape[1]


def _pointer(name: str, tensor: Tensor, offset: int) -> str:
    kind = C_TYPES[tensor.dtype]
    return f"{kind} *const {name} = ({kind} *)(void *)(bytes + {offset}); /* {tensor} */"


def _comment(chain: Chain, words: list[str], target: str) -> str:
    rows = f"{chain.rows} {'row' if chain.rows == 1 else 'rows'}"
    does = f"take {rows} of {words[-1]}" if chain.gathers else f"give {rows} of {target}"
    lines = [f"/* {' -> '.join([*words, target])}, rolled: {chain.steps} steps that {does}."]
    for word, layer in zip(words, chain.layers, strict=True):
        lines.append(f" *   {word}: {layer.window} of its {layer.tensor.shape[1]} rows, {layer.fresh} new in each step")
    if chain.lead:
        lines.append(f" * The loop begins {chain.lead} early, to fill the windows.")
    return "\n".join([*lines, " */"])
