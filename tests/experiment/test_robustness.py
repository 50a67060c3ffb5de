"""Unseen voices under conditions: only they are changed, by nobody's chance but the clip's own."""

from __future__ import annotations

import dataclasses
import json
import shutil
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from undertone.augment.conditions import Condition
from undertone.bundle import load as load_bundle
from undertone.corpora import load
from undertone.errors import ProtocolError
from undertone.experiment import evaluate_run
from undertone.experiment.folder import fold_of
from undertone.experiment.heard_under import rows_under
from undertone.experiment.robustness import judged, robustness_svg
from undertone.features.frontend import FrontEnd
from undertone.types import Corpus

CONDITIONS = (Condition("white", 20), Condition("white", 0), Condition("length", 0.5), Condition("telephone", 8))


@pytest.fixture(scope="module")
def judged_run(finished_run, tmp_path_factory):
    run = tmp_path_factory.mktemp("robust") / finished_run.name
    shutil.copytree(finished_run, run)
    asked = (*CONDITIONS, Condition("babble", 10))
    return run, evaluate_run(run, tutorial=False, conditions=asked)


def test_the_clean_figure_is_the_honest_one(judged_run) -> None:
    _, evaluation = judged_run
    found = evaluation.robustness
    assert found.clean.uar == evaluation.honest.uar
    assert [(h.kind, h.strength) for h in found.hearings] == [(c.kind, c.strength) for c in CONDITIONS]
    assert (found.clips, found.speakers, found.classes) == (6, 1, 3)


def test_what_cannot_be_served_is_named(judged_run) -> None:
    _, evaluation = judged_run
    assert evaluation.robustness.refused == ("tiny: babble needs 3 other people and more; 2 trained: leave babble out",)


def test_it_is_kept_drawn_and_shown(judged_run) -> None:
    run, evaluation = judged_run
    assert json.loads((run / "robustness.json").read_text())["clean"]["uar"] == evaluation.honest.uar
    assert ElementTree.parse(run / "robustness.svg").getroot().tag.endswith("svg")
    page = (run / "report.html").read_text(encoding="utf-8")
    assert "Under noise, in rooms, over lines" in page and "babble needs 3 other people" in page
    again = evaluate_run(run, tutorial=False)
    assert again.robustness == evaluation.robustness, "a later look without --conditions shows what is kept"


def test_noise_is_the_clips_own_whoever_is_beside_it(tiny) -> None:
    corpus, frontend = load(str(tiny)), FrontEnd()
    make = {"strangers": (), "seed": 0, "workers": 1}
    both = rows_under(corpus, [2, 5], Condition("white", 10), frontend, **make)
    alone = rows_under(corpus, [5], Condition("white", 10), frontend, **make)
    assert np.array_equal(both.features[both.clip == 5], alone.features)
    other = rows_under(corpus, [5], Condition("white", 10), frontend, strangers=(), seed=1, workers=1)
    assert not np.array_equal(other.features, alone.features)


def test_nobody_babbles_over_himself(tiny) -> None:
    """With a corpus of one voice under four names everybody else may; the speaker's own clips are never drawn."""
    corpus = load(str(tiny))
    named = [dataclasses.replace(u, speaker=f"s{i % 4}") for i, u in enumerate(corpus.utterances)]
    renamed = Corpus("named", tuple(named))
    own = [i for i, u in enumerate(named) if u.speaker == "s0"]
    with pytest.raises(ProtocolError, match="0 trained"):
        rows_under(renamed, [0], Condition("babble", 0), FrontEnd(), strangers=own, seed=0, workers=1)
    everyone = range(len(named))
    rows = rows_under(renamed, [0], Condition("babble", 0), FrontEnd(), strangers=everyone, seed=0, workers=1)
    others = [i for i in everyone if i not in own]
    same = rows_under(renamed, [0], Condition("babble", 0), FrontEnd(), strangers=others, seed=0, workers=1)
    assert np.array_equal(rows.features, same.features)


def test_figures_are_those_of_the_scores() -> None:
    truth, speakers = [0, 0, 1, 1], ["a", "b", "a", "b"]
    right, wrong = np.eye(2, dtype=np.float32)[truth], np.float32([[0.6, 0.4]] * 4)
    found = judged("p", truth, speakers, {None: right, Condition("white", 0): wrong})
    assert (found.clean.uar, found.hearings[0].uar) == (1.0, 0.5)
    assert (found.clean.confidence, found.hearings[0].confidence) == (1.0, pytest.approx(0.6))
    drawn = robustness_svg(found, before=found)
    assert "white noise" in drawn and "trained on clean sound" in drawn


def test_the_answer_of_a_bundle_is_softened_by_its_doubt(judged_run, quick) -> None:
    run, evaluation = judged_run
    assert load_bundle(run / "model.undertone").doubt is not None
    clean, loud = evaluation.robustness.clean, evaluation.robustness.hearings[1]
    assert loud.confidence < clean.confidence
    assert fold_of(run, load(quick.corpus)).test
