"""DFT, STFT: discrete Fourier transforms as sums of products in double, by a table of one turn; real or complex."""

from __future__ import annotations

import numpy as np

from undertone.compiler.graph import Array, Node, Tensor
from undertone.compiler.loops import C_TYPES, literal
from undertone.compiler.operators.operator import OPERATORS, Operator, Site
from undertone.compiler.operators.windows import count
from undertone.errors import ModelError, UnsupportedError


def _axis(node: Node, rank: int) -> int:
    """The last axis holds real and imaginary parts; negative axes count from the end."""
    return int(node.get("axis", -2)) % rank


def _dft_sizes(node: Node, shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Return (axis, length, steps of the output)."""
    axis = _axis(node, len(shape))
    if node.get("onesided") and node.get("inverse"):
        length = int(node.get("dft_length", 2 * (shape[axis] - 1)))
        return axis, length, length
    length = int(node.get("dft_length", shape[axis]))
    return axis, length, length // 2 + 1 if node.get("onesided") else length


def _dft_shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x = inputs[0]
    assert x is not None
    axis, _, out = _dft_sizes(node, x.shape)
    back = node.get("onesided") and node.get("inverse")
    shape = [out if i == axis else n for i, n in enumerate(x.shape)]
    return [Tensor((*shape[:-1], 1 if back else 2), x.dtype)]


def _dft(node: Node, inputs: list[Array | None]) -> list[Array]:
    x = inputs[0]
    assert x is not None
    axis, length, _ = _dft_sizes(node, x.shape)
    values = x[..., 0] if x.shape[-1] == 1 else x[..., 0] + 1j * x[..., 1]
    if node.get("onesided") and node.get("inverse"):
        return [np.fft.irfft(values, length, axis)[..., None].astype(x.dtype)]
    turn = np.fft.ifft(values, length, axis) if node.get("inverse") else np.fft.fft(values, length, axis)
    if node.get("onesided"):
        turn = np.take(turn, range(length // 2 + 1), axis=axis)
    return [np.stack([turn.real, turn.imag], axis=-1).astype(x.dtype)]


def _turns(length: int) -> str:
    angles = 2 * np.pi * np.arange(length) / length
    rows = ", ".join(f"{{{literal(np.cos(a), 'float64')}, {literal(np.sin(a), 'float64')}}}" for a in angles)
    return f"static const double turn[{length}][2] = {{{rows}}};"


def _emit_dft(site: Site) -> str:
    node, x = site.node, site.input(0)
    if node.get("onesided") and node.get("inverse"):
        return _emit_real_inverse(site)
    axis, length, out = _dft_sizes(node, x.shape)
    parts, stored = x.shape[-1], C_TYPES[x.dtype]
    outer, given, inner = count(x.shape[:axis]), min(x.shape[axis], length), count(x.shape[axis + 1 : -1])
    sign, scale = ("", f" / {length}") if node.get("inverse") else ("-", "")
    at = f"((o * {x.shape[axis]} + n) * {inner} + i) * {parts}"
    imaginary = f"x0[{at} + 1]" if parts == 2 else "0"
    return f"""{_turns(length)}
for (size_t o = 0; o < {outer}; o++)
    for (size_t k = 0; k < {out}; k++)
        for (size_t i = 0; i < {inner}; i++) {{
            double re = 0, im = 0;
            for (size_t n = 0; n < {given}; n++) {{
                const double c = turn[n * k % {length}][0], s = {sign}turn[n * k % {length}][1];
                const double a = x0[{at}], b = {imaginary};
                re += a * c - b * s;
                im += a * s + b * c;
            }}
            y0[((o * {out} + k) * {inner} + i) * 2] = ({stored})(re{scale});
            y0[((o * {out} + k) * {inner} + i) * 2 + 1] = ({stored})(im{scale});
        }}"""


def _emit_real_inverse(site: Site) -> str:
    """Half a spectrum back to real values: the other half is its mirror."""
    x = site.input(0)
    axis, length, _ = _dft_sizes(site.node, x.shape)
    stored = C_TYPES[x.dtype]
    outer, given, inner = count(x.shape[:axis]), x.shape[axis], count(x.shape[axis + 1 : -1])
    last = min(given, length // 2 + 1)
    return f"""{_turns(length)}
for (size_t o = 0; o < {outer}; o++)
    for (size_t n = 0; n < {length}; n++)
        for (size_t i = 0; i < {inner}; i++) {{
            double sum = 0;
            for (size_t k = 0; k < {last}; k++) {{
                const {stored} *const v = x0 + ((o * {given} + k) * {inner} + i) * 2;
                const double twice = k == 0 || 2 * k == {length} ? 1 : 2;
                sum += twice * (v[0] * turn[n * k % {length}][0] - v[1] * turn[n * k % {length}][1]);
            }}
            y0[(o * {length} + n) * {inner} + i] = ({stored})(sum / {length});
        }}"""


def _stft_sizes(node: Node, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Return (frame length, hop, frames, bins)."""
    length, hop = int(node.get("frame_length")), int(node.get("frame_step"))
    return length, hop, (shape[1] - length) // hop + 1, length // 2 + 1 if node.get("onesided", 1) else length


def _stft_shapes(node: Node, inputs: list[Tensor | None]) -> list[Tensor]:
    x = inputs[0]
    assert x is not None
    length, _, frames, bins = _stft_sizes(node, x.shape)
    window = inputs[1] if len(inputs) > 1 else None
    if window is not None and window.shape != (length,):
        raise ModelError(f"{node}: a window {window} does not fit frames of {length} samples")
    return [Tensor((x.shape[0], frames, bins, 2), x.dtype)]


def _stft(node: Node, inputs: list[Array | None]) -> list[Array]:
    x, window = (*inputs, None)[:2]
    assert x is not None
    length, hop, frames, bins = _stft_sizes(node, x.shape)
    values = x.reshape(x.shape[:2]) if x.ndim < 3 or x.shape[2] == 1 else x[..., 0] + 1j * x[..., 1]
    cut = np.stack([values[:, f * hop : f * hop + length] for f in range(frames)], axis=1)
    turn = np.fft.fft(cut * (1 if window is None else window), axis=-1)[..., :bins]
    return [np.stack([turn.real, turn.imag], axis=-1).astype(x.dtype)]


def _emit_stft(site: Site) -> str:
    x = site.input(0)
    length, hop, frames, bins = _stft_sizes(site.node, x.shape)
    parts, stored = x.shape[2] if len(x.shape) > 2 else 1, C_TYPES[x.dtype]
    weight = "x1[n] * " if site.has(1) else ""
    imaginary = f"{weight}x0[(b * {x.shape[1]} + f * {hop} + n) * {parts} + 1]" if parts == 2 else "0"
    return f"""{_turns(length)}
for (size_t b = 0; b < {x.shape[0]}; b++)
    for (size_t f = 0; f < {frames}; f++)
        for (size_t k = 0; k < {bins}; k++) {{
            double re = 0, im = 0;
            for (size_t n = 0; n < {length}; n++) {{
                const double c = turn[n * k % {length}][0], s = -turn[n * k % {length}][1];
                const double v = {weight}x0[(b * {x.shape[1]} + f * {hop} + n) * {parts}], w = {imaginary};
                re += v * c - w * s;
                im += v * s + w * c;
            }}
            y0[((b * {frames} + f) * {bins} + k) * 2] = ({stored})re;
            y0[((b * {frames} + f) * {bins} + k) * 2 + 1] = ({stored})im;
        }}"""


def _check(site: Site) -> None:
    if not site.input(0).dtype.startswith("float"):
        raise UnsupportedError(f"{site.node}: is compiled for float32, not for {site.input(0).dtype}")


OPERATORS.add("DFT", Operator(_dft, _emit_dft, shapes=_dft_shapes, check=_check))
OPERATORS.add("STFT", Operator(_stft, _emit_stft, arity=(1, 2), shapes=_stft_shapes, check=_check))
