"""Every feature set of a front end goes through bundle and program: the same scores as in Python."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from undertone.audio.read import read
from undertone.audio.write import write
from undertone.bundle import load, save
from undertone.bundle.model import network_inputs
from undertone.compiler import Tensor
from undertone.compiler.importers.builder import GraphBuilder
from undertone.deployment import compile_model
from undertone.evaluation import Doubt
from undertone.features import FEATURES, FrontEnd
from undertone.recognition import predict_file

CLIPS = sorted((Path(__file__).parents[2] / "data/emodb/wav").glob("*.flac"))[5::200]

#: Limits that most segments are beyond, so that what softens them is compared too.
DOUBTS = {
    "melpitch.v1": lambda columns: Doubt(
        1.2, np.full(2 * columns, 0.1, np.float32), np.full(2 * columns, 0.6, np.float32)
    ),
    "pooledlog.v1": lambda columns: Doubt(0.05),
    "pooledlog.v2": lambda columns: Doubt(0.05),
}


def line(small_bundle, feature_set):
    """A bundle of one dense layer over a segment's numbers."""
    front_end = FrontEnd(feature_set=feature_set, segment_s=1.0)
    rng, columns = np.random.default_rng(5), FEATURES[feature_set].size
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
@pytest.mark.parametrize("feature_set", ["melpitch.v1", "pooledlog.v1", "pooledlog.v2"])
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
        assert (bundle.doubt.softening(network_inputs(bundle, bundle.frontend.transform(read(file))[1])) > 1).any()
        np.testing.assert_allclose(there.scores, here.scores, atol=1e-5)
        np.testing.assert_allclose(there.segment_scores, here.segment_scores, atol=1e-5)
