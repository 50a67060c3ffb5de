"""The page of operators says what the registries hold."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

pytest.importorskip("onnx")
PAGES = Path(__file__).parents[2] / "docs"


def generator():
    spec = importlib.util.spec_from_file_location("list_operators", PAGES / "list_operators.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_page_of_operators_is_what_its_script_writes():
    words = "run python docs/list_operators.py"
    assert (PAGES / "operators.md").read_text(encoding="utf-8") == generator().page(), words


def test_operators_that_are_said_to_be_read_as_simpler_ones_are_functions_of_onnx():
    from onnx import defs

    for name in generator().EXPANDED:
        schema = defs.get_schema(name)
        assert schema.has_function or schema.has_context_dependent_function, name
