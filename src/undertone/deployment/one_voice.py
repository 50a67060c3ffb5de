"""``NAME_one_voice.h`` and ``.c``: the lines for a known voice, and the calls that follow one without enrolment."""

from __future__ import annotations

import shutil
from pathlib import Path

from undertone.compiler.loops import literal
from undertone.deployment.literals import floats
from undertone.deployment.parts import VoiceParts
from undertone.runtime import native


def write_one_voice(parts: VoiceParts, word: str, c: Path, *, streams: bool) -> None:
    """Add to the C of a model that hears what follows one voice; all other files stay as they are."""
    source = native.C_DIR / "one_voice"
    shutil.copy(source / "one_voice.c", c / "listener")
    shutil.copy(source / "undertone_one_voice.h", c / "include")
    texts = {"h": one_voice_header(parts, word, streams=streams), "c": one_voice_source(parts, word, streams=streams)}
    for ending, text in texts.items():
        (c / f"{word}_one_voice.{ending}").write_text(text, encoding="utf-8", newline="\n")


def one_voice_header(parts: VoiceParts, word: str, *, streams: bool) -> str:
    """Write the header: the state, which the caller owns, and three calls; of whole clips alone, two."""
    big = word.upper()
    calls, result = f"{word}_clip", ""
    if streams:
        calls = f"{word}_result and {calls}"
        result = f"""
int {word}_voice_result(
        {word}_state *state, {word}_voice *voice, float scores[{big}_LABELS], uint64_t *begin, uint64_t *end);"""
    return f"""/* {word}: follows one voice, without enrolment; undertone_one_voice.h says how.
 * It assumes that one person speaks, and that what was heard covers the ways of speaking about evenly.
 */
#ifndef {big}_ONE_VOICE_H
#define {big}_ONE_VOICE_H

#include "undertone_one_voice.h"
#include "{word}_listener.h"

#ifdef __cplusplus
extern "C" {{
#endif

#define {big}_STATISTICS {len(parts.within)}

/* What is known of a voice: no sound, but data about a person. */
typedef struct {{
    uint32_t segments; /* how many were heard */
    float mean[{big}_STATISTICS], rest[{big}_LABELS];
}} {word}_voice;

/* Nobody was heard yet, so the first answer is that of any voice. Call it first, and when somebody else speaks. */
void {word}_new_voice({word}_voice *voice);

/* As {calls}, but each segment is answered by what the
 * segments before it told of the voice, and heard then. */{result}
ut_status {word}_voice_clip(const float *samples, size_t count, uint32_t rate, void *work, size_t bytes,
        {word}_voice *voice, float *segment_scores, float *scores);

#ifdef __cplusplus
}}
#endif
#endif
"""


def one_voice_source(parts: VoiceParts, word: str, *, streams: bool) -> str:
    """Write the .c file: both lines as constants, and the calls."""
    arrays = {
        "general": parts.general.ravel(),
        "general_bias": parts.general_bias,
        "personal": parts.personal.ravel(),
        "personal_bias": parts.personal_bias,
        "within": parts.within,
    }
    constants = "\n".join(
        f"static const float {name}[{len(values)}] = {{\n{floats(values)}}};\n" for name, values in arrays.items()
    )
    numbers = {
        "limit": parts.limit,
        "hesitation": parts.hesitation,
        "rest_hesitation": parts.rest_hesitation,
        "unheard": parts.unheard,
    }
    fields = "".join(f"    .{name} = {name},\n" for name in arrays)
    fields += "".join(f"    .{name} = {literal(value, 'float64')},\n" for name, value in numbers.items())
    big = word.upper()
    result = f"""
int {word}_voice_result(
        {word}_state *state, {word}_voice *voice, float scores[{big}_LABELS], uint64_t *begin, uint64_t *end) {{
    const ut_voice at = place(voice);
    return ut_voice_result(&{word}_model, &lines, &at, state, scores, begin, end);
}}
"""
    lines = "two lines over the statistics, the network's and the one for a known voice, (labels, statistics) each"
    return f"""/* {word}: {lines}. */
#include "{word}_one_voice.h"

{constants}
static const ut_voice_lines lines = {{
    .statistics = {big}_STATISTICS,
{fields}}};

static ut_voice place({word}_voice *voice) {{
    const ut_voice at = {{&voice->segments, voice->mean, voice->rest}};
    return at;
}}

void {word}_new_voice({word}_voice *voice) {{
    const ut_voice at = place(voice);
    ut_voice_forget(&{word}_model, &lines, &at);
}}
{result if streams else ""}
ut_status {word}_voice_clip(const float *samples, size_t count, uint32_t rate, void *work, size_t bytes,
        {word}_voice *voice, float *segment_scores, float *scores) {{
    const ut_voice at = place(voice);
    return ut_voice_clip(&{word}_model, &lines, &at, samples, count, rate, work, bytes, segment_scores, scores);
}}
"""
