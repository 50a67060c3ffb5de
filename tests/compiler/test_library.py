"""A graph as a library in this process, kept between processes: the interpreter's numbers."""

import subprocess
import sys
import threading

import numpy as np
import pytest

from undertone.compiler import Network, library_cache, run, toolchain
from undertone.compiler import network as networks
from undertone.compiler.graph import Tensor
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.library import Library
from undertone.compiler.packing import pack
from undertone.errors import MissingExtraError, ModelError, ToolchainError

from .conftest import floats, small_network


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("UNDERTONE_HOME", str(tmp_path))
    return tmp_path


def test_many_threads_ask_one_library(small, rng):
    library = Library(small)
    inputs = [floats(rng, 1, 19, 3) for _ in range(8)]
    answers = [[] for _ in inputs]

    def ask(i):
        answers[i] = [library(inputs[i]) for _ in range(50)]

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(len(inputs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for x, given in zip(inputs, answers, strict=True):
        assert max(np.abs(y - run(small, x)).max() for y in given) < 1e-5


def test_a_library_has_one_input_and_one_output():
    b = GraphBuilder("two", "a network of the tests")
    y = b.add("Add", [b.input("a", Tensor((2,))), b.input("b", Tensor((2,)))], "y")
    with pytest.raises(ModelError, match="one float32 input"):
        Library(b.graph([y]))


def test_a_network_is_compiled_once_and_found_by_the_next(small, rng, monkeypatch):
    monkeypatch.setattr(networks, "BUILD_AFTER", 3)
    x = floats(rng, 1, 19, 3)
    first = Network(small)
    answers = [first(x) for _ in range(4)]
    assert first.compiled
    assert max(np.abs(y - run(small, x)).max() for y in answers) < 1e-5
    monkeypatch.setattr(toolchain, "build", None)
    second = Network(small)
    assert np.array_equal(second(x), answers[-1]) and second.compiled
    assert not Network(small_network(np.random.default_rng(8))).compiled


def test_a_damaged_entry_is_built_again(small, rng):
    file = library_cache.place(small)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\x7fELF and then nothing")
    assert library_cache.find(small) is None and not file.exists()


def test_without_a_compiler_the_interpreter_answers(small, rng, monkeypatch):
    def absent(*_, **__):
        raise MissingExtraError("compiling C", "ziglang", "compile")

    monkeypatch.setattr(networks, "BUILD_AFTER", 2)
    monkeypatch.setattr(toolchain, "build", absent)
    network, x = Network(small), floats(rng, 1, 19, 3)
    assert all(np.array_equal(network(x), run(small, x)) for _ in range(4)) and not network.compiled


def test_a_compiler_that_fails_is_told_and_the_interpreter_goes_on(small, rng, monkeypatch):
    def broken(*_, **__):
        raise ToolchainError("the C compiler failed")

    monkeypatch.setattr(networks, "BUILD_AFTER", 2)
    monkeypatch.setattr(toolchain, "build", broken)
    network, x = Network(small), floats(rng, 1, 19, 3)
    network(x)
    with pytest.warns(UserWarning, match="interpreted"):
        network(x)
    assert np.array_equal(network(x), run(small, x))


ONE_BUILD = """
import numpy as np
from undertone.compiler import library_cache
from undertone.compiler.packing import unpack
from pathlib import Path
import sys
graph = unpack({p.name: p.read_bytes() for p in Path(sys.argv[1]).iterdir()})
library_cache.build(graph)
"""


@pytest.mark.slow
def test_processes_that_build_the_same_do_not_disturb_each_other(small, home):
    packed = home / "packed"
    packed.mkdir()
    for name, content in pack(small).items():
        (packed / name).write_bytes(content)
    processes = [subprocess.Popen([sys.executable, "-c", ONE_BUILD, str(packed)]) for _ in range(3)]
    assert [p.wait(120) for p in processes] == [0, 0, 0]
    assert len(list(library_cache.folder().iterdir())) == 1
    assert library_cache.find(small) is not None


def test_what_is_used_least_goes(home, monkeypatch):
    monkeypatch.setattr(library_cache, "KEPT", 1)
    for seed in (1, 2):
        library_cache.build(small_network(np.random.default_rng(seed)))
    assert len(list(library_cache.folder().iterdir())) == 1
