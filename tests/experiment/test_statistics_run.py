"""A network and a support vector machine over statistics on the whole way: trained, bundled, judged, compiled."""

from __future__ import annotations

import json
import subprocess

import numpy as np
import pytest

from undertone.audio.read import read
from undertone.audio.write import write
from undertone.bundle import load
from undertone.bundle.model import score
from undertone.corpora import load as load_corpus
from undertone.deployment import compile_model
from undertone.errors import BundleError
from undertone.experiment import evaluate_run, settings_from, train_run
from undertone.experiment.folder import fold_of, settings_of
from undertone.experiment.rows import cached
from undertone.experiment.sequences import statistics_of
from undertone.recognition.adapt import adapt
from undertone.training import History, fit_scaler, read_history
from undertone.training.svm import fit_margins

MODELS = ("pooled-mlp", "pooled-svm")


def settings(tiny, model, **more):
    values = {"corpus": str(tiny), "model": model, "hold_out": ["16"], "train": {"epochs": 5}, **more}
    return settings_from(values, where="test")


@pytest.fixture(scope="module")
def runs(tiny, tmp_path_factory):
    folder = tmp_path_factory.mktemp("statistics")
    for model in MODELS:
        train_run(settings(tiny, model), folder / model)
    return folder


def learned(run):
    """The statistics that a run learned from, and its settings."""
    given = settings_of(run)
    corpus = load_corpus(given.corpus)
    rows, fold = cached(corpus, given, run / "rows.npz"), fold_of(run, corpus)
    train = rows.where((*fold.train, *fold.validation), copies=True)
    return *statistics_of(corpus, rows, train, given), given


@pytest.mark.parametrize("model", MODELS)
def test_the_program_answers_as_python_does(runs, tiny, tmp_path, model):
    bundle, clip = load(runs / model / "model.undertone"), read(sorted(tiny.rglob("*.flac"))[0])
    write(tmp_path / "clip.wav", clip)
    for dtype, tolerance in (("f32", 1e-4), ("s8", 0.1)):
        made = compile_model(runs / model / "model.undertone", dtype=dtype, report=False, out=tmp_path / dtype)
        told = subprocess.run([made.program, tmp_path / "clip.wav"], capture_output=True, text=True, check=True)
        scores = json.loads(told.stdout)["scores"]
        there = np.array([scores[label] for label in bundle.labels])
        assert there == pytest.approx(score(bundle, clip).scores, abs=tolerance)


@pytest.mark.parametrize("model", MODELS)
def test_all_training_speakers_are_learned_from_and_the_scaler_is_theirs(runs, model):
    own, _, _ = learned(runs / model)
    bundle, scaler = load(runs / model / "model.undertone"), fit_scaler(own.x)
    assert np.array_equal(bundle.mean, scaler.mean)
    assert 0 < bundle.doubt.usual_s <= bundle.frontend.segment_s, "how long their recordings are softens short ones"
    assert evaluate_run(runs / model).honest.honest


def test_the_margins_in_the_bundle_are_those_of_rows_and_copies(runs):
    own, copies, given = learned(runs / "pooled-svm")
    bare = fit_margins(own, 3, given.svm, copies=copies)
    bundle = load(runs / "pooled-svm" / "model.undertone")
    kept = next(values for values in bundle.graph.constants.values() if values.shape == (1090, 3))
    np.testing.assert_allclose(kept, bare.weights / given.svm.few_speakers_temperature, rtol=1e-5, atol=1e-8)


def test_the_network_has_a_temperature_from_voices_that_a_first_one_did_not_hear(runs):
    run = runs / "pooled-mlp"
    assert load(run / "model.undertone").temperature != 1
    assert (run / "calibration" / "best.h5").read_bytes() != (run / "best.h5").read_bytes()
    history = read_history(run / "history.json")
    assert isinstance(history, History) and len(history) == history.best_epoch == 5 and not history.val_uar


@pytest.mark.parametrize("model", MODELS)
def test_the_same_settings_give_the_same_network(runs, tiny, tmp_path, model):
    train_run(settings(tiny, model), tmp_path / model)
    networks = sorted(path.name for path in (runs / model).glob("*.h5"))
    assert networks == (["best.h5", "network.h5"] if model == "pooled-mlp" else ["best.h5"])
    for name in networks:
        assert (tmp_path / model / name).read_bytes() == (runs / model / name).read_bytes()


@pytest.mark.parametrize("model", MODELS)
def test_no_known_voice_is_promised(runs, tiny, model):
    bundle = load(runs / model / "model.undertone")
    with pytest.raises(BundleError, match="holds no line for a known voice"):
        adapt(bundle, [read(path) for path in sorted(tiny.rglob("*.flac"))[:12]])


def test_the_network_can_be_made_ready_for_integers(tiny, tmp_path, runs):
    train_run(settings(tiny, "pooled-mlp", quantise_aware=True), tmp_path / "run")
    assert (tmp_path / "run" / "aware.h5").is_file()
    here, plain = (load(run / "model.undertone").graph for run in (tmp_path / "run", runs / "pooled-mlp"))
    assert {v.shape for v in here.constants.values()} == {v.shape for v in plain.constants.values()}


def test_a_recipe_names_what_makes_the_model():
    def recipe(model, **more):
        return settings_from({"corpus": "emodb", "model": model, **more}, where="test").recipe

    assert len({recipe("pooled"), recipe("pooled-mlp"), recipe("pooled-svm")}) == 3
    assert recipe("pooled-svm") == recipe("pooled-svm", train={"seed": 3}) != recipe("pooled-svm", svm={"c": 1e-3})
    assert recipe("pooled-mlp") != recipe("pooled-mlp", train={"seed": 3})
    assert recipe("pooled") == recipe("pooled", svm={"c": 1e-3})
