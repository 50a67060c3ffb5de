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
from undertone.recognition.voice import answers, line_of, listen

from ..conftest import CLIPS

F32 = 5e-4  # the deviations within a voice are smaller than those of all, so the rounding of the features weighs more


@pytest.fixture(scope="module", params=["pooled", "compact"])
def personal(request, tiny, tmp_path_factory):
    """A model that two speakers trained, adapted to a third by twelve clips: the bundle, the clips, their answers."""
    folder = tmp_path_factory.mktemp("personal")
    values = {"corpus": str(tiny), "model": request.param, "hold_out": ["16"]}
    quick = {"sequence": {"epochs": 1, "batch_size": 4}} if request.param == "compact" else {}
    general = train_run(settings_from(values | quick, where="test"), folder / "run")
    clips = [read(path) for letter in "WNT" for path in sorted(CLIPS.glob(f"16???{letter}?.flac"))[:4]]
    save(named(adapt(general, clips), "mine"), folder / "mine.undertone")
    voice = listen(general, clips)
    told = answers(general, voice, line_of(general, voice, None), limit=general.personal.limit)
    return folder / "mine.undertone", clips, told


@pytest.mark.slow
def test_the_bundle_answers_as_the_adaptation_foretold(personal):
    path, clips, told = personal
    bundle = load(path)
    for clip, row in zip(clips, told, strict=True):
        assert score(bundle, clip).scores == pytest.approx(row, abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(("dtype", "tolerance"), [("f32", F32), ("s8", 0.1)])
def test_the_program_answers_as_python_does(personal, tmp_path, dtype, tolerance):
    path, clips, _ = personal
    bundle = load(path)
    made = compile_model(path, dtype=dtype, report=False, out=tmp_path / "out")
    for number, clip in enumerate(clips[::3]):
        write(tmp_path / f"{number}.wav", clip)
        told = subprocess.run([made.program, tmp_path / f"{number}.wav"], capture_output=True, text=True, check=True)
        scores = json.loads(told.stdout)["scores"]
        expected = score(bundle, clip).scores
        assert np.array([scores[label] for label in bundle.labels]) == pytest.approx(expected, abs=tolerance)
