"""Every feature set of a front end goes through bundle and program: the same scores as in Python."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from undertone.audio.read import read
from undertone.audio.write import write
from undertone.bundle import load, save
from undertone.bundle.model import network_inputs
from undertone.compiler import Tensor, toolchain
from undertone.compiler.importers.builder import GraphBuilder
from undertone.compiler.targets import TARGETS, can_run
from undertone.deployment import compile_model
from undertone.deployment.ask import ask_sound
from undertone.evaluation import Doubt
from undertone.features import FrontEnd
from undertone.recognition import predict_file

CLIPS = sorted((Path(__file__).parents[2] / "data/emodb/wav").glob("*.flac"))[5::200]

#: Limits that most segments are beyond, so that what softens them is compared too.
DOUBTS = {
    "melpitch.v1": lambda columns: Doubt(
        1.2, np.full(2 * columns, 0.1, np.float32), np.full(2 * columns, 0.6, np.float32)
    ),
    "pooledlog.v1": lambda columns: Doubt(0.05),
    "pooledlog.v2": lambda columns: Doubt(0.05),
    "voice.v1": lambda columns: Doubt(0.05, statistics=1090),
}


def line(small_bundle, feature_set):
    """A bundle of one dense layer over a segment's numbers."""
    front_end = FrontEnd(feature_set=feature_set, segment_s=1.0)
    rng, columns = np.random.default_rng(5), front_end.scaler_size
    builder = GraphBuilder("small", "weights drawn by a test")
    features = builder.input("features", Tensor((1, front_end.size)))
    drawn = rng.standard_normal((front_end.size, 3)) / front_end.size**0.5
    weights = builder.constant("weights", drawn.astype(np.float32))
    scores = builder.add("Softmax", [builder.add("MatMul", [features, weights], "dense")], "scores", axis=-1)
    return replace(
        small_bundle,
        graph=builder.graph([scores]),
        frontend=front_end,
        mean=rng.standard_normal(columns).astype(np.float32),
        inv_scale=np.full(columns, 0.1, np.float32),
        doubt=DOUBTS[feature_set](columns),
    )


@pytest.mark.slow
@pytest.mark.parametrize("feature_set", ["melpitch.v1", "pooledlog.v1", "pooledlog.v2", "voice.v1"])
def test_the_program_answers_as_python_does(small_bundle, feature_set, tmp_path):
    save(line(small_bundle, feature_set), tmp_path / "line.undertone")
    bundle = load(tmp_path / "line.undertone")  # which replays its golden sounds
    files = [tmp_path / f"{clip.stem}.wav" for clip in CLIPS]
    for file, clip in zip(files, CLIPS, strict=True):
        write(file, read(clip))
    told = compile_model(tmp_path / "line.undertone", out=tmp_path / "out").answer(files)
    for file, there in zip(files, told, strict=True):
        here = predict_file(bundle, str(file))
        assert len(here.segments) > 1 and here.scores.max() < 0.99
        inputs = network_inputs(bundle, bundle.frontend.transform(read(file))[1])
        assert (bundle.doubt.softening(inputs, 3.0) > 1).any()
        np.testing.assert_allclose(there.scores, here.scores, atol=1e-5)
        np.testing.assert_allclose(there.segment_scores, here.segment_scores, atol=1e-5)


@pytest.fixture(scope="module")
def two_parts(small_bundle, tmp_path_factory):
    """A bundle over voice.v1, with rows to quantise by, and a recording; both saved."""
    folder = tmp_path_factory.mktemp("two parts")
    bundle = line(small_bundle, "voice.v1")
    rows = np.vstack([bundle.frontend.transform(read(clip))[1] for clip in CLIPS])
    save(replace(bundle, rows=rows), folder / "line.undertone")
    write(folder / "clip.wav", read(CLIPS[0]))
    return folder


@pytest.mark.slow
def test_the_program_hears_both_parts_to_the_bit(two_parts, tmp_path):
    made = compile_model(two_parts / "line.undertone", out=tmp_path / "out", profile="reproducible", report=False)
    status, out, words = toolchain.run(made.program, ["--features", str(two_parts / "clip.wav")])
    assert status == 0, words
    there = np.array(json.loads(out)["segments"]).astype(np.float32)
    here = load(two_parts / "line.undertone").frontend.transform(read(two_parts / "clip.wav"))[1]
    np.testing.assert_array_equal(there.view(np.uint32), here.view(np.uint32))


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["f32", "s8"])
def test_both_parts_reach_every_kind_of_target(two_parts, tmp_path, dtype):
    """Programs answer files; modules and firmware are fed piece by piece."""
    clip, told = read(two_parts / "clip.wav"), {}
    for name in ("native", "wasm32", "cortex-m4"):
        target, how = TARGETS[name], {"dtype": dtype, "profile": "reproducible", "rate": clip.rate, "report": False}
        if not can_run(target):
            pytest.skip(f"{target.run_by} is not on this machine")
        artefact = compile_model(two_parts / "line.undertone", target=name, out=tmp_path / name, **how)
        hears = target.kind == "program"
        told[name] = artefact.answer([two_parts / "clip.wav"])[0].scores if hears else ask_sound(artefact, clip)
    here = predict_file(load(two_parts / "line.undertone"), str(two_parts / "clip.wav")).scores
    assert len({scores.tobytes() for scores in told.values()}) == 1
    assert np.abs(told["native"] - here).max() < (1e-5 if dtype == "f32" else 0.05)
