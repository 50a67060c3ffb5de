"""Bundles and networks to programs: the same answers as Python, and clear words for what cannot be answered."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from undertone.audio.read import read
from undertone.audio.write import write
from undertone.bundle import load
from undertone.compiler import toolchain
from undertone.deployment import compile_model
from undertone.deployment.literals import text
from undertone.errors import InputError, ModelError, NotFoundError, ToolchainError, UnknownNameError, UnsupportedError
from undertone.recognition import predict_file, to_json
from undertone.recognition.shipped import SHIPPED

CLIPS = sorted((Path(__file__).parents[2] / "data/emodb/wav").glob("*.flac"))[::77]


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return compile_model(SHIPPED, report=False, out=tmp_path_factory.mktemp("compiled") / "out")


def tone(rate: int, seconds: float, channels: int = 1) -> np.ndarray:
    t = np.arange(int(rate * seconds)) / rate
    return np.repeat((0.3 * np.sin(2 * np.pi * 200 * t) * (1 + np.sin(9 * t)) / 2)[:, None], channels, axis=1).astype(
        np.float32
    )


def wav(path: Path, samples: np.ndarray, rate: int) -> Path:
    import soundfile

    soundfile.write(path, samples, rate, subtype="FLOAT")
    return path


def test_the_program_answers_as_python_does(program, tmp_path):
    bundle = load(SHIPPED)
    files = []
    for clip in CLIPS:
        files.append(tmp_path / f"{clip.stem}.wav")
        write(files[-1], read(clip))
    files.append(wav(tmp_path / "long, 5.1.wav", tone(48_000, 8.3, 6), 48_000))
    files.append(wav(tmp_path / "high.wav", tone(96_000, 1.0), 96_000))
    files.append(wav(tmp_path / "short.wav", tone(16_000, 0.05), 16_000))
    files.append(wav(tmp_path / "silent.wav", np.zeros(8000, np.float32), 8000))
    files.append(wav(tmp_path / "clipped.wav", np.clip(tone(22_050, 1) * 9, -1, 1), 22_050))
    told = program.answer(files)
    for file, there in zip(files, told, strict=True):
        here = predict_file(bundle, str(file))
        assert np.abs(here.scores - there.scores).max() < 1e-3
        assert here.label == there.label
        assert here.notes == there.notes
        assert [(round(s.begin_s, 4), round(s.end_s, 4)) for s in here.segments] == [
            (s.begin_s, s.end_s) for s in there.segments
        ]


def test_the_json_has_the_shape_of_predicts(program, tmp_path):
    file = wav(tmp_path / 'a "quoted" \\ name ä.wav', tone(16_000, 3.9), 16_000)
    _, out, _ = toolchain.run(program.program, [str(file)])
    bundle = load(SHIPPED)
    there, here = json.loads(out), json.loads(to_json(predict_file(bundle, str(file)), bundle))
    assert list(there) == list(here) and there["file"] == here["file"] and there["model"] == here["model"]
    assert [list(s) for s in there["segments"]] == [list(s) for s in here["segments"]]
    assert list(there["scores"]) == list(here["scores"])


def test_bad_files_are_named_and_good_ones_answered(program, tmp_path):
    good = wav(tmp_path / "good.wav", tone(16_000, 1), 16_000)
    bad = {
        "missing.wav": None,
        "empty.wav": b"",
        "text.wav": b"not a recording\n" * 20,
        "cut.wav": good.read_bytes()[:30],
        "nan.wav": good.read_bytes()[:-4] + struct.pack("<f", float("nan")),
        "huge.wav": good.read_bytes()[:-4] + struct.pack("<f", 1e30),
    }
    for name, data in bad.items():
        if data is not None:
            (tmp_path / name).write_bytes(data)
    status, out, words = toolchain.run(program.program, [str(tmp_path / n) for n in bad] + [str(good)])
    assert status == 1
    assert [json.loads(line)["file"] for line in out.decode().splitlines()] == [str(good)]
    for name in bad:
        assert any(line.startswith("error: ") and name in line for line in words.splitlines()), name
    with pytest.raises(ToolchainError, match=r"missing\.wav"):
        program.answer([tmp_path / "missing.wav"])


def test_the_program_replays_its_golden_sounds_and_says_who_it_is(program):
    status, out, _ = toolchain.run(program.program, ["--golden"])
    assert status == 0 and out.decode().count(": right") == len(load(SHIPPED).golden)
    bundle = load(SHIPPED)
    assert toolchain.run(program.program, ["--version"])[1].decode().split() == [*bundle.name.split(), bundle.sha256]
    status, out, _ = toolchain.run(program.program, ["--help"])
    assert status == 0 and b"usage:" in out and bundle.labels[0].encode() in out
    status, _, words = toolchain.run(program.program)
    assert status == 2 and "usage:" in words
    assert toolchain.run(program.program, ["--nonsense"])[0] == 2


def network(path: Path) -> Path:
    onnx = pytest.importorskip("onnx")
    node = onnx.helper.make_node("Relu", ["x"], ["y"])
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph([node], "n", [value("x", 1, [1, 6])], [value("y", 1, [1, 6])])
    onnx.save(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=9), path)
    return path


def test_a_bare_network_takes_and_gives_floats(tmp_path):
    made = compile_model(network(tmp_path / "net.onnx"), report=False, out=tmp_path / "out")
    x = np.random.default_rng(0).normal(size=(3, 6)).astype(np.float32)
    status, out, _ = toolchain.run(made.program, stdin=x.tobytes())
    assert status == 0 and np.array_equal(np.frombuffer(out, np.float32).reshape(3, 6), np.maximum(x, 0))
    (tmp_path / "x.f32").write_bytes(x.tobytes()[:20])
    status, _, words = toolchain.run(made.program, [str(tmp_path / "x.f32")])
    assert status == 1 and "20 bytes of an input's 24" in words


@pytest.mark.parametrize("name", ["model", "math"])
def test_a_network_may_have_any_name(name, tmp_path):
    made = compile_model(network(tmp_path / f"{name}.onnx"), report=False, out=tmp_path / "out")
    status, out, _ = toolchain.run(made.program, stdin=np.float32([-1, 2, -3, 4, -5, 6]).tobytes())
    assert status == 0 and np.frombuffer(out, np.float32).tolist() == [0, 2, 0, 4, 0, 6]


def test_a_network_of_integers_is_refused_in_words(tmp_path):
    onnx = pytest.importorskip("onnx")
    node, value = onnx.helper.make_node("Cast", ["x"], ["y"], to=1), onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph([node], "n", [value("x", 7, [1, 6])], [value("y", 1, [1, 6])])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, tmp_path / "net.onnx")
    with pytest.raises(UnsupportedError, match=r"'x' is int64 \(1, 6\); a program takes and gives float32"):
        compile_model(tmp_path / "net.onnx", out=tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir()] == ["net.onnx"]


def test_a_failure_leaves_what_was_there(tmp_path):
    out = tmp_path / "out"
    compile_model(network(tmp_path / "net.onnx"), report=False, out=out)
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    (tmp_path / "bad.onnx").write_bytes(b"x")
    with pytest.raises(ModelError):
        compile_model(tmp_path / "bad.onnx", out=out)
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.onnx", "net.onnx", "out"]


def test_wrong_requests_are_refused(tmp_path):
    net = network(tmp_path / "net.onnx")
    with pytest.raises(UnknownNameError, match="did you mean 'native'"):
        compile_model(net, target="nativ", out=tmp_path / "out")
    with pytest.raises(UnknownNameError, match="did you mean 'ram'"):
        compile_model(net, optimize="rem", out=tmp_path / "out")
    with pytest.raises(NotFoundError):
        compile_model(tmp_path / "none.onnx", out=tmp_path / "out")
    foreign = tmp_path / "letters"
    foreign.mkdir()
    (foreign / "dear.txt").write_text("hello")
    with pytest.raises(InputError, match="was not made by compile"):
        compile_model(net, out=foreign)
    assert (foreign / "dear.txt").read_text() == "hello"


def test_any_name_survives_as_c():
    assert text('a"b\\c\n??') == '"a\\042b\\134c\\012\\077\\077"'


@pytest.mark.slow
def test_python_and_program_agree_on_the_whole_corpus(program, tmp_path):
    """Labels may differ only where the two best scores lie within 0.002 of each other."""
    bundle = load(SHIPPED)
    clips = sorted(CLIPS[0].parent.glob("*.flac"))
    assert len(clips) == 535
    files = [tmp_path / f"{clip.stem}.wav" for clip in clips]
    for clip, file in zip(clips, files, strict=True):
        write(file, read(clip))
    for file, there in zip(files, program.answer(files), strict=True):
        here = predict_file(bundle, str(file))
        best = np.sort(here.scores)[-2:]
        assert np.abs(here.scores - there.scores).max() < 1e-3
        assert here.label == there.label or best[1] - best[0] < 2e-3


def test_a_run_folder_is_answered_with_the_bundle_inside(tmp_path):
    (tmp_path / "best.undertone").write_bytes(b"x")
    with pytest.raises(InputError, match=r"is a folder; name the file inside it: .*best\.undertone"):
        compile_model(tmp_path, out=tmp_path / "out")
