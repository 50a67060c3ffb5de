"""train, then evaluate, as a newcomer types them; a pipe gets whole lines."""

from __future__ import annotations

import json
import shutil

import pytest


@pytest.fixture
def run(finished_run, tmp_path):
    """Return a copy of the finished run in the folder where the verbs run."""
    shutil.copytree(finished_run, tmp_path / finished_run.name)
    return finished_run.name


@pytest.fixture
def settings(quick, tmp_path):
    """Return a TOML file with the settings of the finished run."""
    from undertone.config import to_toml

    (tmp_path / "quick.toml").write_text(to_toml(quick), encoding="utf-8")
    return "quick.toml"


def test_train_goes_on_with_a_run_and_says_what_there_is(undertone, run, settings, tiny) -> None:
    told = undertone("train", tiny, "--out", run, "--config", settings)
    assert told.status == 0, told.err
    assert told.out.splitlines() == [
        f"{run}/model.undertone",
        "it answers angry, neutral, sad",
        f"curves: {run}/accuracy.svg, {run}/loss.svg",
        f"what it is worth: undertone evaluate {run}",
    ]


def test_options_win_over_the_file(undertone, run, settings, tiny) -> None:
    told = undertone("train", tiny, "--out", run, "--config", settings, "--epochs", "2", "--hold-out", "08")
    assert told.status == 1
    assert "hold_out is ('16',) there, ('08',) here; train.epochs is 1 there, 2 here" in told.err


def test_teachers_are_refused_by_a_network_that_cannot_have_them(undertone, settings, tiny, tmp_path) -> None:
    told = undertone("train", tiny, "--out", "taught", "--config", settings, "--teachers", "2")
    assert told.status == 1
    assert "'article' cannot have teachers (distil.teachers)" in told.err and "compact, tiny" in told.err
    assert not (tmp_path / "taught").exists()


def test_evaluate(undertone, run) -> None:
    told = undertone("evaluate", run, "--no-tutorial")
    assert told.status == 0, told.err
    for words in ("UAR %", "95 % interval", "tiny.hold-out-16", "1 speaker judges", "speaker 16", "unknown below"):
        assert words in told.out
    assert told.out.splitlines()[-2:] == [f"confusions: {run}/confusion.svg", f"all of it: {run}/report.html"]
    values = json.loads(undertone("evaluate", run, "--no-tutorial", "--json").out)
    assert values["honest"]["protocol"] == "tiny.hold-out-16"
    assert values["tutorial"] is None
