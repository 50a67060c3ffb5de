"""``model.h``: what the program's C asks of a model, as constants."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from undertone.compiler import Graph
from undertone.compiler.loops import literal
from undertone.deployment.parts import FrontEndSettings, GoldenSound, ProgramParts

FEATURE_SETS = {"article.v1": "UT_ARTICLE_V1", "pooledlog.v1": "UT_POOLEDLOG_V1"}
SEGMENTATIONS = {"grid": "UT_GRID", "article": "UT_ARTICLE_WINDOW", "whole": "UT_WHOLE"}


def program_header(parts: ProgramParts, word: str) -> str:
    """Write the header of a program that hears; ``word`` is what the network's C is called."""
    labels = ", ".join(text(label) for label in parts.labels)
    return "\n".join(
        [
            f"/* {parts.name}: front end, labels, scaler and calibration, as they were trained. */",
            *_guard(word),
            '#include "undertone.h"',
            "",
            f"#define MODEL_NAME {text(parts.name)}",
            f"#define MODEL_SHA256 {text(parts.sha256)}",
            f"#define MODEL_LABELS {len(parts.labels)}",
            f"#define MODEL_FEATURES {len(parts.mean)}",
            *_run(word),
            "",
            f"static const ut_settings model_settings = {_settings(parts.settings)};",
            f"static const double model_temperature = {literal(parts.temperature, 'float64')};",
            f"static const char *const model_labels[MODEL_LABELS] = {{{labels}}};",
            f"static const float model_mean[MODEL_FEATURES] = {{\n{_floats(parts.mean)}}};",
            f"static const float model_inv_scale[MODEL_FEATURES] = {{\n{_floats(parts.inv_scale)}}};",
            "",
            *_golden(parts.golden),
            "#endif",
            "",
        ]
    )


def network_header(graph: Graph, word: str) -> str:
    """Write the header of a program that runs a bare network."""
    inputs, outputs = graph.tensors[graph.inputs[0]].size, graph.tensors[graph.outputs[0]].size
    sizes = [f"#define MODEL_INPUTS {inputs}", f"#define MODEL_OUTPUTS {outputs}"]
    return "\n".join([*_guard(word), f"#define MODEL_NAME {text(graph.name)}", *sizes, *_run(word), "#endif", ""])


def text(value: str) -> str:
    """Write a C string literal; what is not plain ASCII as octal escapes of its UTF-8.

    Examples
    --------
    >>> print(text('say "ä"'))
    "say \\042\\303\\244\\042"
    """
    plain = (chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else f"\\{b:03o}" for b in value.encode())
    return '"' + "".join(plain) + '"'


def _guard(word: str) -> list[str]:
    return ["#ifndef MODEL_H", "#define MODEL_H", "", f'#include "{word}.h"']


def _run(word: str) -> list[str]:
    return [f"#define MODEL_ARENA_BYTES {word.upper()}_ARENA_BYTES", f"#define model_run {word}_run"]


def _settings(s: FrontEndSettings) -> str:
    kinds = f"{FEATURE_SETS[s.feature_set]}, {SEGMENTATIONS[s.segmentation]}"
    return f"{{{kinds}, {literal(s.segment_s)}, {literal(s.trim_db)}}}"


def _floats(values: Iterable[float]) -> str:
    return _lines([literal(float(v)) for v in values])


def _lines(words: list[str]) -> str:
    return "".join("    " + ", ".join(words[i : i + 8]) + ",\n" for i in range(0, len(words), 8))


def _golden(golden: tuple[GoldenSound, ...]) -> list[str]:
    lines = [
        "typedef struct {",
        "    const char *name;",
        "    uint32_t rate;",
        "    size_t count, segments;",
        "    const int16_t *pcm;",
        "    float scores[MODEL_LABELS];",
        "} model_golden;",
    ]
    for i, g in enumerate(golden):
        words = [str(int(v)) for v in np.asarray(g.pcm)]
        lines.append(f"static const int16_t model_golden_{i}[] = {{\n{_lines(words)}}};")
    rows = []
    for i, g in enumerate(golden):
        scores = ", ".join(literal(float(v)) for v in g.scores)
        rows.append(f"    {{{text(g.name)}, {g.rate}u, {len(g.pcm)}, {g.segments}, model_golden_{i}, {{{scores}}}}},")
    return [*lines, "static const model_golden model_goldens[] = {", *rows, "};", ""]
