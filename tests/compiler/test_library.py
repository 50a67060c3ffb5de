import numpy as np
import pytest

from undertone.compiler import run
from undertone.compiler.graph import Tensor
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.library import Library
from undertone.errors import ModelError

from .conftest import floats


def test_a_loaded_library_gives_the_interpreters_numbers(small, rng):
    library = Library(small)
    for _ in range(2):
        x = floats(rng, 1, 19, 3)
        assert np.abs(library(x) - run(small, x)).max() < 1e-6


def test_a_library_has_one_input_and_one_output():
    b = GraphBuilder("two", "a network of the tests")
    y = b.add("Add", [b.input("a", Tensor((2,))), b.input("b", Tensor((2,)))], "y")
    with pytest.raises(ModelError, match="one float32 input"):
        Library(b.graph([y]))
