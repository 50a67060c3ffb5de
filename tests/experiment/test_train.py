"""From a corpus to a bundle: honest splits, the same bytes again, and a kill that leaves no trace."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from undertone.bundle import load as load_bundle
from undertone.compiler import read_model
from undertone.config import to_toml
from undertone.corpora import load
from undertone.errors import BundleError, ConfigError, ProtocolError, UnknownNameError
from undertone.experiment import train_run
from undertone.experiment.folder import fold_of
from undertone.experiment.train import choose_fold

FILES = ("best.h5", "history.json", "model.undertone")


def test_the_files_of_a_run(finished_run, quick, tiny) -> None:
    names = {path.name for path in finished_run.iterdir()}
    assert names == {
        *FILES, "experiment.toml", "fold.json", "rows.npz", "state.npz", "accuracy.svg", "loss.svg",
    }  # fmt: skip
    bundle = load_bundle(finished_run / "model.undertone")
    assert bundle.name == finished_run.name
    assert bundle.labels == ("angry", "neutral", "sad")
    (data,) = bundle.card.data
    assert (data.corpus, data.clips, data.speakers) == ("tiny", 12, 2)
    assert bundle.card.recipe["train"]["epochs"] == 1
    assert bundle.card.recipe["corpus"] == str(tiny)


def test_the_split_keeps_speakers_apart(finished_run, tiny) -> None:
    corpus = load(tiny)
    fold = fold_of(finished_run, corpus)
    sides = [{corpus.utterances[i].speaker for i in side} for side in (fold.train, fold.validation, fold.test)]
    assert sides[2] == {"16"}
    assert sides[0] | sides[1] == {"03", "08"}
    assert not sides[0] & sides[1]
    assert fold.honest


def test_the_bundles_rows_are_of_training_speakers_alone(finished_run, tiny) -> None:
    corpus = load(tiny)
    train = fold_of(finished_run, corpus).train
    with np.load(finished_run / "rows.npz") as stored:
        features, clip = stored["features"], stored["clip"]
    rows = load_bundle(finished_run / "model.undertone").rows
    assert rows.shape[1:] == features.shape[1:] and len(rows) > 8
    for row in rows:
        (found,) = np.flatnonzero((features.astype(np.float16) == row).all(axis=1))
        assert clip[found] in train


def test_same_corpus_settings_and_seed_are_the_same_bytes(finished_run, quick, tmp_path) -> None:
    run = tmp_path / finished_run.name
    train_run(quick, run)
    for name in (*FILES, "experiment.toml", "fold.json", "accuracy.svg"):
        assert (run / name).read_bytes() == (finished_run / name).read_bytes(), name


def test_a_finished_run_is_left_as_it_is(finished_run, quick, tmp_path) -> None:
    run = tmp_path / finished_run.name
    shutil.copytree(finished_run, run)
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in run.iterdir()}
    bundle = train_run(quick, run)
    assert bundle.sha256 == load_bundle(finished_run / "model.undertone").sha256
    for name in (*FILES, "rows.npz", "state.npz", "experiment.toml"):
        assert (run / name).read_bytes() == before[name][0]
        assert (run / name).stat().st_mtime_ns == before[name][1], f"{name} was written again"


def test_a_run_of_other_settings_is_refused(finished_run, quick) -> None:
    other = dataclasses.replace(quick, hold_out=("08",))
    before = {path.name: path.stat().st_mtime_ns for path in finished_run.iterdir()}
    with pytest.raises(ConfigError, match=r"hold_out is \('16',\) there, \('08',\) here"):
        train_run(other, finished_run)
    assert {path.name: path.stat().st_mtime_ns for path in finished_run.iterdir()} == before


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"model": "artcle"}, UnknownNameError, "did you mean 'article'"),
        ({"hold_out": ("016",)}, ProtocolError, r"no speaker '016' \(did you mean '16'\?\); known: 03, 08, 16"),
        ({"hold_out": ("03", "08", "16")}, ProtocolError, "all the speakers that there are"),
        ({"corpus": "emodp"}, UnknownNameError, "did you mean 'emodb'"),
    ],
)
def test_settings_that_cannot_serve_leave_no_folder(quick, tmp_path, changes, error, words) -> None:
    with pytest.raises(error, match=words):
        train_run(dataclasses.replace(quick, **changes), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_class_with_one_speaker_is_refused(quick, tiny, tmp_path) -> None:
    shutil.copytree(tiny, tmp_path / "lonely")
    for speaker in ("03", "08"):
        shutil.rmtree(tmp_path / "lonely" / "sad" / speaker)
    with pytest.raises(ProtocolError, match="the class 'sad' has one speaker"):
        train_run(dataclasses.replace(quick, corpus=str(tmp_path / "lonely")), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_nobody_held_out_trains_on_all_speakers(quick, tiny) -> None:
    fold = choose_fold(load(tiny), dataclasses.replace(quick, hold_out=()))
    assert fold.test == ()
    assert len(fold.train) + len(fold.validation) == 18


def test_a_damaged_bundle_of_a_finished_run_is_not_taken_for_good(finished_run, quick, tmp_path) -> None:
    run = tmp_path / finished_run.name
    shutil.copytree(finished_run, run)
    content = (run / "model.undertone").read_bytes()
    (run / "model.undertone").write_bytes(content[:-1])
    with pytest.raises(BundleError, match="damaged or cut short"):
        train_run(quick, run)


def start(settings, run) -> subprocess.Popen[bytes]:
    """Begin or go on with a run in a process of its own."""
    config = run.parent / "settings.toml"
    config.write_text(to_toml(settings), encoding="utf-8")
    words = ["train", settings.corpus, "--out", str(run), "--config", str(config)]
    code = "from undertone.cli import main; main()"
    return subprocess.Popen([sys.executable, "-c", code, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
def test_a_killed_run_goes_on_to_the_same_bytes(quick, tmp_path) -> None:
    epochs = 6
    settings = dataclasses.replace(quick, train=dataclasses.replace(quick.train, epochs=epochs))
    killed, unbroken = (tmp_path / side / "run" for side in ("killed", "unbroken"))
    killed.parent.mkdir()
    with start(settings, killed) as process:
        while not (killed / "state.npz").is_file():
            assert process.poll() is None, process.stderr.read().decode()
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    done = len(json.loads((killed / "history.json").read_text())["loss"])
    assert 1 <= done < epochs, "it was killed too late to show anything"
    with start(settings, killed) as process:
        words = process.stderr.read().decode()
    assert process.returncode == 0, words
    train_run(settings, unbroken)
    for name in FILES:
        same = (killed / name).read_bytes() == (unbroken / name).read_bytes()
        assert same, f"{name} {killed}"
    assert not list(killed.glob(".*")), "what the killed run was writing is still there"


def test_quantise_aware_bundles_the_fine_tuned_network(quick, tmp_path) -> None:
    run = tmp_path / "run"
    aware = dataclasses.replace(quick, quantise_aware=True)
    bundle = train_run(aware, run)
    graph = read_model(run / "aware.h5")
    assert bundle.graph.constants.keys() == graph.constants.keys()
    assert all(np.array_equal(bundle.graph.constants[name], array) for name, array in graph.constants.items())
    assert aware.recipe == f"{quick.recipe}-aware"
