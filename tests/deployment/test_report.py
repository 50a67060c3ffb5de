"""Reports: counts against hand-made ones, sizes against known C, boards, and the page."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from undertone.compiler import Tensor, optimise, toolchain
from undertone.compiler.account import node_costs, total_macs
from undertone.compiler.elf import loaded_bytes
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.planning.rolling import plan_for
from undertone.deployment import compile_model
from undertone.deployment.boards import boards, fits
from undertone.deployment.node_errors import node_errors
from undertone.deployment.report_page import report_page
from undertone.runtime import metal

from ..compiler.networks import SHOWN


def test_multiply_adds_are_those_of_the_textbook():
    """A convolution, a pool that drops rows, a dense layer: kernel times channels times rows, depth times outputs."""
    rng = np.random.default_rng(0)
    builder = GraphBuilder("net", "a test")
    x = builder.input("x", Tensor((1, 3, 20)))
    kernel = builder.constant("k", rng.standard_normal((8, 3, 5)).astype(np.float32))
    y = builder.add("Conv", [x, kernel], "conv", pads=(2, 2))
    y = builder.add("MaxPool", [y], "pool", kernel_shape=(8,), strides=(8,))
    y = builder.add("Flatten", [y], "flat", axis=1)
    dense = builder.constant("w", rng.standard_normal((16, 4)).astype(np.float32))
    costs = node_costs(builder.graph([builder.add("MatMul", [y, dense], "dense")]))
    assert {c.op: c.macs for c in costs if c.macs} == {"Conv": 16 * 8 * 3 * 5, "MatMul": 16 * 4}
    assert total_macs(costs) == 16 * 8 * 3 * 5 + 16 * 4
    assert sum(c.weight_bytes for c in costs) == 4 * (8 * 3 * 5 + 16 * 4)


def test_recurrent_layers_count_a_step_at_a_time():
    rng = np.random.default_rng(0)
    builder = GraphBuilder("net", "a test")
    x = builder.input("x", Tensor((7, 1, 5)))
    w, r = (builder.constant(n, rng.standard_normal((1, 9, k)).astype(np.float32)) for n, k in (("w", 5), ("r", 3)))
    (cost,) = (c for c in node_costs(builder.graph([builder.add("GRU", [x, w, r], "gru", hidden_size=3)])) if c.macs)
    assert cost.macs == 7 * (9 * 5 + 9 * 3)


def test_boards_are_judged_by_flash_and_ram():
    names = {b.name for b in boards()}
    assert len(names) == len(boards()) == 11 and all(b.source.startswith("https://") for b in boards())
    assert not any(f.reasons for f in fits(50_000, 20_000))
    refused = {f.board.name: f.reasons for f in fits(3 << 20, 300_000) if f.reasons}
    assert refused["Arduino Nano 33 BLE Sense"] == ("3.2 times the flash", "1.1 times the RAM")
    assert refused["SparkFun Edge"] == ("3.1 times the flash",)
    assert "RP2350 (Raspberry Pi Pico 2)" not in refused


def test_a_program_gets_no_more_than_the_maker_says():
    for b in boards():
        assert b.program_flash_bytes <= b.flash_bytes and b.program_ram_bytes <= b.ram_bytes
        assert b.layout and b.microphone and b.layout_source.startswith("https://")
    alone = {f.board.name for f in fits(108_174, 520_359) if not f.reasons and f.board.flash_bytes}
    assert alone == {"RP2350 (Raspberry Pi Pico 2)"}, "caches take a third of an ESP32-S3's 512 KB"


@pytest.mark.slow
def test_loaded_bytes_are_what_the_program_holds(tmp_path):
    """A table of 400 bytes that is used, one that is not, a variable: the linker keeps what is called."""
    (tmp_path / "known.c").write_text(
        "static const int table[100] = {1, 2, 3};\nconst int unused[5000] = {1};\nint counted[25];\n"
        "int top(int i) { counted[i] = 1; return table[i]; }\nint other(int i) { return unused[i] * counted[i]; }\n"
    )
    board = metal.BOARDS["cortex-m4"]
    flags = ["-ffreestanding", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections", "-Wl,-e,top"]
    toolchain.build([tmp_path / "known.c"], tmp_path / "known", flags=flags, triple=board.triple, cpu=board.processor)
    code, constants, variables = loaded_bytes((tmp_path / "known").read_bytes())
    assert 10 <= code < 100 and 400 <= constants < 440 and 100 <= variables < 140


@pytest.mark.slow
def test_a_compiled_bundle_is_measured(small_file, tmp_path):
    made = compile_model(small_file, rate=16_000, out=tmp_path / "out")
    values = json.loads((made.folder / "report.json").read_text())
    assert values["network"]["macs"] == 162 * 3 and values["network"]["weights"] == 162 * 3
    header = (made.folder / "c/small_listener.h").read_text()
    assert f"#define SMALL_STATE_BYTES {values['sound']['state_bytes']}\n" in header
    assert values["needs"]["flash_bytes"] == (
        values["cortex_m4"]["code_bytes"] + values["cortex_m4"]["constant_bytes"] + values["network"]["weight_bytes"]
    )
    assert 20_000 < values["cortex_m4"]["code_bytes"] < 60_000, "the other feature sets' code stays out"
    assert "#define UT_ONLY 1 /* article.v1 */\n" in (made.folder / "c/frontend/sets.c").read_text()
    assert 50 < values["cortex_m4"]["network_stack_bytes"] <= values["cortex_m4"]["stack_bytes"] < 20_000
    assert values["error"]["wrong"] == 0 and values["error"]["largest"] < 1e-4
    assert max(n["arena_bytes"] for n in values["nodes"]) == values["network"]["arena_bound_bytes"]
    assert all(0 <= n["error"] < 1e-5 and 0 <= n["stack_bytes"] < 2_000 for n in values["nodes"])
    page = (made.folder / "report.html").read_text()
    assert page == report_page(values)
    assert not re.search(r"<script|None|nan", page) and all(b.name in page for b in boards())
    assert "report" in made.summary()[-1]


@pytest.mark.slow
def test_a_node_is_judged_by_what_numpy_gives_there():
    """Two nodes of known answers; and a wrong constant in the C would show at its own node first."""
    builder = GraphBuilder("net", "a test")
    x = builder.input("x", Tensor((1, 8)))
    y = builder.add("MatMul", [x, builder.constant("w", np.eye(8, dtype=np.float32))], "same")
    errors = node_errors(builder.graph([builder.add("Softmax", [y], "shares")]))
    assert list(errors) == ["do_same", "do_shares"]
    assert errors["do_same"] == 0 and 0 <= errors["do_shares"] < 1e-6


@pytest.mark.parametrize("optimize", ["speed", "ram"])
def test_the_most_of_the_arena_that_lives_at_a_node_is_the_bound(optimize):
    """By the plan's own blocks, for networks with and without rolled layers."""
    for make, _ in SHOWN.values():
        graph = make()
        costs = node_costs(graph, optimize=optimize)
        plan = plan_for(optimise(graph), optimize)
        assert max(c.arena_bytes for c in costs) == plan.bound_bytes
        assert any(c.rolled for c in costs) == bool(plan.chains)
