"""Quantisation: near the float network, exact from the interpreter to every variant of the C."""

import itertools
from fractions import Fraction
from math import floor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undertone.compiler import evaluate, optimise
from undertone.compiler.graph import Graph, Tensor
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.operators.fixed_panels import AFTER, PANEL, fixed_panels, fixed_panels_size
from undertone.compiler.operators.fixed_point import fixed, rescale
from undertone.compiler.passes.quantise import islands, quantise
from undertone.compiler.passes.quantise_ranges import steps_of
from undertone.errors import ModelError

from .conftest import floats, run_c, small_network
from .test_passes import first_channels

NETWORKS = ("small", "first", "planes", "separate")
KERNELS = Path(__file__).parents[2] / "src/undertone/runtime/c/kernels"


def planes(rng: np.random.Generator) -> Graph:
    """Two axes: an ordinary, a depthwise and a strided convolution, a residual, a mean, a curve, a softmax."""
    b = GraphBuilder("planes", "a network of the tests")
    y = b.input("x", Tensor((1, 9, 7, 1)))
    last = {"layout": "last", "pads": (1, 1, 1, 1)}
    y = b.add("Conv", [y, b.constant("k1", floats(rng, 3, 3, 1, 20)), b.constant("b1", floats(rng, 20))], "c1", **last)
    a = b.add("Relu", [y], "r1")
    y = b.add("Conv", [a, b.constant("k2", floats(rng, 3, 3, 1, 20)), b.constant("b2", floats(rng, 20))], "c2",
              group=20, **last)  # fmt: skip
    y = b.add("HardSwish", [y], "h2")
    y = b.add("Add", [y, a], "sum")
    y = b.add("AveragePool", [y], "pool", kernel_shape=(2, 2), strides=(2, 2), layout="last")
    y = b.add("Conv", [y, b.constant("k3", floats(rng, 3, 3, 20, 37))], "c3", strides=(2, 1), **last)
    y = b.add("Sigmoid", [y], "curve")
    y = b.add(
        "ReduceMean",
        [b.add("Mul", [y, b.constant("gain", floats(rng, 37))], "gained")],
        "mean",
        axes=(1, 2),
        keepdims=0,
    )
    y = b.add("MatMul", [y, b.constant("k4", floats(rng, 37, 4))], "dense")
    return b.graph([b.add("Softmax", [y], "answer")])


def separate(rng: np.random.Generator) -> Graph:
    """One axis: depthwise convolutions of 90 channels (whole vectors and a rest), one under a pool, one strided."""
    b = GraphBuilder("separate", "a network of the tests")
    y = b.input("x", Tensor((1, 33, 5)))
    y = b.add("Conv", [y, b.constant("k1", floats(rng, 1, 5, 90))], "c1", layout="last")
    y = b.add("Conv", [y, b.constant("k2", floats(rng, 5, 1, 90)), b.constant("b2", floats(rng, 90))], "c2",
              group=90, layout="last", pads=(2, 2))  # fmt: skip
    y = b.add("MaxPool", [b.add("Relu", [y], "r2")], "pool", kernel_shape=(3,), strides=(3,), layout="last")
    y = b.add("Conv", [y, b.constant("k3", floats(rng, 4, 1, 90))], "c3", group=90, layout="last", strides=(2,))
    y = b.add("Conv", [y, b.constant("k4", floats(rng, 1, 90, 6))], "c4", layout="last")
    return b.graph([b.add("Softmax", [b.add("GlobalAveragePool", [y], "mean", layout="last")], "answer")])


def network(which: str, rng: np.random.Generator) -> Graph:
    made = {
        "small": small_network,
        "first": lambda rng: first_channels(rng).graph(["y"]),
        "planes": planes,
        "separate": separate,
    }
    return made[which](rng)


def quantised(which: str, rng: np.random.Generator) -> tuple[Graph, Graph, np.ndarray]:
    graph = network(which, rng)
    rows = floats(rng, 64, *graph.tensors[graph.inputs[0]].shape[1:])
    return graph, quantise(graph, rows), rows


def answers(graph: Graph, rows: np.ndarray) -> np.ndarray:
    return np.concatenate([evaluate(graph, {graph.inputs[0]: r[None]})[graph.outputs[0]] for r in rows])


@pytest.mark.parametrize("which", NETWORKS)
def test_the_answers_stay_near(which, rng):
    graph, made, _ = quantised(which, rng)
    rows = floats(rng, 40, *graph.tensors[graph.inputs[0]].shape[1:])
    wide, narrow = answers(graph, rows), answers(made, rows)
    assert np.abs(wide - narrow).mean() < 0.01
    assert (wide.argmax(1) == narrow.argmax(1)).mean() >= 0.9
    assert {n.op for n in islands(made)} == {"Softmax"} | ({"Add"} if which == "planes" else set())


STRICT = ("-O1", "-Wconversion", "-Wshadow", "-Werror", "-Wno-unused-function")
VARIANTS = {
    "plain": ("-DUT_DOT_PLAIN",),
    "AVX2": ("-mno-avx512f", "-mno-avx512vnni"),
    "SSE2": ("-mno-avx",),
    "undefined": ("-fsanitize=undefined", "-fno-sanitize-trap=all"),
}


@pytest.mark.parametrize("which", ["small", "planes", "separate"])
def test_the_c_gives_the_interpreters_integers(which, rng, tmp_path):
    agree_in_integers(which, STRICT, rng, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("which", NETWORKS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_of_the_dot_product_agrees(variant, which, rng, tmp_path):
    agree_in_integers(which, (*STRICT, "-O3", *VARIANTS[variant]), rng, tmp_path)


def agree_in_integers(which: str, flags: tuple[str, ...], rng: np.random.Generator, folder: Path) -> None:
    _, made, rows = quantised(which, rng)
    whole = integers(made)
    expected = evaluate(whole, {whole.inputs[0]: rows[:1]})
    for name, array in zip(whole.outputs, run_c(whole, [rows[:1]], folder, flags=flags), strict=True):
        np.testing.assert_array_equal(array, expected[name], err_msg=name)


def integers(graph: Graph) -> Graph:
    """The same graph, giving all that it computes in integers."""
    given = [n for node in graph.nodes for n in node.outputs if graph.tensors[n].dtype in ("uint8", "int32")]
    return graph.replace(outputs=tuple(given))


@settings(deadline=None)
@given(
    factor=st.floats(-3, 3).filter(lambda f: abs(f) > 1e-9),
    addend=st.floats(-300, 300),
    v=st.integers(-(2**30), 2**30),
)
def test_rescaling_is_the_real_number_rounded_once(factor, addend, v):
    """By exact fractions of what the integers stand for, and near the real numbers that they were made from."""
    from undertone.compiler.graph import Node

    made = fixed(factor, addend)
    node = Node("FixedConv", (), (), {"shift": made.shift, "floor": -(2**62), "ceiling": 2**62})
    whole = (v * int(made.multiplier[0]) + int(made.offset[0])) >> made.shift
    stands_for = Fraction(int(made.multiplier[0]) * v + int(made.offset[0]), 2**made.shift)
    assert whole == floor(stands_for)
    assert (
        abs(float(stands_for) - (v * factor + addend + 0.5)) <= 1e-8 * abs(v * factor) + abs(v) / 2**made.shift + 1e-6
    )
    byte = rescale(node.set(floor=0, ceiling=255), np.array([v]), made.multiplier, made.offset)
    assert byte == min(max(whole, 0), 255)


def test_one_far_value_does_not_cost_the_others_their_resolution(rng):
    values = floats(rng, 20_000)
    far = values.copy()
    far[0] = 1000
    assert steps_of([far]).step < 1.5 * steps_of([values]).step


def test_zero_is_a_byte(rng):
    for values in (floats(rng, 500) + 9, floats(rng, 500), np.zeros(500, np.float32)):
        steps = steps_of([values])
        assert 0 <= steps.zero <= 255 and steps.real(np.array(steps.zero)) == 0


def test_rounding_moves_no_channel_on_average(rng):
    """Weights that all round up shift every sum; the corrected bias takes the shift back."""
    b = GraphBuilder("biased", "a network of the tests")
    x = b.input("x", Tensor((1, 50)))
    kernel = np.full((50, 3), 0.503 / 127, np.float32)
    kernel[0] = 1.0
    graph = b.graph([b.add("MatMul", [x, b.constant("k", kernel)], "y")])
    rows = np.abs(floats(rng, 200, 50)) + 1
    error = answers(quantise(graph, rows), rows) - answers(graph, rows)
    assert np.abs(error.mean(axis=0)).max() < 0.02
    uncorrected = (np.rint(kernel * 127) / 127 - kernel).sum(axis=0) * rows.mean()
    assert np.abs(uncorrected).min() > 0.1


def test_python_and_c_pack_alike(rng):
    text = (KERNELS / "fixed_rows.h").read_text()
    assert f"#define UT_FIXED_PANEL {PANEL}\n" in text
    kernel = rng.integers(-127, 128, (2, 6, 37)).astype(np.int8)
    assert fixed_panels(kernel).size == fixed_panels_size(2, 6, 37)
    assert AFTER >= 64


@pytest.mark.parametrize("rows", [np.zeros((3, 57)), np.zeros((40, 56)), np.full((40, 57), np.nan), np.zeros(())])
def test_rows_that_do_not_fit_are_refused(small, rows):
    with pytest.raises(ModelError, match="calibration rows"):
        quantise(small, rows.astype(np.float32))


def test_what_has_no_form_in_integers_is_an_island(rng):
    b = GraphBuilder("island", "a network of the tests")
    x = b.input("x", Tensor((1, 6, 4)))
    y = b.add("Conv", [x, b.constant("k", floats(rng, 3, 4, 8))], "c", layout="last", pads=(1, 1))
    y = b.add("Softmax", [y], "inner", axis=-1)
    y = b.add("Conv", [y, b.constant("k2", floats(rng, 3, 8, 5))], "c2", layout="last")
    graph = b.graph([y])
    made = quantise(graph, floats(rng, 32, 6, 4))
    assert [n.op for n in islands(made)] == ["Softmax"]
    assert [n.op for n in made.nodes].count("FixedConv") == 2
    assert optimise(made).nodes


@pytest.mark.parametrize("flags", [(), VARIANTS["plain"], VARIANTS["undefined"]])
def test_products_by_padding_are_left_out_unseen(flags, rng, tmp_path):
    """Exact sums are those of the definition, whatever of the padding a block of rows meets; ``zero`` pads too."""
    b, rows, expected = GraphBuilder("padded", "a network of the tests"), [], []
    cases = [(20, 8, (3, 4)), (16, 8, (3, 4)), (11, 6, (5, 0)), (26, 9, (4, 4)), (9, 12, (6, 5)), (40, 8, (0, 5))]
    for (places, taps, pads), zero, inside in itertools.product(cases, (0, 9), (4, 6)):
        x = rng.integers(0, 255, (1, places, inside), np.uint8, endpoint=True)
        k = rng.integers(-127, 127, (taps, inside, 40), np.int8, endpoint=True)
        names = [b.input("x", Tensor(x.shape, "uint8")), b.constant("k", k), b.constant("bias", np.zeros(40, np.int32))]
        b.add("FixedConv", names, "y", pads=pads, zero=zero, layout="last")
        full = np.pad(x[0].astype(int), (pads, (0, 0)), constant_values=zero)
        windows = np.lib.stride_tricks.sliding_window_view(full, taps, axis=0)
        expected.append(np.einsum("pct,tcn->pn", windows, k.astype(int))[None])
        rows.append(x)
    graph = b.graph([node.outputs[0] for node in b.nodes])
    for y, sums in zip(run_c(graph, rows, tmp_path, flags=(*STRICT, *flags)), expected, strict=True):
        assert np.array_equal(y, sums)
