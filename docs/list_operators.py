"""Write docs/operators.md from the registries: python docs/list_operators.py"""

from __future__ import annotations

import ast
import inspect
import sys
from pathlib import Path

from onnx import defs

from undertone.compiler.graph import DTYPES, Node, Tensor
from undertone.compiler.importers.keras_activations import ACTIVATIONS
from undertone.compiler.importers.keras_layers import LAYERS
from undertone.compiler.importers.onnx_ml import LOWERED
from undertone.compiler.loops import C_TYPES
from undertone.compiler.operators import OPERATORS, Operator, Site
from undertone.errors import UnsupportedError

PAGE = Path(__file__).parent / "operators.md"
# ONNX defines these by simpler operators; models are read as those.
EXPANDED = (
    "Attention",
    "BlackmanWindow",
    "DepthToSpace",
    "DynamicQuantizeLinear",
    "GroupNormalization",
    "HammingWindow",
    "HannWindow",
    "LayerNormalization",
    "MeanVarianceNormalization",
    "RMSNormalization",
    "RotaryEmbedding",
    "SpaceToDepth",
)
OWN = ("ConvPair", "Fixed", "Lookup")  # operators that only passes make

PAGE_TEXT = """# Operators and layers

Made by `python docs/list_operators.py` from the registries; a test keeps it true. What is not here is refused by name
and node, with what to do. The official cases of ONNX judge each operator: `python benchmarks/operators.py`.

ONNX of opset 13 to the newest is read. An open batch axis is 1; any other open axis is refused: export with fixed
sizes. float64 is computed in the official cases and refused in model files, and so are float16 and bfloat16: export in
float32. Shapes, axes and bounds that come at run time are refused, as are If, Loop and Scan. A tensor may have 256 MiB.

*Types* are those that the C takes for the first input. *Refused* is what the operator's own code refuses, in its words;
inputs beyond those of ONNX are what passes fuse in.

| operator | inputs | types | refused |
|---|---|---|---|
{rows}

Read as simpler operators, as ONNX itself defines them: {expanded}.
So are functions of the model's own.

Pipelines of scikit-learn, whose exporter uses the domain `ai.onnx.ml`: {pipelines} are written out in these
operators. A classifier keeps its scores, in the order of its classes; the label (the largest score's) is left to the
caller. ZipMap and strings go with it.

## Keras

Files of Keras 2 and 3 (`.h5`) and of Keras 3 (`.keras`): Sequential and Functional models, models inside models, layers
used several times. Each layer is held to Keras itself within 1e-5 (`tests/compiler/test_keras_layers.py`).

Layers: {layers}.

Activations: {activations}.

A Lambda layer or a class of the model's own holds Python code, which is never run: write it with these layers, or
export the model to ONNX. Masks, states that are passed on, and channels first are refused.
"""


def types(name: str, operator: Operator) -> str:
    """Name the element types that ONNX allows and the operator's check lets pass."""
    allowed = {"bool": "bool", "float": "float32", "double": "float64"}
    schema = {kind.removeprefix("tensor(").removesuffix(")") for kind in defs.get_schema(name).inputs[0].types}
    groups: dict[str, bool] = dict.fromkeys(("float32", "float64", "bool", "integers"), False)
    for dtype in {allowed.get(kind, kind) for kind in schema} & set(DTYPES) & set(C_TYPES):
        groups[dtype if dtype in groups else "integers"] |= passes(operator, name, dtype)
    return ", ".join(group for group, found in groups.items() if found)


def passes(operator: Operator, name: str, dtype: str) -> bool:
    """Ask an operator's check about an element type."""
    one, number = Tensor((1, 1, 1), dtype), max(1, operator.arity[0])
    site = Site(Node(name, ("x",) * number, ("y",)), (one,) * number, (one,), (None,) * number)
    try:
        if operator.check:
            operator.check(site)
    except UnsupportedError:
        return False
    except (IndexError, AttributeError):
        pass  # the check let the type pass and looked at what this site lacks
    return True


def refusals(operator: Operator) -> list[str]:
    """Return the sentences with which an operator refuses forms; what is filled in is an ellipsis."""
    module = operator.compute.__module__
    if module.endswith("elementwise"):
        return []  # one file for many; its sentence is about types
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    parts = (operator.compute, operator.emit, operator.shapes, operator.check)
    left, seen = {f.__name__ for f in parts if f is not None}, set[str]()
    found: set[str] = set()
    while left & functions.keys():
        name = (left & functions.keys()).pop()
        seen.add(name)
        nodes = list(ast.walk(functions[name]))
        found |= {sentence(n) for n in nodes if isinstance(n, ast.Call) and _called(n) == "UnsupportedError"}
        left = (left | {n.id for n in nodes if isinstance(n, ast.Name)}) - seen
    return sorted(found)


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def sentence(call: ast.Call) -> str:
    """Return the text of an error, without the node that it begins with."""
    text = call.args[0]
    values = text.values if isinstance(text, ast.JoinedStr) else [text]
    words = "".join(str(v.value) if isinstance(v, ast.Constant) else "…" for v in values)
    return words.removeprefix("…: ").replace("|", "\\|")


def row(name: str) -> str:
    """Return an operator's line."""
    operator = OPERATORS[name]
    low, high = operator.arity
    inputs = str(low) if low == high else f"{low} or more" if high > 99 else f"{low} to {high}"
    return f"| {name} | {inputs} | {types(name, operator)} | {'; '.join(refusals(operator))} |"


def page() -> str:
    """Return the whole page."""
    return PAGE_TEXT.format(
        rows="\n".join(row(name) for name in OPERATORS if not name.startswith(OWN)),
        expanded=", ".join(EXPANDED),
        pipelines=", ".join(LOWERED),
        layers=", ".join(sorted(LAYERS)),
        activations=", ".join(sorted((*ACTIVATIONS, "linear", "relu6"))),
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
