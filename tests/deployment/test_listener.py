"""Sound in pieces of any size gives the bits of the whole clip, and what Python answers; sizes are what they say."""

from __future__ import annotations

import ctypes
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undertone.audio.read import read
from undertone.bundle import load, score
from undertone.compiler import toolchain
from undertone.deployment import compile_model
from undertone.errors import ConfigError
from undertone.runtime import native
from undertone.types import Clip

RATE = 16_000
CLIPS = sorted((Path(__file__).parents[2] / "data/emodb/wav").glob("*.flac"))[3::180]
LABELS = 3


@dataclass
class Listener:
    """The emitted functions, by ctypes."""

    c: ctypes.CDLL
    state_bytes: int

    def __post_init__(self) -> None:
        for name in ("feed", "feed_pcm", "clip_segments", "clip_bytes"):
            getattr(self.c, f"small_{name}").restype = ctypes.c_size_t
        self.state = np.full(self.state_bytes, 0xAA, np.uint8)
        self.at = self.state.ctypes.data_as(ctypes.c_void_p)

    def init(self) -> int:
        return self.c.small_init(self.at)

    def feed(self, samples: np.ndarray) -> list[tuple[int, int, bytes]]:
        call = self.c.small_feed_pcm if samples.dtype == np.int16 else self.c.small_feed
        done, results = 0, []
        while done < samples.size:
            rest = np.ascontiguousarray(samples[done:])
            done += call(self.at, ctypes.c_void_p(rest.ctypes.data), ctypes.c_size_t(rest.size))
            results += self.results()
        return results

    def end(self) -> list[tuple[int, int, bytes]]:
        self.c.small_end(self.at)
        return self.results()

    def results(self) -> list[tuple[int, int, bytes]]:
        scores, begin, end = (ctypes.c_float * LABELS)(), ctypes.c_uint64(), ctypes.c_uint64()
        taken = []
        while self.c.small_result(self.at, scores, ctypes.byref(begin), ctypes.byref(end)):
            taken.append((begin.value, end.value, bytes(scores)))
        return taken

    def stream(self, samples: np.ndarray, pieces: list[int]) -> list[tuple[int, int, bytes]]:
        assert self.init() == 0
        results = []
        for part in np.split(samples, np.minimum(np.cumsum(pieces), samples.size)):
            results += self.feed(part)
        return results + self.end()

    def clip(self, samples: np.ndarray, rate: int = RATE) -> tuple[np.ndarray, np.ndarray]:
        count = ctypes.c_size_t(samples.size)
        size = self.c.small_clip_bytes(count, rate)
        work, rows = np.empty(size, np.uint8), np.empty((self.c.small_clip_segments(count, rate), LABELS), np.float32)
        whole = np.empty(LABELS, np.float32)
        pointers = [ctypes.c_void_p(a.ctypes.data) for a in (samples, work, rows, whole)]
        assert self.c.small_clip(pointers[0], count, rate, pointers[1], ctypes.c_size_t(size), *pointers[2:]) == 0
        return rows, whole


def constant(folder: Path, name: str) -> int:
    """Compile and run a line that prints a constant of the header."""
    source = folder / "constant.c"
    lines = [
        "#include <stdio.h>",
        '#include "small_listener.h"',
        f'int main(void) {{ return printf("%u", (unsigned){name}) < 0; }}',
    ]
    source.write_text("\n".join(lines))
    toolchain.build([source], folder / "constant", include=[folder / "c", folder / "c/include"])
    return int(toolchain.run(folder / "constant")[1])


@pytest.fixture(scope="module")
def artefact(small_file, tmp_path_factory):
    return compile_model(small_file, rate=RATE, report=False, out=tmp_path_factory.mktemp("listener") / "small")


@pytest.fixture(scope="module")
def listener(artefact):
    c, out = artefact.folder / "c", artefact.folder / "small.so"
    toolchain.build(sorted(c.rglob("*.c")), out, include=[c, c / "include"], shared=True)
    return Listener(ctypes.CDLL(str(out)), constant(artefact.folder, "SMALL_STATE_BYTES"))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 130_000), st.lists(st.integers(0, 60_000), max_size=12))
def test_pieces_leave_no_trace(listener, seed, count, pieces):
    rng = np.random.default_rng(seed)
    samples = (rng.standard_normal(count) * rng.uniform(0, 0.3, count)).astype(np.float32)
    rows, whole = listener.clip(samples)
    results = listener.stream(samples, pieces)
    assert [scores for _, _, scores in results] == [row.tobytes() for row in rows]
    weights = np.array([end - begin for begin, end, _ in results], np.float64)
    assert np.abs(weights @ rows / weights.sum() - whole).max() < 1e-6


def test_the_state_is_as_large_as_the_header_says(listener):
    """The last byte is used and the byte after it is not: init checks the size that it was compiled with."""
    guarded = np.full(listener.state_bytes + 64, 0x5A, np.uint8)
    old, listener.at = listener.at, guarded.ctypes.data_as(ctypes.c_void_p)
    listener.stream(np.ones(90_000, np.float32), [1000] * 90)
    listener.at = old
    assert (guarded[-64:] == 0x5A).all()


@pytest.mark.parametrize("clip", CLIPS, ids=lambda path: path.stem)
def test_real_clips_get_pythons_answers(listener, small_file, clip):
    sound = read(clip)
    assert sound.rate == RATE
    bundle = load(small_file)
    answer = score(bundle, Clip(sound.samples, sound.rate))
    results = listener.stream(sound.samples, [1600] * (sound.samples.size // 1600))
    assert [(b / 22050, e / 22050) for b, e, _ in results] == [(s.begin_s, s.end_s) for s in answer.segments]
    there = np.stack([np.frombuffer(scores, np.float32) for _, _, scores in results])
    assert np.abs(there - answer.segment_scores).max() < 1e-4
    assert np.abs(listener.clip(sound.samples)[1] - answer.scores).max() < 1e-4


def test_16_bit_samples_are_the_same_sound(listener):
    pcm = np.random.default_rng(1).integers(-9000, 9000, 50_000).astype(np.int16)
    assert listener.stream(pcm, [777] * 60) == listener.stream(pcm.astype(np.float32) / np.float32(32768), [50_000])


def test_nothing_gives_nothing(listener):
    assert listener.stream(np.zeros(0, np.float32), []) == []


def test_golden_sounds_are_replayed_by_one_call(listener, artefact):
    largest = ctypes.c_float(9)
    assert listener.c.small_check(listener.at, ctypes.byref(largest)) == 0
    assert 0 <= largest.value < 1e-4


def test_a_wrong_score_is_found(artefact, tmp_path):
    """The program that any compiler builds, with one recorded score changed."""
    c, program = tmp_path / "c", artefact.folder / "program"
    shutil.copytree(artefact.folder / "c", c)
    golden = c / "small_golden.c"
    golden.write_text(re.sub(r"(scores_0\[3\] = \{\s*)[^,]*", r"\g<1>0.875f", golden.read_text()))
    sources = [*sorted(c.rglob("*.c")), program / "test.c"]
    toolchain.build(sources, tmp_path / "test", include=[c, c / "include", program])
    status, out, _ = toolchain.run(tmp_path / "test")
    assert status == 1 and json.loads(out)["wrong"] == 1


def test_rates_out_of_range_are_refused(small_file, tmp_path):
    with pytest.raises(ConfigError, match="accepted are 1000 to 384000 Hz"):
        compile_model(small_file, rate=7, out=tmp_path / "out")


SANITIZED = """#include <stdlib.h>

#include "small_listener.h"

/* Pieces of odd sizes in buffers of exactly their size, a state of exactly its size, at an odd address. */
int main(void) {
    char *memory = malloc(sizeof(small_state) + 1);
    small_state *state = (small_state *)(memory + 1);
    unsigned seed = 1;
    int results = 0;
    if (small_init(state) != UT_OK) return 2;
    for (int i = 0; i < 200; i++) {
        seed = seed * 1664525u + 1013904223u;
        const size_t count = seed >> 20;
        int16_t *samples = malloc(count * sizeof *samples + 1);
        for (size_t k = 0; k < count; k++) samples[k] = (int16_t)((seed = seed * 1664525u + 1013904223u) >> 17);
        for (size_t done = 0; done < count;) {
            int16_t *rest = malloc((count - done) * sizeof *rest);
            for (size_t k = done; k < count; k++) rest[k - done] = samples[k];
            done += small_feed_pcm(state, rest, count - done);
            free(rest);
            float scores[SMALL_LABELS];
            uint64_t begin, end;
            while (small_result(state, scores, &begin, &end)) results += end > begin;
        }
        free(samples);
    }
    free(memory);
    return results < 5;
}
"""


@pytest.mark.slow
def test_the_emitted_c_is_clean_under_warnings_and_sanitizers(artefact, tmp_path):
    if not shutil.which("cc"):
        pytest.skip("no system compiler, and with it no address sanitizer, is on this machine")
    (tmp_path / "main.c").write_text(SANITIZED)
    c = artefact.folder / "c"
    flags = ["-std=gnu11", "-O1", "-g", *native.WARNING_FLAGS]
    flags += ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    sources = [*map(str, sorted(c.rglob("*.c"))), str(tmp_path / "main.c")]
    command = ["cc", *flags, f"-I{c}", f"-I{c / 'include'}", *sources, "-lm", "-o", str(tmp_path / "clean")]
    subprocess.run(command, check=True, timeout=500)
    done = subprocess.run([str(tmp_path / "clean")], capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.slow
@pytest.mark.parametrize("lanes", [1, 8])
def test_other_widths_have_the_size_that_the_header_says(artefact, tmp_path, lanes):
    """One frame at a time, as microcontrollers do, with the least memory; and eight."""
    c, program = artefact.folder / "c", artefact.folder / "program"
    include, flags = [c, c / "include", program], [f"-DUT_LANES={lanes}", "-O1"]
    sources = [*sorted(c.rglob("*.c")), program / "test.c"]
    toolchain.build(sources, tmp_path / "test", include=include, flags=flags, cpu="baseline")
    status, out, _ = toolchain.run(tmp_path / "test")
    assert status == 0 and json.loads(out)["wrong"] == 0
