import numpy as np
import pytest

from undertone.compiler import Graph, Node, Tensor
from undertone.compiler.spec import check
from undertone.errors import ModelError, UnsupportedError


def graph(*nodes: Node, outputs: tuple[str, ...] = ("y",), **tensors: Tensor) -> Graph:
    known = {"x": Tensor((1, 4)), "y": Tensor((1, 4)), **tensors}
    return Graph("g", ("x",), outputs, nodes, known, {})


def relu(x: str, y: str) -> Node:
    return Node("Relu", (x,), (y,), {}, f"{x}_to_{y}")


def test_a_legal_graph_passes():
    g = graph(relu("x", "y"))
    assert check(g) is g


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (graph(relu("z", "y")), "reads 'z', which nothing before it gives"),
        (graph(relu("y", "y")), "reads 'y'"),
        (graph(relu("x", "y"), relu("x", "y")), "given twice"),
        (graph(relu("x", "y"), outputs=("q",)), "output 'q'"),
        (graph(relu("x", "y"), y=Tensor((1, 5))), "gives 'y' as float32 (1, 4)"),
        (graph(relu("x", "y"), y=Tensor((1, 4), "float16")), "float16"),
        (graph(Node("Relu", ("x", "x"), ("y",))), "has 2 inputs, expected 1"),
        (graph(outputs=()), "neither nodes nor outputs"),
    ],
)
def test_each_broken_law_is_named(broken, words):
    with pytest.raises(ModelError) as caught:
        check(broken)
    assert words in str(caught.value)


def test_an_operator_that_we_lack_is_refused_by_name_and_node():
    with pytest.raises(UnsupportedError, match=r"Relux node 'x_to_y'.*'Relux'.*did you mean 'Relu'"):
        check(graph(relu("x", "y").replace(op="Relux")))


def test_a_constant_must_be_what_its_tensor_says():
    g = graph(relu("x", "y"), c=Tensor((2,)))
    with pytest.raises(ModelError, match="constant 'c'"):
        check(g.replace(constants={"c": np.zeros(3, np.float32)}))
