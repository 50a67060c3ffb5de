"""Long convolutions in what is compiled: by fewer products where caches are large, directly elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from undertone.compiler.graph import Graph, Tensor
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.planning import lean
from undertone.compiler.targets import TARGETS
from undertone.deployment.library import arena_bytes, write_library
from undertone.deployment.request import Request


def long_convolution() -> Graph:
    rng, b = np.random.default_rng(7), GraphBuilder("long", "a network of the tests")
    x = b.input("x", Tensor((1, 80, 16)))
    k = b.constant("k", rng.normal(size=(8, 16, 32)).astype(np.float32) / 8)
    return b.graph([b.add("Conv", [x, k], "y", pads=(3, 4), layout="last")])


@pytest.mark.parametrize(
    ("target", "how", "fewer"),
    [
        ("native", {}, True),
        ("aarch64-linux", {}, True),
        ("android-arm64", {}, True),
        ("native", {"profile": "reproducible"}, False),
        ("native", {"optimize": "ram"}, False),
        ("armv7-linux", {}, False),
        ("wasm32", {}, False),
        ("cortex-m4", {}, False),
        ("c", {}, False),
    ],
)
def test_fewer_products_where_caches_are_large(target, how, fewer, tmp_path):
    request = Request(long_convolution(), None, "net", TARGETS[target], **how)
    assert ("ut_winograd(" in text_of(request, tmp_path)) is fewer


def test_in_little_memory_too_where_the_arena_stays(tmp_path, monkeypatch):
    """As it is, direct sums need less than half; a target without large caches has them at any price."""
    native, board = (
        Request(long_convolution(), None, "net", TARGETS[t], optimize="ram") for t in ("native", "cortex-m4")
    )
    assert "ut_winograd" not in text_of(native, tmp_path / "as_it_is")
    monkeypatch.setattr(lean, "LARGER", 99.0)
    assert "ut_winograd_lean(" in text_of(native, tmp_path / "native")
    assert "ut_winograd" not in text_of(board, tmp_path / "board")


def text_of(request: Request, folder: Path) -> str:
    """Write the C; the arena that a program is told of is the one that its header names."""
    folder.mkdir(exist_ok=True)
    write_library(request, folder / "c")
    text = (folder / "c" / "net.c").read_text() + (folder / "c" / "net.h").read_text()
    assert int(re.search(r"NET_ARENA_BYTES (\d+)", text)[1]) == arena_bytes(request)
    return text
