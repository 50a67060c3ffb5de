"""A personal bundle is an ordinary bundle: compiled, it answers as Python does."""

from __future__ import annotations

import json
import subprocess

import numpy as np
import pytest

from undertone.audio.read import read
from undertone.audio.write import write
from undertone.bundle import load, save, score
from undertone.deployment import compile_model
from undertone.experiment import settings_from, train_run
from undertone.recognition.adapt import adapt
from undertone.recognition.personal_card import named

from ..conftest import CLIPS


@pytest.fixture(scope="module")
def personal(tiny, tmp_path_factory):
    """A line that was fitted on two speakers, adapted to a third by twelve clips."""
    folder = tmp_path_factory.mktemp("personal")
    values = {"corpus": str(tiny), "model": "pooled", "hold_out": ["16"]}
    general = train_run(settings_from(values, where="test"), folder / "run")
    clips = [read(path) for letter in "WNT" for path in sorted(CLIPS.glob(f"16???{letter}?.flac"))[:4]]
    save(named(adapt(general, clips), "mine"), folder / "mine.undertone")
    return folder / "mine.undertone"


@pytest.mark.slow
@pytest.mark.parametrize(("dtype", "tolerance"), [("f32", 1e-4), ("s8", 0.1)])
def test_the_program_answers_as_python_does(personal, tiny, tmp_path, dtype, tolerance):
    bundle = load(personal)
    made = compile_model(personal, dtype=dtype, report=False, out=tmp_path / "out")
    for number, recording in enumerate(sorted(tiny.rglob("*16*.flac"))[:4]):
        write(tmp_path / f"{number}.wav", read(recording))
        told = subprocess.run([made.program, tmp_path / f"{number}.wav"], capture_output=True, text=True, check=True)
        scores = json.loads(told.stdout)["scores"]
        expected = score(bundle, read(recording)).scores
        assert np.array([scores[label] for label in bundle.labels]) == pytest.approx(expected, abs=tolerance)
