"""Bundles and bare networks in integers: where their ranges come from, what is answered, what is refused."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from undertone.bundle import golden_vectors, load, save, score
from undertone.compiler.passes.quantise import islands
from undertone.deployment import compile_model
from undertone.deployment.before_after import before_and_after
from undertone.deployment.quantised import quantised_bundle
from undertone.errors import InputError, ModelError, NotFoundError, UnknownNameError

ARTICLE = Path(__file__).parents[2] / "benchmarks/trained/article.undertone"


@pytest.fixture(scope="module")
def with_rows(small_bundle, tmp_path_factory):
    """The small bundle with rows like its golden sounds' features, as a file."""
    rng = np.random.default_rng(5)
    heard = np.concatenate([g.features for g in golden_vectors(small_bundle).golden])
    rows = heard[np.arange(40) % len(heard)] * rng.uniform(0.9, 1.1, (40, 162))
    path = tmp_path_factory.mktemp("rows") / "rows.undertone"
    save(dataclasses.replace(small_bundle, rows=rows.astype(np.float32)), path)
    return path


def test_rows_travel_with_a_bundle(with_rows, small_file):
    assert load(with_rows).rows.shape == (40, 162)
    assert load(small_file).rows.size == 0, "a bundle without rows is still read"


def test_a_bundle_is_quantised_by_its_own_rows(with_rows):
    whole = load(with_rows)
    made = quantised_bundle(whole)
    assert [n.op for n in islands(made.graph)] == ["Softmax"]
    assert made.golden[0].scores.tobytes() == score(made, made.golden[0].clip).scores.tobytes()
    for golden in whole.golden:
        assert np.abs(score(made, golden.clip).scores - golden.scores).max() < 0.1


def test_the_program_gives_the_quantised_answers(with_rows, tmp_path):
    from undertone.compiler import toolchain

    made = compile_model(with_rows, dtype="s8", report=False, out=tmp_path / "out")
    status, words, _ = toolchain.run(made.program, ["--golden"])
    assert status == 0 and words.decode().count(": right") == 3
    assert "integers all but scores (Softmax)" in made.summary()


def test_a_bundle_in_integers_is_a_file(with_rows, tmp_path, undertone):
    """It answers as the program that is compiled from the bundle in float32, and compiles to the same network."""
    path = tmp_path / "small.undertone"
    told = undertone("quantise", with_rows, "--out", path)
    small = load(path)
    assert told.status == 0 and str(path) in told.out and not small.rows.size
    assert "integers of 8 bits" in small.card.summary
    whole = quantised_bundle(load(with_rows))
    assert [g.scores.tobytes() for g in small.golden] == [g.scores.tobytes() for g in whole.golden]
    made = [
        compile_model(model, dtype=dtype, report=False, out=tmp_path / dtype)
        for model, dtype in ((path, "f32"), (with_rows, "s8"))
    ]
    assert made[0].dtype == made[1].dtype == "s8" and made[0].weights == made[1].weights
    assert made[0].islands == made[1].islands


def test_a_bundle_is_not_quantised_twice(with_rows, tmp_path, undertone):
    path = tmp_path / "small.undertone"
    undertone("quantise", with_rows, "--out", path)
    told = undertone("quantise", path)
    assert told.status == 1 and "in integers already" in told.err and not (tmp_path / "small-s8.undertone").exists()


@pytest.mark.slow
def test_the_report_says_what_integers_change(with_rows, tmp_path):
    compile_model(with_rows, dtype="s8", out=tmp_path / "out")
    told = json.loads((tmp_path / "out/report.json").read_text())["integers"]
    assert told["float32"] == ["scores (Softmax)"]
    assert "no speaker was held out" in told["unseen_speakers"]["why"]
    assert "no speaker was held out" in (tmp_path / "out/report.html").read_text()


def test_unseen_speakers_judge_before_and_after(finished_run):
    whole = load(finished_run / "model.undertone")
    told = before_and_after(whole, quantised_bundle(whole))
    assert told["speakers"] == ["16"] and told["clips"] == 6
    assert abs(told["uar_f32"] - told["uar_s8"]) <= 1 / 6 + 1e-9 and told["error"] < 0.02
    nobody = dataclasses.replace(whole, card=dataclasses.replace(whole.card, recipe={}))
    assert before_and_after(nobody, nobody)["why"] == "no speaker was held out of its training"


@pytest.mark.slow
def test_the_articles_network_in_small_memory():
    """Twelve of its kilobytes, rolled; the answers of the whole layers."""
    from undertone.compiler.library import Library

    graph = quantised_bundle(load(ARTICLE), "emodb").graph
    rolled, whole = Library(graph, optimize="ram"), Library(graph)
    x = np.random.default_rng(3).normal(size=whole.input.shape).astype(np.float32)
    assert rolled.arena_bytes <= 12 * 1024
    assert rolled(x).tobytes() == whole(x).tobytes()


def test_what_cannot_be_calibrated_is_refused(small_file, with_rows, tmp_path):
    out = tmp_path / "out"
    with pytest.raises(UnknownNameError, match="s16"):
        compile_model(small_file, dtype="s16", out=out)
    with pytest.raises(InputError, match="only --dtype s8"):
        compile_model(small_file, calibrate="emodb", out=out)
    with pytest.raises(InputError, match=r"holds no rows .* --calibrate CORPUS, .*\(made\)"):
        compile_model(small_file, dtype="s8", out=out)
    with pytest.raises(NotFoundError, match=r"nowhere\.npy"):
        compile_model(with_rows, dtype="s8", calibrate="nowhere.npy", out=out)
    for array, words in ((np.zeros((40, 9)), r"\(n, 162\)"), (np.zeros((3, 162)), "at least 4"), (None, "numpy.save")):
        path = tmp_path / "rows.npy"
        path.write_bytes(b"dear diary") if array is None else np.save(path, array)
        with pytest.raises((InputError, ModelError), match=words):
            compile_model(with_rows, dtype="s8", calibrate=str(path), out=out)
    assert not out.exists()
