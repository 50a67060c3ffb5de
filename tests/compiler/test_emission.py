"""The emitted C: the interpreter's numbers, no warnings, nothing hidden, and text that people read."""

import platform
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from undertone.compiler import emit_c, evaluate, toolchain
from undertone.compiler.emission import weights
from undertone.compiler.graph import Tensor
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.operators.panels import PANEL

from .conftest import floats, run_c
from .networks import SHOWN
from .test_passes import first_channels

STRICT = ("-Wall", "-Wextra", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Werror")


@pytest.mark.parametrize("which", ["small", "first"])
def test_the_c_gives_the_interpreters_numbers(which, small, rng, tmp_path):
    graph = small if which == "small" else first_channels(rng).graph(["y"])
    x = floats(rng, *graph.tensors[graph.inputs[0]].shape)
    (y,) = run_c(graph, [x], tmp_path, flags=STRICT)
    assert np.abs(y - evaluate(graph, {graph.inputs[0]: x})[graph.outputs[0]]).max() < 1e-6


UNDEFINED = pytest.param(("-fsanitize=undefined", "-fno-sanitize-trap=all"), marks=pytest.mark.slow)


@pytest.mark.parametrize("flags", [("-DUT_LANES=1",), ("-DUT_LANES=4",), ("-DUT_LANES=8",), UNDEFINED])
def test_every_width_of_vector_agrees(flags, small, rng, tmp_path):
    x = floats(rng, 1, 19, 3)
    (y,) = run_c(small, [x], tmp_path, flags=flags)
    assert np.abs(y - evaluate(small, {"sound": x})["answer"]).max() < 1e-6


def test_it_allocates_nothing_and_keeps_nothing(small):
    text = str(emit_c(small, "small")["small.c"])
    assert not re.search(r"\b(malloc|calloc|free|printf|fopen)\b", text)
    statics = re.findall(r"^\s*static (?!inline)(?!const)(.*)$", text, re.M)
    assert all("(" in line for line in statics), "a mutable static"


def test_weights_read_back_to_the_same_bits(tmp_path, rng):
    array = np.concatenate([floats(rng, 5000), np.array([np.nan, np.inf, -0.0, 1e-42, 3.4e38], np.float32)])
    offsets, data = weights.lay_out({"a": np.arange(3, dtype=np.int64), "w": array})
    text = weights.source("w", data)
    shown = b"".join(_bytes(line) for line in re.findall(r'^"(.*)"(?:};)?$', text, re.M))
    assert shown == data
    assert data[offsets["w"] : offsets["w"] + array.nbytes] == array.tobytes()


def _bytes(literal: str) -> bytes:
    return bytes(int(m[1], 8) if m[1] else ord(m[0]) for m in re.finditer(r"\\([0-7]{1,3})|.", literal))


def test_python_and_c_pack_panels_of_one_width():
    text = (Path(__file__).parents[2] / "src/undertone/runtime/c/kernels/rows.h").read_text()
    assert int(re.search(r"#define UT_PANEL (\d+)", text)[1]) == PANEL


@pytest.mark.parametrize("name", SHOWN)
def test_the_houses_compiler_has_nothing_to_say(name, tmp_path):
    files = written(name, tmp_path)
    toolchain.build(files, tmp_path / "library", include=[tmp_path], flags=("-O0", *STRICT), shared=True)


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.skipif(
    shutil.which("gcc") is None, reason="no gcc on this machine; the ziglang wheel is what the house uses"
)
def test_gcc_has_nothing_to_say(name, tmp_path):
    """Neither of vectors nor of plain floats."""
    import subprocess

    files = [path.name for path in written(name, tmp_path)]
    for machine in ((), ("-DUT_LANES=1",), *([("-march=x86-64-v4",)] if platform.machine() == "x86_64" else [])):
        command = ["gcc", "-std=c11", "-fsyntax-only", *STRICT, *machine, *files]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def written(name: str, folder: Path) -> list[Path]:
    """Write a shown network's C; return its C files."""
    network, goal = SHOWN[name]
    for file, content in emit_c(network(), name, optimize=goal).items():
        (folder / file).write_bytes(content.encode() if isinstance(content, str) else content)
    return [folder / f"{name}.c", folder / f"{name}_weights.c"]


def test_what_a_body_does_not_read_is_named():
    """The shape of an input is known; the input is a parameter all the same."""
    b = GraphBuilder("named", "a network of the tests")
    shape = b.add("Shape", [b.input("unread", Tensor((4,)))], "shape")
    assert "    (void)x0;\n" in str(emit_c(b.graph([shape]), "named")["named.c"])
