"""Operators that ONNX itself defines by simpler ones are read as those, where we have none of our own."""

from __future__ import annotations

from typing import Any

from undertone.compiler.operators import OPERATORS

ROUNDS = 4


def expand(model: Any) -> Any:
    """Return the model with such operators written out, functions of the model's own too.

    Parameters
    ----------
    model : onnx.ModelProto
        Attention, RotaryEmbedding, RMSNormalization and their like may be among its nodes.

    Returns
    -------
    onnx.ModelProto
        What cannot be written out is left for the importer to refuse by name.
    """
    from onnx import inliner

    if model.functions:
        model = inliner.inline_local_functions(model)
    for _ in range(ROUNDS):
        lacking = {n.op_type for n in model.graph.node if n.domain in ("", "ai.onnx")} - {*OPERATORS, "Constant"}
        if not lacking:
            break
        model = _with_defaults(model, lacking)
        before = len(model.graph.node)
        for op in sorted(lacking):
            try:
                model = inliner.inline_selected_functions(
                    model, [("", op)], exclude=False, inline_schema_functions=True
                )
            except RuntimeError:  # it cannot tell a type; the importer refuses the operator by name
                continue
        if len(model.graph.node) == before:
            break
    return model


def _with_defaults(model: Any, operators: set[str]) -> Any:
    """Return the model with attributes that are left out written down: onnx's inliner would forget their defaults."""
    from onnx import defs

    opset = next((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), 1)
    full = type(model)()
    full.CopyFrom(model)
    full.graph.value_info.add().type.tensor_type.elem_type = 1  # of the empty name: the inliner asks for its type
    for node in full.graph.node:
        if node.op_type not in operators or not defs.has(node.op_type, opset):
            continue
        given = {attribute.name for attribute in node.attribute}
        for name, attribute in defs.get_schema(node.op_type, opset).attributes.items():
            if name not in given and attribute.default_value.type:
                node.attribute.append(attribute.default_value)
    return full
