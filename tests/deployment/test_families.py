"""Each model from one file of settings to a program that answers every clip of EMO-DB as Python does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from undertone.audio.read import read
from undertone.audio.write import write
from undertone.bundle import load
from undertone.config import read_toml_values
from undertone.deployment import compile_model
from undertone.experiment import settings_from, train_run
from undertone.models import MODELS
from undertone.recognition import predict_file

CLIPS = sorted((Path(__file__).parents[2] / "data/emodb/wav").glob("*.flac"))
SHORT = {
    "article": "[train]\nepochs = 1\nbatch_size = 16\n",
    "compact": "[sequence]\nepochs = 1\nbatch_size = 4\n",
    "tiny": "[sequence]\nepochs = 1\nbatch_size = 4\n",
    "pooled": "",
    "pooled-mlp": "[train]\nepochs = 5\n",
    "pooled-svm": "[svm]\nc = 1e-3\n",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    files = [folder / f"{clip.stem}.wav" for clip in CLIPS]
    for clip, file in zip(CLIPS, files, strict=True):
        write(file, read(clip))
    return files


def test_every_model_is_tried():
    assert set(SHORT) == set(MODELS)


@pytest.mark.slow
@pytest.mark.parametrize("model", SHORT)
def test_python_and_program_agree_on_all_clips(model, tiny, files, tmp_path):
    toml = tmp_path / "run.toml"
    toml.write_text(f'corpus = "{tiny}"\nmodel = "{model}"\nhold_out = ["16"]\n{SHORT[model]}')
    train_run(settings_from(read_toml_values(toml), where=str(toml)), tmp_path / "run")
    bundle = load(tmp_path / "run" / "model.undertone")
    program = compile_model(tmp_path / "run" / "model.undertone", report=False, out=tmp_path / "out")
    assert len(files) == 535
    gaps = []
    for file, there in zip(files, program.answer(files), strict=True):
        here = predict_file(bundle, str(file))
        gaps.append(float(np.abs(here.scores - there.scores).max()))
        best = np.sort(here.scores)[-2:]
        assert here.label == there.label or best[1] - best[0] < 2e-3
    assert max(gaps) < 1e-3, sorted(gaps)[-5:]
