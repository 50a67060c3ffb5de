"""The C of seven small models, word for word as it was reviewed.

A change that is meant to be neutral leaves these files untouched. After another, read the difference, then renew all:

    UNDERTONE_SNAPSHOTS=write pytest tests/compiler/test_snapshots.py
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from undertone.compiler import emit_c

from .networks import SHOWN

SNAPSHOTS = Path(__file__).parent / "snapshots"
KERNELS = r"(?s)(?:#pragma GCC [^\n]*\n)?/\* (?:elementary|lanes): .*?(?=\n/\* [A-Z]\w+[^\n]*\n \* +x0 )"


@pytest.mark.parametrize("name", SHOWN)
def test_the_text_is_what_was_reviewed(name):
    network, goal = SHOWN[name]
    made = emit_c(network(), name, optimize=goal)
    for file in (f"{name}.h", f"{name}.c"):
        text = re.sub(KERNELS, "/* (the kernels) */\n", str(made[file]))
        if os.environ.get("UNDERTONE_SNAPSHOTS") == "write":
            (SNAPSHOTS / file).write_text(text)
        assert text == (SNAPSHOTS / file).read_text(), f"{file} has changed: read it, then renew (see above)"


def test_nothing_else_lies_beside_them():
    assert {p.stem for p in SNAPSHOTS.iterdir()} == set(SHOWN)
