"""A network of sequences on the whole way: trained, bundled, asked, compiled."""

from __future__ import annotations

import dataclasses
import json
import subprocess

import numpy as np
import pytest

from undertone.audio.read import read
from undertone.audio.write import write
from undertone.bundle import load
from undertone.bundle.model import score
from undertone.deployment import compile_model
from undertone.experiment import settings_from, train_run


@pytest.fixture(scope="module")
def run(tiny, tmp_path_factory):
    values = {"corpus": str(tiny), "model": "compact", "hold_out": ["16"], "sequence": {"epochs": 1, "batch_size": 4}}
    folder = tmp_path_factory.mktemp("compact") / "run"
    train_run(settings_from(values, where="test"), folder)
    return folder


def test_the_bundle_takes_sequences(run, tiny):
    bundle = load(run / "model.undertone")
    assert bundle.frontend.feature_set == "voice.v1" and bundle.frontend.frames == 288
    assert len(bundle.mean) == 66 + 1090 and bundle.rows.shape[1] == 288 * 66 + 1090
    scores = score(bundle, read(next(tiny.rglob("*.flac")))).scores
    assert scores.sum() == pytest.approx(1, abs=1e-6)
    assert bundle.personal.weights.shape == (1090, 3), "the line for a known voice"


def test_the_tutorials_split_never_trains_on_its_test_rows(run, tmp_path, monkeypatch):
    from undertone.corpora import load as load_corpus
    from undertone.experiment import tutorial
    from undertone.experiment.folder import settings_of
    from undertone.experiment.rows import cached

    settings = settings_of(run)
    corpus = load_corpus(settings.corpus)
    rows, sides = cached(corpus, settings, run / "rows.npz"), []
    real = tutorial.train_network

    def watched(corpus, rows, train, validation, *arguments, **options):
        sides.append((set(train), set(validation)))
        return real(corpus, rows, train, validation, *arguments, **options)

    monkeypatch.setattr(tutorial, "train_network", watched)
    figures = tutorial.tutorial_figures(corpus, rows, settings, tmp_path / "tutorial")
    _, test = tutorial.split_rows(len(rows.clip), seed=settings.seed)
    assert (sides[0][0] | sides[0][1]).isdisjoint(test)
    assert not figures.honest


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["f32", "s8"])
def test_the_program_answers_as_python_does(run, tiny, tmp_path, dtype):
    made = compile_model(run / "model.undertone", dtype=dtype, report=False, out=tmp_path / "out")
    bundle = load(run / "model.undertone")
    tolerance = 1e-4 if dtype == "f32" else 0.1
    for number, path in enumerate(sorted(tiny.rglob("*.flac"))[:4]):
        clip = read(path)
        write(tmp_path / f"{number}.wav", clip)
        told = subprocess.run([made.program, tmp_path / f"{number}.wav"], capture_output=True, text=True, check=True)
        scores = json.loads(told.stdout)["scores"]
        expected = score(bundle, clip).scores
        assert np.array([scores[label] for label in bundle.labels]) == pytest.approx(expected, abs=tolerance)


def test_calibrate_asks_voices_that_the_first_training_left_out(run, tiny, tmp_path):
    from undertone.experiment.folder import settings_of

    calibrated = dataclasses.replace(settings_of(run), calibrate=True)
    train_run(calibrated, tmp_path / "run")
    bundle, plain = load(tmp_path / "run" / "model.undertone"), load(run / "model.undertone")
    assert plain.temperature == 1 and bundle.temperature not in (1, plain.temperature)
    assert (tmp_path / "run" / "calibration" / "best.h5").is_file()
    network = [g.constants for g in (bundle.graph, plain.graph)]
    assert all(np.array_equal(network[0][name], network[1][name]) for name in network[1]), "else it is the same network"
    usual = settings_of(run)
    assert calibrated.of_networks.recipe == f"{usual.of_networks.recipe}-calibrated"
    assert calibrated.recipe != usual.recipe


@pytest.mark.slow
def test_networks_of_sequences_are_made_ready_for_integers(run, tiny, tmp_path):
    from undertone.compiler import read_model
    from undertone.experiment.folder import settings_of
    from undertone.training.predict import load as load_network

    aware = dataclasses.replace(settings_of(run), quantise_aware=True)
    train_run(aware, tmp_path / "run")
    kept = [tmp_path / "run" / place / "aware" / "best.h5" for place in (".", "member-1")]
    for path in kept:
        tuned, plain = (load_network(p).get_layer("mix").get_weights()[0] for p in (path, path.parents[1] / "best.h5"))
        steps = tuned / (np.abs(tuned).max(axis=(0, 1)) / 127)
        assert np.array_equal(tuned, plain) or steps == pytest.approx(np.rint(steps), abs=1e-3)
    bundle = load(tmp_path / "run" / "model.undertone")
    whole = read_model(tmp_path / "run" / "aware" / "network.h5")
    assert all(np.array_equal(whole.constants[name], values) for name, values in bundle.graph.constants.items())
    assert aware.recipe == f"{settings_of(run).recipe}-aware"
