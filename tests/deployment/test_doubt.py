"""What softens an answer, and "unknown": the program as Python."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from undertone.audio.read import read
from undertone.audio.write import write
from undertone.bundle import load, save, score
from undertone.compiler import toolchain
from undertone.deployment import compile_model
from undertone.evaluation import Doubt
from undertone.recognition import predict_file, to_json

CLIPS = sorted((Path(__file__).parents[2] / "data/emodb/wav").glob("*.flac"))[4::60]


@pytest.fixture(scope="module")
def doubting(small_bundle, tmp_path_factory):
    """The small bundle, for which some of EMO-DB's clips are strange or short, and half of the answers too weak."""
    folder = tmp_path_factory.mktemp("doubting")
    plain = dataclasses.replace(small_bundle, temperature=0.3)
    strange = [Doubt(1.0).strangeness((plain.frontend.transform(read(c))[1] - plain.mean) * 0.02)[0] for c in CLIPS]
    doubt = Doubt(float(np.median(strange)), usual_s=2.0)
    best = [score(dataclasses.replace(plain, doubt=doubt), read(c)).scores.max() for c in CLIPS]
    below = float(np.median(best))
    save(dataclasses.replace(plain, doubt=doubt, unknown_below=below), folder / "small.undertone")
    return folder / "small.undertone"


def test_the_program_doubts_as_python_does(doubting, tmp_path):
    bundle, files = load(doubting), []
    made = compile_model(doubting, report=False, out=tmp_path / "out")
    for clip in CLIPS:
        files.append(tmp_path / f"{clip.stem}.wav")
        write(files[-1], read(clip))
    _, out, _ = toolchain.run(made.program, [str(f) for f in files])
    here = [json.loads(to_json(predict_file(bundle, str(f)), bundle)) for f in files]
    there = [json.loads(line) for line in out.decode().splitlines()]
    assert [p["label"] for p in there] == [p["label"] for p in here]
    assert [[s["label"] for s in p["segments"]] for p in there] == [[s["label"] for s in p["segments"]] for p in here]
    assert {p["label"] == "unknown" for p in here} == {True, False}
    undoubted = dataclasses.replace(bundle, doubt=None)
    changed = [
        predict_file(undoubted, str(f)).scores.max() > max(p["scores"].values()) + 0.01
        for f, p in zip(files, here, strict=True)
    ]
    assert 0 < sum(changed) < len(changed)
    for a, b in zip(there, here, strict=True):
        assert list(a["scores"].values()) == pytest.approx(list(b["scores"].values()), abs=1e-4)
    assert [p.label for p in made.answer(files)] == [p["label"] for p in here]
    assert toolchain.run(made.program, ["--golden"])[0] == 0
