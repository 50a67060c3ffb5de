"""RNN, GRU, LSTM: recurrent layers, forwards, backwards or both; ONNX's gates, orders and layouts.

One step of one direction, with Wx the input's part and Rh the state's part of all gates at once (biases added):

    RNN   h = f(Wx + Rh)
    GRU   z, r = f(Wx + Rh);  n = g(Wx + R(r * h)), or g(Wx + r * Rh) by ``linear_before_reset``;
          h = (1 - z) * n + z * h
    LSTM  i, o, f = f(Wx + Rh + P * c);  c = f * c + i * g(Wx + Rh);  h = o * k(c)

In C, Wx of several steps is one matrix product; Rh is one product a step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import literal
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.panels import panels
from undertone.errors import ModelError, UnsupportedError

GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
DEFAULTS = {"RNN": ("Tanh",), "GRU": ("Sigmoid", "Tanh"), "LSTM": ("Sigmoid", "Tanh", "Tanh")}
CURVES: dict[str, tuple[Callable[[Array], Array], str]] = {
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), "1.0f / (1.0f + expf(-({})))"),
    "tanh": (np.tanh, "tanhf({})"),
    "relu": (lambda x: np.maximum(x, 0), "fmaxf(0.0f, {})"),
}
CHUNK = 10  # rows that the kernel takes at once where vectors are widest


@dataclass(frozen=True)
class Layer:
    """The sizes of a layer, and its settings."""

    steps: int
    batch: int
    width: int
    hidden: int
    directions: int
    gates: int
    batch_first: bool
    clip: float | None

    @property
    def outputs(self) -> list[tuple[int, ...]]:
        """Shapes of the sequence, the last state and (LSTM) the last cell."""
        d, h = self.directions, self.hidden
        if self.batch_first:
            return [(self.batch, self.steps, d, h), (self.batch, d, h), (self.batch, d, h)]
        return [(self.steps, d, self.batch, h), (d, self.batch, h), (d, self.batch, h)]


def layer(node: Node, x: tuple[int, ...], recurrence: tuple[int, ...]) -> Layer:
    """Read a node's sizes."""
    if len(x) != 3 or len(recurrence) != 3:
        raise ModelError(f"{node}: expected an input of 3 axes and a recurrence of 3, got {x} and {recurrence}")
    first = bool(node.get("layout", 0))
    steps, batch = (x[1], x[0]) if first else (x[0], x[1])
    directions = 2 if node.get("direction") == "bidirectional" else 1
    clip = node.get("clip")
    return Layer(
        steps, batch, x[2], recurrence[2], directions, GATES[node.op], first, None if clip is None else float(clip)
    )


def curves(node: Node, direction: int) -> list[str]:
    """Return the names of a direction's activations, in small letters."""
    names = [str(n).lower() for n in node.get("activations", ())] or [n.lower() for n in DEFAULTS[node.op]] * 2
    each = len(DEFAULTS[node.op])
    chosen = names[direction * each : (direction + 1) * each]
    for name in chosen:
        if name not in CURVES:
            raise UnsupportedError(f"{node}: the activation {name!r} is not compiled; {', '.join(CURVES)} are")
    return chosen


def _shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x, recurrence = inputs[0], inputs[2]
    assert x is not None and recurrence is not None
    one = layer(node, x.shape, recurrence.shape)
    curves(node, one.directions - 1)
    _fits(node, one, inputs)
    return [Tensor(shape, x.dtype) for shape in one.outputs[: 3 if node.op == "LSTM" else 2]]


def _fits(node: Node, one: Layer, inputs: list[Tensor | None]) -> None:
    """Refuse weights and states of other shapes than the layer's: the C reads as far as these say."""
    d, rows = one.directions, one.gates * one.hidden
    state = one.outputs[1]
    shapes = {
        "weights": (1, (d, rows, one.width)),
        "recurrence": (2, (d, rows, one.hidden)),
        "bias": (3, (d, 2 * rows)),
        "state": (5, state),
        "cell": (6, state),
        "peepholes": (7, (d, 3 * one.hidden)),
    }
    for word, (i, shape) in shapes.items():
        tensor = inputs[i] if i < len(inputs) else None
        if tensor is not None and tensor.shape != shape:
            raise ModelError(f"{node}: its {word} must have shape {shape}, got {tensor.shape}")
    if (hidden := node.get("hidden_size")) is not None and int(hidden) != one.hidden:
        raise ModelError(f"{node}: hidden_size is {hidden}, its recurrence says {one.hidden}")


def _compute(node: Node, inputs: list[Array | None]) -> list[Array]:
    x, w, r, b, lengths, h0, c0, p = (*inputs, *(None,) * 8)[:8]
    assert x is not None and w is not None and r is not None
    if lengths is not None and not (lengths == (x.shape[1] if node.get("layout", 0) else x.shape[0])).all():
        raise UnsupportedError(f"{node}: sequences of different lengths are not compiled")
    one = layer(node, x.shape, r.shape)
    x = np.swapaxes(x, 0, 1) if one.batch_first else x
    sequence = np.zeros((one.steps, one.directions, one.batch, one.hidden), x.dtype)
    states, cells = np.zeros_like(sequence[0]), np.zeros_like(sequence[0])
    for d in range(one.directions):
        back = d == 1 or node.get("direction") == "reverse"
        bias = np.zeros(2 * one.gates * one.hidden, x.dtype) if b is None else b[d]
        h = _start(h0, one, d, x)
        c = _start(c0, one, d, x)
        peep = np.zeros(3 * one.hidden, x.dtype) if p is None else p[d]
        for t in range(one.steps - 1, -1, -1) if back else range(one.steps):
            h, c = _step(node, one, curves(node, d), x[t], w[d], r[d], bias, peep, h, c)
            sequence[t, d] = h
        states[d], cells[d] = h, c
    if one.batch_first:
        sequence, states, cells = sequence.transpose(2, 0, 1, 3), states.swapaxes(0, 1), cells.swapaxes(0, 1)
    return [np.ascontiguousarray(a) for a in (sequence, states, cells)][: 3 if node.op == "LSTM" else 2]


def _start(given: Array | None, one: Layer, d: int, x: Array) -> Array:
    if given is None:
        return np.zeros((one.batch, one.hidden), x.dtype)
    return np.asarray(given[:, d] if one.batch_first else given[d])


def _step(
    node: Node, one: Layer, names: list[str], x: Array, w: Array, r: Array, b: Array, p: Array, h: Array, c: Array
) -> tuple[Array, Array]:
    n, f = one.hidden, [CURVES[name][0] for name in names]

    def cut(v: Array) -> Array:
        return v if one.clip is None else np.clip(v, -one.clip, one.clip)

    from_x, from_h = x @ w.T + b[: one.gates * n], h @ r.T + b[one.gates * n :]
    if node.op == "RNN":
        return f[0](cut(from_x + from_h)), c
    if node.op == "GRU":
        z, reset = (f[0](cut(from_x[:, i * n : (i + 1) * n] + from_h[:, i * n : (i + 1) * n])) for i in (0, 1))
        if node.get("linear_before_reset", 0):
            inner = reset * from_h[:, 2 * n :]
        else:
            inner = (reset * h) @ r[2 * n :].T + b[5 * n :]
        return (1 - z) * f[1](cut(from_x[:, 2 * n :] + inner)) + z * h, c
    total = from_x + from_h
    i, o, forget, new = (total[:, k * n : (k + 1) * n] for k in range(4))
    i, forget = f[0](cut(i + p[:n] * c)), f[0](cut(forget + p[2 * n :] * c))
    c = forget * c + i * f[1](cut(new))
    return f[0](cut(o + p[n : 2 * n] * c)) * f[2](c), c


def packed(site: Site) -> bool:
    """Say whether weights are known now, so that they can lie as the rows kernel wants them."""
    return all(site.constants[i] is not None for i in (1, 2))


def _pack(node: Node, i: int, array: Array) -> Array:
    """Lay the weights of each direction out by panels; the new gate of a GRU apart when its product comes later."""
    if i not in (1, 2) or array.dtype != np.float32:
        return array
    parts = [part for one in array for part in _products(node, i, one)]
    return np.concatenate([panels(np.ascontiguousarray(part.T)) for part in parts])


def _products(node: Node, i: int, matrix: Array) -> list[Array]:
    if i == 2 and node.op == "GRU" and not node.get("linear_before_reset", 0):
        return np.split(matrix, [2 * matrix.shape[1]])
    return [matrix]


def _chunk(site: Site, one: Layer) -> int:
    """How many steps' input parts are computed at once: as many rows as the kernel takes."""
    return min(CHUNK, one.steps) if packed(site) else 1


def _scratch(site: Site) -> int:
    one = layer(site.node, site.input(0).shape, site.input(2).shape)
    return 4 * one.hidden * ((1 + _chunk(site, one)) * one.gates + 3)


def _emit(site: Site) -> str:
    one = layer(site.node, site.input(0).shape, site.input(2).shape)
    blocks = [_emit_direction(site, one, d) for d in range(one.directions)]
    total = one.gates * one.hidden
    head = f"float *const parts = (float *)scratch, *const v = parts + {_chunk(site, one) * total};\n"
    head += f"float *const h = v + {total}, *const c = h + {one.hidden};"
    spare = f"float *const q = c + {one.hidden};" if _later(site.node) else ""
    return "\n".join(line for line in (head, spare, *blocks) if line)


def _emit_direction(site: Site, one: Layer, d: int) -> str:
    node, n, total = site.node, one.hidden, one.gates * one.hidden
    back = d == 1 or node.get("direction") == "reverse"
    out = (
        f"((b * {one.steps} + t) * {one.directions} + {d})"
        if one.batch_first
        else f"((t * {one.directions} + {d}) * {one.batch} + b)"
    )
    end = f"(b * {one.directions} + {d})" if one.batch_first else f"({d} * {one.batch} + b)"
    begin_h = f"x5[{end} * {n} + i]" if site.has(5) else "0"
    begin_c = f"x6[{end} * {n} + i]" if site.has(6) else "0"
    chunk = _chunk(site, one)
    count = str(chunk) if one.steps % chunk == 0 else f"{one.steps} - from < {chunk} ? {one.steps} - from : {chunk}"
    copies = f"memcpy(y1 + {end} * {n}, h, {4 * n});"
    copies += f" memcpy(y2 + {end} * {n}, c, {4 * n});" if node.op == "LSTM" else ""
    return f"""for (size_t b = 0; b < {one.batch}; b++) {{
    for (size_t i = 0; i < {n}; i++) h[i] = {begin_h}, c[i] = {begin_c};
    for (size_t from = 0, count; from < {one.steps}; from += count) {{
        count = {count};
        const size_t first = {f"{one.steps} - from - count" if back else "from"};
{_from_input(site, one, d)}
        for (size_t s = 0; s < count; s++) {{
            const size_t t = first + {"count - 1 - s" if back else "s"};
            const float *const u = parts + (t - first) * {total};
{_from_state(site, one, d)}
{_emit_step(site, one, d)}
            memcpy(y0 + {out} * {n}, h, {4 * n});
        }}
    }}
    {copies}
}}"""


def _bias(site: Site, one: Layer, d: int, *, state: bool) -> str:
    """Write where a direction's biases of the input's or the state's part begin."""
    total = one.gates * one.hidden
    return f"x3 + {d * 2 * total + (total if state else 0)}" if site.has(3) else "NULL"


def _from_input(site: Site, one: Layer, d: int) -> str:
    """Write the input's part of all gates, for the steps of a chunk."""
    total = one.gates * one.hidden
    row, step = (f"b * {one.steps} + first", 1) if one.batch_first else (f"first * {one.batch} + b", one.batch)
    x = f"x0 + ({row}) * {one.width}"
    if not packed(site):
        bias = f"x3[{d * 2 * total} + i]" if site.has(3) else "0"
        return _plain_product(total, one.width, "parts", x, f"x1 + {d * total * one.width}", bias, " " * 8)
    shape = _shape("count", total, one.width, step * one.width)
    post = f"(ut_post){{{_bias(site, one, d, state=False)}, NULL, NULL}}"
    return f"""        const ut_rows_shape in = {shape};
        ut_rows(&in, {x}, x1 + {d * total * one.width}, {post}, parts);"""


def _from_state(site: Site, one: Layer, d: int) -> str:
    """Write the state's part of the gates that need no reset state."""
    n, total = one.hidden, one.gates * one.hidden
    columns = 2 * n if _later(site.node) else total
    if not packed(site):
        bias = f"x3[{d * 2 * total + total} + i]" if site.has(3) else "0"
        return _plain_product(columns, n, "v", "h", f"x2 + {d * total * n}", bias, " " * 12)
    post = f"(ut_post){{{_bias(site, one, d, state=True)}, NULL, NULL}}"
    return f"""            static const ut_rows_shape state = {_shape(1, columns, n, n)};
            ut_rows(&state, h, x2 + {d * total * n}, {post}, v);"""


def _from_reset(site: Site, one: Layer, d: int) -> str:
    """Write the new gate's part of a GRU's reset state: r * h, in place of the last third of v, to q."""
    n, total = one.hidden, one.gates * one.hidden
    weights = f"x2 + {d * total * n + 2 * n * n}"
    if not packed(site):
        bias = f"x3[{d * 2 * total + total + 2 * n} + i]" if site.has(3) else "0"
        return _plain_product(n, n, "q", f"v + {2 * n}", weights, bias, " " * 12)
    bias = f"x3 + {d * 2 * total + total + 2 * n}" if site.has(3) else "NULL"
    return f"""            static const ut_rows_shape reset = {_shape(1, n, n, n)};
            ut_rows(&reset, v + {2 * n}, {weights}, (ut_post){{{bias}, NULL, NULL}}, q);"""


def _later(node: Node) -> bool:
    """Say whether the new gate's product comes after the reset gate."""
    return node.op == "GRU" and not node.get("linear_before_reset", 0)


def _shape(rows: int | str, columns: int, depth: int, step: int) -> str:
    return (
        f"{{.rows = {rows}, .columns = {columns}, .step = {step}, .outer = 1, .inner = 1, .depth = {depth}, "
        f".y_step = {columns}, .pool = 1, .low = -INFINITY, .high = INFINITY}}"
    )


def _plain_product(columns: int, depth: int, y: str, x: str, w: str, bias: str, indent: str) -> str:
    """Write a product with weights that come at run time, a row a column of the result."""
    lines = [
        f"for (size_t i = 0; i < {columns}; i++) {{",
        f"    {y}[i] = {bias};",
        f"    for (size_t k = 0; k < {depth}; k++) {y}[i] += ({x})[k] * ({w})[i * {depth} + k];",
        "}",
    ]
    return "\n".join(indent + line for line in lines)


def _emit_step(site: Site, one: Layer, d: int) -> str:
    node, n = site.node, one.hidden
    shapes = [CURVES[name][1] for name in curves(node, d)]

    def curve(k: int, text: str) -> str:
        inside = text if one.clip is None else f"fmaxf({literal(-one.clip)}, fminf({literal(one.clip)}, {text}))"
        return shapes[k].format(inside)

    if node.op == "RNN":
        return f"            for (size_t i = 0; i < {n}; i++) h[i] = {curve(0, 'u[i] + v[i]')};"
    if node.op == "LSTM":
        p = [f" + x7[{d * 3 * n + k * n} + i] * c[i]" if site.has(7) else "" for k in range(3)]
        return f"""            for (size_t i = 0; i < {n}; i++) {{
                const float in = {curve(0, "u[i] + v[i]" + p[0])};
                const float forget = {curve(0, f"u[{2 * n} + i] + v[{2 * n} + i]" + p[2])};
                c[i] = forget * c[i] + in * {curve(1, f"u[{3 * n} + i] + v[{3 * n} + i]")};
                const float out = {curve(0, f"u[{n} + i] + v[{n} + i]" + p[1])};
                h[i] = out * {shapes[2].format("c[i]")};
            }}"""
    reset = curve(0, f"u[{n} + i] + v[{n} + i]")
    inner, before, now = f"r * v[{2 * n} + i]", "", f"\n                const float r = {reset};"
    if _later(node):
        inner, now = "q[i]", ""
        before = f"            for (size_t i = 0; i < {n}; i++) v[{2 * n} + i] = {reset} * h[i];\n"
        before += _from_reset(site, one, d) + "\n"
    return f"""{before}            for (size_t i = 0; i < {n}; i++) {{
                const float z = {curve(0, "u[i] + v[i]")};{now}
                h[i] = (1 - z) * {curve(1, f"u[{2 * n} + i] + {inner}")} + z * h[i];
            }}"""


def _check(site: Site) -> None:
    site.only_float32()
    if site.has(4) and site.constants[4] is None:
        raise UnsupportedError(f"{site.node}: lengths of sequences that come at run time are not compiled")
    if site.node.get("input_forget"):
        raise UnsupportedError(f"{site.node}: coupled input and forget gates are not compiled")
    if site.node.get("activation_alpha") or site.node.get("activation_beta"):
        raise UnsupportedError(f"{site.node}: activations with parameters are not compiled")


for _name in GATES:
    OPERATORS.add(
        _name,
        Operator(
            _compute,
            _emit,
            arity=(3, 8),
            shapes=_shapes,
            kernels=lambda site: ("post", "rows") if packed(site) else (),
            pack=_pack,
            scratch=_scratch,
            check=_check,
            constants=(4,),
        ),
    )
