"""The line over statistics on the whole way: fitted, bundled, judged, compiled."""

from __future__ import annotations

import json
import subprocess

import numpy as np
import pytest

from undertone.audio.read import read
from undertone.audio.write import write
from undertone.bundle import load
from undertone.bundle.model import score
from undertone.deployment import compile_model
from undertone.errors import ConfigError
from undertone.experiment import evaluate_run, settings_from, train_run
from undertone.experiment.search_space import own_space


@pytest.fixture(scope="module")
def run(tiny, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pooled") / "run"
    values = {"corpus": str(tiny), "model": "pooled", "hold_out": ["16"]}
    train_run(settings_from(values, where="test"), folder)
    return folder


def test_the_bundle_is_small_and_takes_statistics(run, tiny):
    bundle = load(run / "model.undertone")
    assert bundle.frontend.feature_set == "pooledlog.v2" and len(bundle.mean) == 1090
    assert sum(values.size for values in bundle.graph.constants.values()) == pytest.approx(1091 * 3, abs=8)
    assert score(bundle, read(next(tiny.rglob("*.flac")))).scores.sum() == pytest.approx(1, abs=1e-6)


def test_the_bundle_keeps_a_line_for_a_known_voice(run, tiny):
    from undertone.corpora import load as load_corpus
    from undertone.experiment.folder import fold_of, settings_of
    from undertone.experiment.rows import cached
    from undertone.experiment.sequences import statistics_of
    from undertone.training.discriminant import fit_line

    line, settings = load(run / "model.undertone").personal, settings_of(run)
    corpus = load_corpus(settings.corpus)
    rows, fold = cached(corpus, settings, run / "rows.npz"), fold_of(run, corpus)
    own, copies = statistics_of(corpus, rows, rows.where((*fold.train, *fold.validation), copies=True), settings)
    x = np.concatenate([own.x[own.speakers == s] - own.x[own.speakers == s].mean(axis=0) for s in set(own.speakers)])
    expected = fit_line(own.centred(), 3, shrinkage=settings.statistics.shrinkage, copies=copies.centred())
    told = (x * line.inv_scale) @ line.weights + line.bias
    slope, rest = np.polyfit(expected.logits(x).ravel(), told.ravel(), 1)
    assert 0 < slope < 1 and abs(rest) < 1e-3, "the same line, its temperature divided out"
    assert told == pytest.approx(slope * expected.logits(x), abs=1e-3)
    strange = np.sqrt(np.mean(np.square(x * line.inv_scale), axis=1))
    assert np.mean(strange <= line.limit) == pytest.approx(0.95, abs=1 / len(x))


def test_a_second_fit_gives_the_same_bytes(run, tiny, tmp_path):
    values = {"corpus": str(tiny), "model": "pooled", "hold_out": ["16"]}
    train_run(settings_from(values, where="test"), tmp_path / "run")
    assert (tmp_path / "run" / "model.undertone").read_bytes() == (run / "model.undertone").read_bytes()


def test_it_is_judged_on_the_speaker_who_was_held_out(run):
    honest = evaluate_run(run).honest
    assert honest.honest and honest.clips == 6


def test_the_program_answers_as_python_does(run, tiny, tmp_path):
    made = compile_model(run / "model.undertone", report=False, out=tmp_path / "out")
    bundle, clip = load(run / "model.undertone"), read(sorted(tiny.rglob("*.flac"))[0])
    write(tmp_path / "clip.wav", clip)
    told = subprocess.run([made.program, tmp_path / "clip.wav"], capture_output=True, text=True, check=True)
    scores = json.loads(told.stdout)["scores"]
    assert np.array([scores[label] for label in bundle.labels]) == pytest.approx(score(bundle, clip).scores, abs=1e-4)


def refusal(model, tiny, folder):
    with pytest.raises(ConfigError) as told:
        train_run(settings_from({"corpus": str(tiny), "model": model, "quantise_aware": True}, where="test"), folder)
    assert not folder.exists()
    return str(told.value)


def test_what_cannot_be_fine_tuned_for_integers_is_refused_before_it_trains(tiny, tmp_path):
    for model in ("pooled", "pooled-svm"):
        assert f"'{model}' is fitted in one go: no step is there to fine-tune" in refusal(model, tiny, tmp_path / "run")
        assert "none is needed: in s8 all 535 labels" in refusal(model, tiny, tmp_path / "run")


@pytest.mark.parametrize("model", ["pooled", "pooled-svm"])
def test_there_is_nothing_to_search(model):
    with pytest.raises(ConfigError, match=f"'{model}' is a line that is fitted in one go; there is nothing to search"):
        own_space(model)
