"""Sizes read from objects, against what the C says and against a stack that was painted before the network ran."""

from __future__ import annotations

import pytest

from undertone.compiler import emit_c, toolchain
from undertone.compiler.elf import read_object
from undertone.compiler.measure import measure
from undertone.errors import ToolchainError

KNOWN = """#define APART __attribute__((noinline))
APART static int deep(volatile char *p) { volatile char own[3000]; own[p[0]] = 1; return own[p[1]]; }
APART static int flat(volatile char *p) { volatile char own[500]; own[p[0]] = 1; return own[p[1]]; }
static const int table[100] = {1, 2, 3};
int counted;
int top(int i) { volatile char own[1000]; own[0] = (char)i; return deep(own) + flat(own) + table[i] + counted; }
int round_and_round(int i) { return i < 2 ? i : round_and_round(i - 1) * 3 + top(i); }
"""

PAINTED = """#include <stdio.h>
#include "small.h"
static _Alignas(64) unsigned char arena[SMALL_ARENA_BYTES];
static float in[SMALL_INPUT_COUNT], out[SMALL_OUTPUT_COUNT];
enum { ROOM = 65536 };
__attribute__((noinline)) static int stack(int look) {
    volatile unsigned char room[ROOM];
    int i = 0;
    if (!look)
        for (int k = 0; k < ROOM; k++) room[k] = 0xA5;
    else
        while (i < ROOM && room[i] == 0xA5) i++;
    return ROOM - i;
}
int main(void) {
    stack(0);
    small_run(in, out, arena);
    return printf("%d", stack(1)) < 0;
}
"""


@pytest.mark.parametrize("machine", [("", "native"), ("thumb-linux-musleabi", "cortex_m4"), ("riscv32-linux-musl", "")])
def test_frames_add_up_along_the_deepest_path(machine, tmp_path):
    source = tmp_path / "known.c"
    source.write_text(KNOWN)
    triple, cpu = machine
    made = measure(source, "top", triple=triple, cpu=cpu or "baseline_rv32", flags=["-ffreestanding"])
    assert made.deepest == ("top", "deep") and 4000 <= made.stack_bytes < 4500
    assert 400 <= made.constant_bytes <= 440 and made.variable_bytes == 4 and made.outside == ()
    assert {f.name for f in made.functions} == {"top", "deep", "flat", "round_and_round"}
    assert made.code_bytes == sum(f.code_bytes for f in made.functions) < 1000


def test_what_cannot_be_measured_is_said(tmp_path):
    source = tmp_path / "known.c"
    source.write_text(
        KNOWN + "int (*chosen)(int); int endless(int i) { return i ? endless(i + 1) * top(i) + 1 : 0; }\n"
    )
    with pytest.raises(ToolchainError, match="has no function 'run'"):
        measure(source, "run")
    with pytest.raises(ToolchainError, match="calls itself"):
        measure(source, "endless", flags=["-O0"])
    with pytest.raises(ToolchainError, match="others"):
        read_object(b"\0asm\1\0\0\0")


def test_a_painted_stack_shows_what_was_measured(small, tmp_path):
    """The C library's expf and memcpy lie below the measured path, so a little more may be painted over."""
    for name, text in emit_c(small, "small").items():
        (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
    made = measure(tmp_path / "small.c", "small_run", include=[tmp_path])
    (tmp_path / "main.c").write_text(PAINTED)
    sources = sorted(tmp_path.glob("*.c"))
    toolchain.build(sources, tmp_path / "painted", include=[tmp_path], flags=["-fno-lto"])
    used = int(toolchain.run(tmp_path / "painted")[1])
    assert made.stack_bytes * 0.8 < used < made.stack_bytes + 512
