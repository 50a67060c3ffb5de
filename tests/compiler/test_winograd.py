"""Winograd's form of convolutions: the matrices by the definition, the C against double, and where it is chosen."""

import numpy as np
import pytest

from undertone.compiler import emit_c, optimise
from undertone.compiler.graph import Tensor
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.library import Library
from undertone.compiler.operators.winograd import NUMBERS, winograd
from undertone.compiler.operators.winograd_conv import parts
from undertone.compiler.passes.winograd import choose_winograd

from .conftest import floats, run_c

UNIT = 2.0**-24
FORMS = [(tile, taps) for tile in (2, 3, 4) for taps in (1, 2, 3, 4) if 1 < tile + taps - 1 <= len(NUMBERS) + 1]

# (axes, channels in and out, kernel, pads, batch): tiles that are not full, kernels of parts, edges, narrow panels.
CASES = (
    ((67,), 20, 40, (8,), (3, 4), 1),
    ((64,), 33, 32, (4,), (0, 0), 2),
    ((9,), 16, 24, (7,), (5, 1), 1),
    ((5,), 3, 7, (12,), (9, 8), 1),
    ((18,), 17, 5, (2,), (1, 0), 1),
    ((6, 13), 5, 33, (3, 3), (1, 1, 1, 1), 1),
    ((7, 8), 24, 24, (3, 2), (2, 0, 0, 1), 2),
    ((4, 5), 8, 8, (2, 4), (0, 6, 0, 6), 1),
)


@pytest.mark.parametrize(("tile", "taps"), FORMS)
def test_the_matrices_give_what_the_definition_gives(tile, taps, rng):
    d, g = rng.normal(size=tile + taps - 1), rng.normal(size=taps)
    f = winograd(tile, taps)
    assert f.inputs.shape == (tile + taps - 1,) * 2 and f.weights.shape == (tile + taps - 1, taps)
    assert np.allclose(f.outputs @ ((f.weights @ g) * (f.inputs @ d)), np.correlate(d, g), rtol=0, atol=1e-13)


def direct(x, k, pads):
    """A convolution by its definition, in double, channels last."""
    rank = x.ndim - 2
    x = np.pad(x.astype(float), [(0, 0), *zip(pads[:rank], pads[rank:], strict=True), (0, 0)])
    view = np.lib.stride_tricks.sliding_window_view(x, k.shape[:rank], axis=tuple(range(1, rank + 1)))
    return np.tensordot(
        view, np.moveaxis(k.astype(float), -2, 0), axes=[range(rank + 1, 2 * rank + 2), range(rank + 1)]
    )


def bound(x, k, pads, tile):
    """What `winograd` says that an output can be off by; for whole tiles, from the definition of each stage."""
    *lines, taps, inside, outputs = k.shape
    many, each = parts(taps)
    f = winograd(tile, each)
    points, rank = tile + each - 1, x.ndim - 2
    x = np.pad(np.abs(x.astype(float)), [(0, 0), *zip(pads[:rank], pads[rank:], strict=True), (0, 0)])
    places = x.shape[-2] - taps + 1
    tiles = -(-places // tile)
    x = np.pad(x, [(0, 0)] * rank + [(0, tiles * tile + many * each - 1 - x.shape[-2] + points), (0, 0)])
    g = np.zeros((*lines, many * each, inside, outputs))
    g[..., :taps, :, :] = np.abs(k)
    g = np.einsum("pj,...qjco->p...qco", np.abs(f.weights), g.reshape(*lines, many, each, inside, outputs))
    g = g.reshape(points, int(np.prod(lines)), many, inside, outputs)
    rows = x.reshape(x.shape[0], -1, *x.shape[-2:])
    out_lines = rows.shape[1] - g.shape[1] + 1
    y = np.zeros((x.shape[0], out_lines, tiles, tile, outputs))
    for t in range(tiles):
        for q in range(many):
            d = np.einsum("pi,blic->blpc", np.abs(f.inputs), rows[:, :, t * tile + q * each :][:, :, :points])
            for line in range(g.shape[1]):
                m = np.einsum("blpc,pco->blpo", d[:, line : line + out_lines], g[:, line, q])
                y[:, :, t] += np.einsum("ip,blpo->blio", np.abs(f.outputs), m)
    y = y.reshape(x.shape[0], out_lines, tiles * tile, outputs)[:, :, :places]
    terms = inside * many * g.shape[1] + 2 * points + 4
    return terms * UNIT * (y if rank == 2 else y[:, 0])


@pytest.mark.parametrize(
    "flags", [(), ("-DUT_LANES=8",), ("-DUT_LANES=4",), ("-DUT_LANES=1",), ("-fsanitize=undefined",)]
)
def test_the_c_is_within_its_bound_at_every_width(flags, rng, tmp_path):
    b, given, tiles = GraphBuilder("cases", "a network of the tests"), [], (4, 2)
    for axes, inside, outputs, kernel, pads, batch in CASES:
        for tile in tiles:
            x = b.input("x", Tensor((batch, *axes, inside)))
            k = floats(rng, *kernel, inside, outputs)
            b.add("Conv", [x, b.constant("k", k)], "y", pads=pads, layout="last", tile=tile)
            given.append((floats(rng, batch, *axes, inside), k, pads, tile))
    graph = b.graph([node.outputs[0] for node in b.nodes])
    got = run_c(graph, [x for x, *_ in given], tmp_path, flags=("-O1", *flags))
    for y, (x, k, pads, tile) in zip(got, given, strict=True):
        assert y.shape == direct(x, k, pads).shape
        assert (np.abs(y - direct(x, k, pads)) <= bound(x, k, pads, tile) + 1e-30).all(), (k.shape, tile)
        assert np.sqrt(np.mean((y - direct(x, k, pads)) ** 2)) <= 16 * UNIT * np.abs(direct(x, k, pads)).max()


@pytest.mark.parametrize("flags", [(), ("-DUT_LANES=1",)])
def test_what_follows_is_done_to_the_sums(flags, rng, tmp_path):
    """Bias, both bounds, scale and shift, and a pool whose windows do not end where tiles do."""
    b = GraphBuilder("after", "a network of the tests")
    x = b.input("x", Tensor((1, 47, 16)))
    k, bias, scale, shift = floats(rng, 8, 16, 40), *(floats(rng, 40) for _ in range(3))
    names = [b.constant(n, a) for n, a in (("k", k), ("bias", bias), ("scale", scale), ("shift", shift))]
    b.add("Conv", [x, *names], "y", pads=(3, 4), layout="last", tile=4, pool=3, low=-0.5, high=0.75)
    a = floats(rng, 1, 47, 16)
    (y,) = run_c(b.graph(["y"]), [a], tmp_path, flags=flags)
    sums = np.clip(direct(a, k, (3, 4)) + bias, -0.5, 0.75) * scale + shift
    assert np.abs(y - sums[:, :45].reshape(1, 15, 3, 40).max(axis=2)).max() < 1e-5


def network(rng, *, channels=32, places=64, **how):
    b = GraphBuilder("one", "a network of the tests")
    x = b.input("x", Tensor((1, places, channels)))
    y = b.add("Conv", [x, b.constant("k", floats(rng, 8, channels, 32))], "y", pads=(3, 4), layout="last", **how)
    return b.graph([y])


@pytest.mark.parametrize(
    ("how", "tile"),
    [
        ({}, 4),
        ({"places": 63}, 2),
        ({"places": 15}, 0),
        ({"channels": 8}, 0),
        ({"strides": (2,)}, 0),
        ({"dilations": (2,)}, 0),
    ],
)
def test_it_is_chosen_where_it_pays(how, tile, rng):
    (node,) = choose_winograd(optimise(network(rng, **how))).nodes
    assert node.get("tile", 0) == tile


def test_only_what_asks_for_it_gets_it(rng):
    graph = network(rng)
    assert "ut_winograd(" in str(emit_c(graph, "net", winograd=True)["net.c"])
    for how in ({}, {"optimize": "ram"}, {"own_math": True}):
        assert "ut_winograd" not in str(emit_c(graph, "net", **how)["net.c"])


def test_a_library_is_fast_or_reproducible(rng):
    """The reproducible profile sums directly, whole or rolled: the same bits; the fast one agrees within 1e-5 of 1."""
    graph, x = network(rng), floats(rng, 1, 64, 32)
    fast, same = Library(graph), Library(graph, profile="reproducible")
    rolled = Library(graph, profile="reproducible", optimize="ram")
    assert np.array_equal(same(x), rolled(x)) and not np.array_equal(fast(x), same(x))
    assert np.abs(fast(x) - same(x)).max() < 1e-5 * np.abs(same(x)).max()
