"""``NAME_listener.h`` and ``.c``: the model that a bundle is, and the calls that take sound and give scores."""

from __future__ import annotations

from collections.abc import Mapping

from undertone.compiler.loops import literal
from undertone.deployment.literals import floats, text
from undertone.deployment.parts import FrontEndSettings, ProgramParts
from undertone.runtime.host import FEATURE_SETS, SEGMENTATIONS


def listener_header(parts: ProgramParts, word: str, state_bytes: Mapping[int, int]) -> str:
    """Write the header.

    Parameters
    ----------
    parts : ProgramParts
        The bundle.
    word : str
        What the network's C is called; files and functions here begin with it.
    state_bytes : mapping of int to int
        Size of a stream's state, by the number of frames that are computed at once; empty: segments have no bound, and
        only whole clips are answered.
    """
    big = word.upper()
    answers = "Streams and whole clips" if state_bytes else "Whole clips alone: the segments have no bounded length"
    return f"""/* {word}: from sound to scores.
 * {_origin(parts)}
 * {answers}. The caller owns all memory.
 */
#ifndef {big}_LISTENER_H
#define {big}_LISTENER_H

#include "undertone_listener.h"
#include "undertone_width.h"
#include "{word}.h"

#ifdef __cplusplus
extern "C" {{
#endif

#define {big}_LABELS {len(parts.labels)} /* {_comment(", ".join(parts.labels))} */
#define {big}_MICROPHONE_RATE {parts.rate}u /* Hz of what is fed */
#define {big}_RATE {parts.settings.rate}u /* Hz in which places are told */
#define {big}_GOLDEN_COUNT {len(parts.golden)}
{_state_bytes(big, state_bytes)}
/* Labels: {word}_model.label_names[0 .. {big}_LABELS). */
extern const ut_model {word}_model;
extern const ut_golden {word}_golden[{big}_GOLDEN_COUNT];
{_streaming(word) if state_bytes else ""}
/* Scores of a whole clip at any legal rate, and of each of its {word}_clip_segments (LABELS each): UT_OK, UT_BAD_RATE,
 * UT_EMPTY or UT_SMALL_BUFFER; work has {word}_clip_bytes. */
size_t {word}_clip_segments(size_t count, uint32_t rate);
size_t {word}_clip_bytes(size_t count, uint32_t rate);
ut_status {word}_clip(const float *samples, size_t count, uint32_t rate, void *work, size_t bytes,
        float *segment_scores, float *scores);

#ifdef __cplusplus
}}
#endif
#endif
"""


def listener_source(parts: ProgramParts, word: str, *, streams: bool) -> str:
    """Write the .c file: labels, scaler and calibration as constants, and the calls."""
    names = ", ".join(text(label) for label in parts.labels)
    return f"""/* {word}: labels, scaler and calibration as they were trained; the work is in listener/. */
#include "{word}_listener.h"

static const char *const labels[{len(parts.labels)}] = {{{names}}};

static const float mean[{len(parts.mean)}] = {{
{floats(parts.mean)}}};

static const float inv_scale[{len(parts.inv_scale)}] = {{
{floats(parts.inv_scale)}}};
{_doubt_arrays(parts)}
const ut_model {word}_model = {{
    .settings = {_settings(parts.settings)},
    .rate = {word.upper()}_MICROPHONE_RATE,
    .labels = {len(parts.labels)},
    .label_names = labels,
    .mean = mean,
    .inv_scale = inv_scale,
    .temperature = {literal(parts.temperature, "float64")},
    .run = {word}_run,
    .arena_bytes = {word.upper()}_ARENA_BYTES,
    .name = {text(parts.name)},
    .sha256 = {text(parts.sha256)},
{_doubt(parts)}}};
{_stream_calls(word) if streams else ""}
size_t {word}_clip_segments(size_t count, uint32_t rate) {{ return ut_clip_segments(&{word}_model, count, rate); }}

size_t {word}_clip_bytes(size_t count, uint32_t rate) {{ return ut_clip_bytes(&{word}_model, count, rate); }}

ut_status {word}_clip(const float *samples, size_t count, uint32_t rate, void *work, size_t bytes,
        float *segment_scores, float *scores) {{
    return ut_clip(&{word}_model, samples, count, rate, work, bytes, segment_scores, scores);
}}
"""


def _doubt_arrays(parts: ProgramParts) -> str:
    if parts.doubt is None or not len(parts.doubt.mean):
        return ""
    rows = {"usual_mean": parts.doubt.mean, "usual_inv_scale": parts.doubt.inv_scale}
    told = "".join(f"\nstatic const float {name}[{len(row)}] = {{\n{floats(row)}}};\n" for name, row in rows.items())
    return f"\n/* Of each column's mean over time, then of its log variance, among segments of the training. */{told}"


def _doubt(parts: ProgramParts) -> str:
    lines = ""
    if parts.doubt is not None:
        arrays = "usual_mean, usual_inv_scale" if len(parts.doubt.mean) else "0, 0"
        limits = ", ".join(literal(value, "float64") for value in (parts.doubt.limit, parts.doubt.usual_s))
        lines += f"    .doubt = {{{limits}, {arrays}}},\n"
    if parts.unknown_below:
        lines += f"    .unknown_below = {literal(parts.unknown_below)},\n"
    return lines


def _origin(parts: ProgramParts) -> str:
    f = parts.settings
    cut = {"grid": f"segments of {f.segment_s:g} s", "article": "0.6 s to 3.1 s", "whole": "whole recordings"}
    return f"Bundle {_comment(parts.name)}, SHA-256 {parts.sha256}: {f.feature_set} of {cut[f.segmentation]}."


def _comment(words: str) -> str:
    """Keep what a model's maker wrote inside of a comment."""
    return " ".join(words.replace("*/", "* /").replace("\\", "/").split())


def _state_bytes(big: str, sizes: Mapping[int, int]) -> str:
    if not sizes:
        return ""
    rows, *others = sorted(sizes.items(), reverse=True)
    lines = [f"#if UT_LANES == {rows[0]}", f"#define {big}_STATE_BYTES {rows[1]}"]
    for lanes, size in others:
        lines += [f"#elif UT_LANES == {lanes}", f"#define {big}_STATE_BYTES {size}"]
    return "\n".join(
        [
            "",
            f"/* What a stream needs, {big}_ARENA_BYTES of it for the network. */",
            *lines,
            "#else",
            "#error no such width was measured",
            "#endif",
            "",
            "typedef struct {",
            f"    unsigned char bytes[{big}_STATE_BYTES];",
            f"}} {big.lower()}_state;",
            "",
        ]
    )


def _streaming(word: str) -> str:
    big = word.upper()
    return f"""
/* Begin to listen; call it once, and again to begin anew. UT_OK, or UT_SMALL_BUFFER: compile this with the flags of the
 * code that made the state. */
ut_status {word}_init({word}_state *state);

/* Take in mono samples at {big}_MICROPHONE_RATE, full scale 1, or 16-bit ones; any number. How many were consumed comes
 * back: less than count while a result waits to be taken. */
size_t {word}_feed({word}_state *state, const float *samples, size_t count);
size_t {word}_feed_pcm({word}_state *state, const int16_t *samples, size_t count);

/* No more samples will come: what is left becomes the last segment. */
void {word}_end({word}_state *state);

/* 1 with the scores of the next segment and its place in samples at {big}_RATE, 0 if none is ready. The network runs
 * here. */
int {word}_result({word}_state *state, float scores[{big}_LABELS], uint64_t *begin, uint64_t *end);

/* Replay the golden sounds that were recorded at {big}_MICROPHONE_RATE: how many give other answers; 0 is right. The
 * largest difference of a score goes to *largest. The state is used up: call {word}_init before the next feed. */
int {word}_check({word}_state *state, float *largest);
"""


def _stream_calls(word: str) -> str:
    big = word.upper()
    return f"""
ut_status {word}_init({word}_state *state) {{ return ut_listen_start(&{word}_model, state, sizeof *state); }}

size_t {word}_feed({word}_state *state, const float *samples, size_t count) {{
    return ut_listen_feed(&{word}_model, state, samples, count);
}}

size_t {word}_feed_pcm({word}_state *state, const int16_t *samples, size_t count) {{
    return ut_listen_feed_pcm(&{word}_model, state, samples, count);
}}

void {word}_end({word}_state *state) {{ ut_listen_end(&{word}_model, state); }}

int {word}_result({word}_state *state, float scores[{big}_LABELS], uint64_t *begin, uint64_t *end) {{
    return ut_listen_result(&{word}_model, state, scores, begin, end);
}}

int {word}_check({word}_state *state, float *largest) {{
    float work[2 * {big}_LABELS];
    return ut_listen_check(&{word}_model, state, sizeof *state, {word}_golden, {big}_GOLDEN_COUNT, work, largest);
}}
"""


def _settings(s: FrontEndSettings) -> str:
    kinds = f"{FEATURE_SETS[s.feature_set]}, {SEGMENTATIONS[s.segmentation]}"
    return f"{{{kinds}, {literal(s.segment_s)}, {literal(s.trim_db)}}}"
