"""A program that follows one voice answers as Python does, however the sound comes in; others know nothing of it."""

from __future__ import annotations

import ctypes
import dataclasses
import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from undertone.audio.read import read
from undertone.audio.write import write
from undertone.bundle import save
from undertone.compiler import toolchain
from undertone.compiler.elf import read_object
from undertone.compiler.targets import TARGETS, can_run
from undertone.deployment import compile_model
from undertone.errors import BundleError, ConfigError
from undertone.recognition import predict_clip
from undertone.recognition.one_voice import follow_clip, follow_file, nobody
from undertone.recognition.shipped import SHIPPED, load_or_shipped, path_of
from undertone.types import Clip

from ..conftest import CLIPS
from .test_compile import network

TOLERANCE = 1e-3  # the C keeps its means in float32
SPEAKER = sorted(CLIPS.glob("08*.flac"))


def told_by(program, files, *options):
    done = subprocess.run([program, *options, *files], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def as_wav(paths, folder):
    files = [folder / f"{path.stem}.wav" for path in paths]
    for path, file in zip(paths, files, strict=True):
        write(file, read(path))
    return files


def gap(bundle, files, told):
    """The largest difference to Python, over all files in order; what is known of the voice must be equal."""
    voice, largest = nobody(bundle), 0.0
    for file, line in zip(files, told, strict=True):
        assert line["voice"] == {"segments": voice.segments}
        prediction, voice = follow_file(bundle, voice, str(file))
        scores = np.array([line["scores"][label] for label in bundle.labels])
        largest = max(largest, float(np.abs(scores - prediction.scores).max()))
    return largest


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """The bundle that ships, as a program that follows."""
    return compile_model(SHIPPED, one_voice=True, report=False, out=tmp_path_factory.mktemp("one") / "out")


def test_the_program_follows_as_python_does(program, tmp_path):
    """Clips of a speaker, with silence among them, which is answered and tells nothing of the voice."""
    files = as_wav(SPEAKER[:8], tmp_path)
    write(tmp_path / "silence.wav", Clip(np.zeros(16_000, np.float32), 16_000))
    files.insert(4, tmp_path / "silence.wav")
    bundle, told = load_or_shipped(None), told_by(program.program, files, "--one-voice")
    assert gap(bundle, files, told) < TOLERANCE
    assert told[4]["voice"] == told[5]["voice"] == {"segments": 4}, "silence told nothing"
    plain = told_by(program.program, files)
    assert all("voice" not in line for line in plain)
    assert plain[0]["scores"] == pytest.approx(told[0]["scores"], abs=1e-6), "nothing was heard before the first"
    moved = [
        abs(one["scores"][k] - two["scores"][k]) for one, two in zip(told, plain, strict=True) for k in bundle.labels
    ]
    assert max(moved) > 0.01, "what was heard does move the answers"


def test_the_program_says_what_it_assumes(program):
    words = subprocess.run([program.program, "--help"], capture_output=True, text=True, check=True).stdout
    assert "--one-voice FILE.wav...  the files are of one person, in this order" in words
    assert subprocess.run([program.program, "--one-voice"], capture_output=True, check=False).returncode == 2


def test_without_the_option_nothing_of_it_is_there(lined_bundle, tmp_path):
    """What a model's own files say stays the same; with it they stay too, and others are added."""
    save(lined_bundle, tmp_path / "lined.undertone")
    made = {
        one: compile_model(
            tmp_path / "lined.undertone", one_voice=one, target="c", report=False, out=tmp_path / str(one)
        )
        for one in (False, True)
    }
    files = {one: {p.relative_to(a.folder): p for p in a.folder.rglob("*") if p.is_file()} for one, a in made.items()}
    added = {path.as_posix() for path in files[True].keys() - files[False].keys()}
    assert added == {
        "c/small_one_voice.c",
        "c/small_one_voice.h",
        "c/listener/one_voice.c",
        "c/include/undertone_one_voice.h",
    }
    changed = {p.as_posix() for p, at in files[False].items() if at.read_bytes() != files[True][p].read_bytes()}
    assert changed == {"program/model.h", "build.txt", "CMakeLists.txt"}
    assert "FOLLOWS" not in files[False][next(p for p in files[False] if p.name == "model.h")].read_text()


@dataclasses.dataclass
class Follower:
    """The emitted functions of a small bundle, by ctypes."""

    c: ctypes.CDLL
    state_bytes: int

    def __post_init__(self):
        for name in ("small_feed", "small_clip_segments", "small_clip_bytes"):
            getattr(self.c, name).restype = ctypes.c_size_t
        self.voice = np.full(4 * (1 + 162 + 3), 0xAA, np.uint8)
        self.forget()

    def at(self, array):
        return ctypes.c_void_p(array.ctypes.data)

    def forget(self):
        self.c.small_new_voice(self.at(self.voice))

    def clip(self, samples, rate):
        count = ctypes.c_size_t(samples.size)
        work = np.empty(self.c.small_clip_bytes(count, rate), np.uint8)
        rows, whole = np.empty((self.c.small_clip_segments(count, rate), 3), np.float32), np.empty(3, np.float32)
        arguments = (self.at(work), ctypes.c_size_t(work.size), self.at(self.voice), self.at(rows), self.at(whole))
        assert self.c.small_voice_clip(self.at(samples), count, rate, *arguments) == 0
        return rows

    def stream(self, samples, pieces):
        state, rows = np.full(self.state_bytes, 0xAA, np.uint8), []
        scores, begin, end = (ctypes.c_float * 3)(), ctypes.c_uint64(), ctypes.c_uint64()

        def take():
            while self.c.small_voice_result(
                self.at(state), self.at(self.voice), scores, ctypes.byref(begin), ctypes.byref(end)
            ):
                rows.append(np.array(scores, np.float32))

        assert self.c.small_init(self.at(state)) == 0
        for piece in np.split(samples, pieces):
            done = 0
            while done < piece.size:
                rest = np.ascontiguousarray(piece[done:])
                done += self.c.small_feed(self.at(state), self.at(rest), ctypes.c_size_t(rest.size))
                take()
        self.c.small_end(self.at(state))
        take()
        return np.stack(rows)


@pytest.fixture(scope="module")
def followed(lined_bundle, tmp_path_factory):
    """The bundle and its emitted functions, sanitized."""
    folder = tmp_path_factory.mktemp("follower")
    bundle = dataclasses.replace(lined_bundle, doubt=dataclasses.replace(lined_bundle.doubt, limit=60.0))
    save(bundle, folder / "lined.undertone")
    made = compile_model(
        folder / "lined.undertone", one_voice=True, target="c", rate=16_000, report=False, out=folder / "out"
    )
    c, library = made.folder / "c", folder / "small.so"
    flags = ["-fsanitize=undefined", "-fsanitize-trap=undefined", "-Wconversion", "-Wshadow", "-Werror"]
    toolchain.build(sorted(c.rglob("*.c")), library, include=[c, c / "include"], flags=flags, shared=True)
    sizes = re.findall(r"_STATE_BYTES (\d+)", (c / "small_listener.h").read_text())
    return bundle, Follower(ctypes.CDLL(str(library)), max(map(int, sizes)))


def sound(seed, seconds):
    rng, time = np.random.default_rng(seed), np.arange(round(16_000 * seconds)) / 16_000
    tone = sum(np.sin(2 * np.pi * k * (120 + 30 * seed) * time) / k for k in range(1, 9))
    return (0.1 * tone + 0.01 * rng.standard_normal(time.size)).astype(np.float32)


def test_a_stream_and_whole_clips_have_the_same_bits(followed):
    bundle, follower = followed
    sounds, by = [sound(seed, seconds) for seed, seconds in enumerate((1.0, 6.2, 3.0, 5.0))], {}
    for way in ("clip", "stream"):
        follower.forget()
        rows = [
            follower.clip(s, 16_000) if way == "clip" else follower.stream(s, sorted({7, 5000, s.size // 2}))
            for s in sounds
        ]
        by[way] = (np.concatenate(rows).tobytes(), follower.voice.tobytes())
    assert by["clip"] == by["stream"]
    voice, expected = nobody(bundle), []
    for s in sounds:
        prediction, voice = follow_clip(bundle, voice, Clip(s, 16_000))
        expected.append(prediction.segment_scores)
    assert np.frombuffer(by["clip"][0], np.float32).reshape(-1, 3) == pytest.approx(np.concatenate(expected), abs=1e-4)
    assert int.from_bytes(by["clip"][1][:4], "little") == voice.segments == 6
    rest = np.frombuffer(by["clip"][1][-12:], np.float32)
    assert rest - rest.mean() == pytest.approx(voice.rest - voice.rest.mean(), abs=1e-3)


def test_a_new_voice_is_answered_as_the_first_was(followed):
    _, follower = followed
    follower.forget()
    first = follower.clip(sound(1, 1.0), 16_000)
    second = follower.clip(sound(1, 1.0), 16_000)
    follower.forget()
    assert first.tobytes() == follower.clip(sound(1, 1.0), 16_000).tobytes() != second.tobytes()


def test_a_sound_that_is_no_number_leaves_the_voice_as_it_was(followed):
    _, follower = followed
    follower.forget()
    follower.clip(sound(1, 1.0), 16_000)
    before, broken = follower.voice.tobytes(), sound(2, 1.0)
    broken[500] = np.nan
    follower.clip(broken, 16_000)
    assert follower.voice.tobytes() == before


def test_what_cannot_follow_is_refused_before_anything_is_written(small_file, tmp_path):
    out = tmp_path / "out"
    with pytest.raises(BundleError, match="holds no line for a known voice, so it cannot follow one"):
        compile_model(small_file, one_voice=True, out=out)
    with pytest.raises(BundleError, match="its network is in integers, which cannot follow one voice"):
        compile_model(path_of(Path("english-tiny")), one_voice=True, out=out)
    with pytest.raises(ConfigError, match="one voice: a bare network takes numbers, not sound, and knows no voice"):
        compile_model(network(tmp_path / "net.onnx"), one_voice=True, out=out)
    assert not out.exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "dtype", "tolerance"),
    [("emodb", "f32", TOLERANCE), ("english", "f32", TOLERANCE), ("emodb", "s8", 0.05), ("english", "s8", 0.05)],
)
def test_all_clips_of_a_speaker(name, dtype, tolerance, tmp_path):
    """In integers the network's opinion is another, as without a voice; the lines for the voice stay in float32."""
    files = as_wav(SPEAKER, tmp_path)
    made = compile_model(path_of(Path(name)), one_voice=True, dtype=dtype, report=False, out=tmp_path / "out")
    assert gap(load_or_shipped(Path(name)), files, told_by(made.program, files, "--one-voice")) < tolerance


@pytest.mark.slow
@pytest.mark.parametrize("target", ["cortex-m4", "wasm32", "arduino"])
def test_it_is_built_for_other_machines(target, tmp_path):
    made = compile_model(SHIPPED, one_voice=True, target=target, report=False, out=tmp_path / "out")
    content = made.program.read_bytes()
    if target == "cortex-m4":
        functions = {f.name for f in read_object((made.folder / "emodb.o").read_bytes()).functions}
        assert {"emodb_new_voice", "emodb_voice_result", "emodb_voice_clip"} <= functions
    if target == "wasm32":
        assert b"emodb_new_voice" in content and b"emodb_voice_clip" in content


@pytest.mark.slow
def test_a_module_follows_in_node(tmp_path):
    """At the first clips of a speaker: the answers of Python; and when it forgets, the first answer again."""
    if not can_run(TARGETS["wasm32"]):
        pytest.skip("node is not on this machine")
    compile_model(SHIPPED, one_voice=True, target="wasm32", report=False, out=tmp_path / "out")
    bundle, voice, expected = load_or_shipped(None), nobody(load_or_shipped(None)), []
    clips = [read(path) for path in SPEAKER[:4]]
    for number, clip in enumerate(clips):
        clip.samples.astype("<f4").tofile(tmp_path / f"{number}.f32")
        prediction, voice = follow_clip(bundle, voice, clip)
        expected.append(prediction.scores)
    (tmp_path / "follow.mjs").write_text(
        f"""
import {{ readFileSync }} from "node:fs";
import {{ load, OneVoice }} from "./out/emodb.mjs";
const listener = await load(), voice = new OneVoice(listener), told = [];
const sounds = [0, 1, 2, 3].map((i) => new Float32Array(readFileSync(`./${{i}}.f32`).buffer.slice(0)));
for (const sound of sounds) told.push(voice.predict(sound, {clips[0].rate}).scores);
const plain = listener.predict(sounds[3], {clips[0].rate}).scores, heard = voice.segments;
voice.forget();
const again = voice.predict(sounds[0], {clips[0].rate}).scores;
console.log(JSON.stringify({{ told, plain, heard, again }}));
"""
    )
    done = subprocess.run(["node", "follow.mjs"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    scores = np.array([[row[label] for label in bundle.labels] for row in told["told"]])
    assert scores == pytest.approx(np.stack(expected), abs=TOLERANCE)
    assert told["heard"] == voice.segments and told["again"] == told["told"][0]
    assert told["plain"] == pytest.approx(as_dict(predict_clip(bundle, clips[3])), abs=TOLERANCE)


def as_dict(prediction):
    return dict(zip(prediction.labels, map(float, prediction.scores), strict=True))
