"""What a run is worth: figures by voices that it never heard, the tutorial's beside them under its true name."""

from __future__ import annotations

import dataclasses
import json
import shutil
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from undertone.bundle import load as load_bundle
from undertone.corpora import load
from undertone.errors import CorpusError, NotFoundError, ProtocolError
from undertone.experiment import evaluate_run
from undertone.experiment.evaluate import clip_scores
from undertone.experiment.folder import claim, fold_of, keep_fold
from undertone.experiment.rows import cached
from undertone.experiment.train import choose_fold
from undertone.experiment.tutorial import split_rows
from undertone.recognition import predict_file


@pytest.fixture(scope="module")
def judged(finished_run, tmp_path_factory):
    """A copy of the finished run, evaluated with the tutorial's figure, and the evaluation."""
    run = tmp_path_factory.mktemp("judged") / finished_run.name
    shutil.copytree(finished_run, run)
    return run, evaluate_run(run)


def test_only_voices_that_it_never_heard_judge(judged) -> None:
    _, evaluation = judged
    honest = evaluation.honest
    assert honest.honest
    assert (honest.protocol, honest.clips, honest.speakers) == ("tiny.hold-out-16", 6, 1)
    assert [group.name for group in honest.per_speaker] == ["16"]


def test_the_tutorials_figure_is_stamped(judged) -> None:
    _, evaluation = judged
    told = evaluation.tutorial
    assert told is not None
    assert not told.honest
    assert "both sides" in told.why
    assert told.protocol == "tiny.augmented_random"
    assert told.clips == 9, "a quarter of 36 rows, copies among them"
    assert told.speakers == 3


def test_the_files_it_adds(judged) -> None:
    run, evaluation = judged
    values = json.loads((run / "figures.json").read_text())
    assert values["honest"]["uar"] == evaluation.honest.uar
    assert values["tutorial"]["honest"] is False
    assert ElementTree.parse(run / "confusion.svg").getroot().tag.endswith("svg")
    page = (run / "report.html").read_text(encoding="utf-8")
    for words in ("What it is worth", "not speaker-independent", "tiny.hold-out-16", "<svg"):
        assert words in page
    assert "http://" not in page.replace("http://www.w3.org/", ""), "the page needs no network"
    assert not list(run.glob(".*"))


def test_the_figures_travel_in_the_bundles_card(judged, finished_run) -> None:
    run, evaluation = judged
    card = load_bundle(run / "model.undertone").card
    assert [figure["honest"] for figure in card.figures] == [True, False]
    assert card.figures[0]["uar"] == evaluation.honest.uar
    before = load_bundle(finished_run / "model.undertone")
    assert before.card.figures == ()
    assert dataclasses.replace(card, figures=()) == before.card, "nothing else of the card changes"


def test_again_gives_the_same_bytes(judged) -> None:
    run, evaluation = judged
    before = {name: (run / name).read_bytes() for name in ("model.undertone", "figures.json", "report.html")}
    trained = (run / "tutorial" / "state.npz").stat().st_mtime_ns
    assert evaluate_run(run) == evaluation
    assert {name: (run / name).read_bytes() for name in before} == before
    assert (run / "tutorial" / "state.npz").stat().st_mtime_ns == trained, "the tutorial's network is trained once"


def test_it_answers_as_predict_does(judged, quick) -> None:
    run, _ = judged
    corpus, bundle = load(quick.corpus), load_bundle(run / "model.undertone")
    test = fold_of(run, corpus).test
    scores = clip_scores(bundle, cached(corpus, quick, run / "rows.npz"), test)
    for clip, row in zip(test, scores, strict=True):
        assert predict_file(bundle, str(corpus.utterances[clip].path)).scores == pytest.approx(row, abs=1e-6)


def test_without_the_tutorial(finished_run, tmp_path) -> None:
    run = tmp_path / finished_run.name
    shutil.copytree(finished_run, run)
    evaluation = evaluate_run(run, tutorial=False)
    assert evaluation.tutorial is None
    assert not (run / "tutorial").exists()
    assert json.loads((run / "figures.json").read_text())["tutorial"] is None


def test_a_run_that_held_nobody_out_cannot_be_judged(quick, tmp_path) -> None:
    settings = dataclasses.replace(quick, hold_out=())
    claim(tmp_path / "run", settings)
    keep_fold(tmp_path / "run", choose_fold(load(quick.corpus), settings), load(quick.corpus))
    with pytest.raises(ProtocolError, match=r"nobody was held out.*--hold-out SPEAKER"):
        evaluate_run(tmp_path / "run")


def test_a_run_on_recordings_that_have_changed_cannot_be_judged(finished_run, quick, tiny, tmp_path) -> None:
    run, corpus = tmp_path / finished_run.name, tmp_path / "tiny"
    shutil.copytree(finished_run, run)
    shutil.copytree(tiny, corpus)
    next(corpus.rglob("*.flac")).unlink()
    settings = (run / "experiment.toml").read_text(encoding="utf-8")
    (run / "experiment.toml").write_text(settings.replace(str(tiny), str(corpus)), encoding="utf-8")
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    with pytest.raises(CorpusError, match="have changed since this run was begun"):
        evaluate_run(run)
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


def test_a_run_that_is_not_finished_says_how_to_go_on(quick, tmp_path) -> None:
    claim(tmp_path / "run", quick)
    keep_fold(tmp_path / "run", choose_fold(load(quick.corpus), quick), load(quick.corpus))
    with pytest.raises(NotFoundError, match=r"not finished.*undertone train"):
        evaluate_run(tmp_path / "run")


def test_the_tutorials_split_forgets_whose_copies_rows_are() -> None:
    train, test = split_rows(400, seed=1)
    assert len(test) == 100
    assert sorted([*train, *test]) == list(range(400))
    again = split_rows(400, seed=1)
    assert np.array_equal(train, again[0])
    assert not np.array_equal(test, split_rows(400, seed=2)[1])
    leaked = {row // 2 for row in train} & {row // 2 for row in test}
    assert len(leaked) > 50, "of two copies of a clip, one often trains and one tests: that is what is wrong with it"
