"""A search never hears who judges, goes on after a kill, and leaves a name on what it chose."""

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib

import numpy as np
import pytest

from undertone.config import to_toml
from undertone.corpora import load
from undertone.errors import ConfigError, MissingExtraError, ProtocolError, TrainingError
from undertone.experiment import search as module
from undertone.experiment import settings_from, train_run
from undertone.experiment.fold_runs import Machines
from undertone.experiment.network import label_numbers
from undertone.experiment.protocol import FoldAnswers
from undertone.experiment.search import inner_folds, search, without_judges
from undertone.experiment.search_space import Range, own_space, read_space
from undertone.experiment.train import choose_fold

pytest.importorskip("optuna")
ONE = Machines(workers=1)
SPACE = {"train.learning_rate": Range(1e-4, 1e-2, log=True), "train.patience": Range(0, 3)}


def neighbours(corpus, rows, fold, settings, run, *, protocol, report=None):
    """Answer as a training would, in no time: the label of the nearest training row, and worse at high rates."""
    train, test = rows.where(fold.train, copies=True), rows.where(fold.test, copies=False)
    numbers = label_numbers(corpus)
    noise = np.random.default_rng(1).standard_normal(rows.features.shape) * 100 * settings.train.learning_rate
    x = (rows.features - rows.features.mean(axis=0)) / rows.features.std(axis=0).clip(1e-9) + noise
    nearest = ((x[test][:, None] - x[train][None]) ** 2).sum(axis=2).argmin(axis=1)
    tested = [corpus.utterances[rows.clip[row]] for row in test]
    return FoldAnswers(
        protocol=protocol,
        fold=fold.name,
        seed=0,
        settings=settings.recipe,
        labels=corpus.labels,
        clips=tuple(u.key for u in tested),
        speakers=tuple(u.speaker for u in tested),
        sexes=tuple(u.sex for u in tested),
        truth=tuple(int(numbers[rows.clip[row]]) for row in test),
        answers=tuple(int(numbers[rows.clip[train[n]]]) for n in nearest),
        epoch=1,
    )


@pytest.fixture
def quickly(monkeypatch):
    monkeypatch.setattr(module, "answer_fold", neighbours)


def test_the_inner_folds_hold_no_clip_of_a_judge(quick):
    corpus = load("emodb")
    settings = dataclasses.replace(quick, corpus="emodb", hold_out=("03", "08"))
    inner = without_judges(corpus, choose_fold(corpus, settings))
    assert set(inner.speakers) == set(corpus.speakers) - {"03", "08"}
    folds = inner_folds(inner, seed=0)
    assert len(folds) == 3
    judged = [inner.utterances[i].speaker for fold in folds for i in fold.test]
    assert sorted(set(judged)) == list(inner.speakers) and len(judged) == len(inner)


def test_what_the_judges_say_changes_nothing(quick, quickly, tiny, tmp_path):
    other = tmp_path / tiny.name
    shutil.copytree(tiny, other)
    angry, sad = sorted(other.glob("angry/16/*")), sorted(other.glob("sad/16/*"))
    for a, b in zip(angry, sad, strict=True):  # other sounds under the labels of the speaker who judges
        first, second = a.read_bytes(), b.read_bytes()
        a.write_bytes(second)
        b.write_bytes(first)
    found = [
        search(dataclasses.replace(quick, corpus=str(at)), tmp_path / name, trials=5, space=SPACE, machines=ONE)
        for at, name in ((tiny, "one"), (other, "two"))
    ]
    assert found[0].uar == found[1].uar and found[0].first == found[1].first
    assert found[0].settings.train == found[1].settings.train
    kept = [np.load(tmp_path / name / "rows.npz")["features"] for name in ("one", "two")]
    assert np.array_equal(*kept) and len(np.unique(kept[0], axis=0)) > 1


def test_it_finds_better_than_it_was_given_and_says_who_chose(quick, quickly, tmp_path):
    bad = dataclasses.replace(quick, train=dataclasses.replace(quick.train, learning_rate=9e-3))
    found = search(bad, tmp_path / "s", trials=8, space=SPACE, machines=ONE)
    assert found.trials == 8
    assert found.uar > found.first
    assert found.settings.train.learning_rate < 9e-3
    assert found.settings.hold_out == ("16",)
    assert found.settings.tuned_on == ("tiny/03", "tiny/08")
    written = settings_from(tomllib.loads(found.path.read_text()), where="best.toml")
    assert written == found.settings


def test_who_chose_may_not_judge(quick, quickly, tmp_path):
    found = search(quick, tmp_path / "s", trials=1, space=SPACE, machines=ONE).settings
    turned = dataclasses.replace(found, hold_out=("03",))
    with pytest.raises(ProtocolError, match="the settings were chosen on speakers of the test: tiny/03"):
        train_run(turned, tmp_path / "run")
    stamped = choose_fold(load(turned.corpus), dataclasses.replace(turned, allow_leaks=True))
    assert not stamped.honest and "settings were chosen on speakers of the test" in stamped.why
    assert choose_fold(load(found.corpus), found).honest


def test_more_trials_go_on_from_those_that_are_done(quick, quickly, tmp_path):
    search(quick, tmp_path / "s", trials=2, space=SPACE, machines=ONE)
    assert search(quick, tmp_path / "s", trials=4, space=SPACE, machines=ONE).trials == 4
    assert search(quick, tmp_path / "s", trials=3, space=SPACE, machines=ONE).trials == 4


def test_a_trial_that_diverges_is_counted_and_all_of_them_are_an_error(quick, quickly, tmp_path, monkeypatch):
    def diverges(*args, **options):
        if args[3].train.learning_rate > 5e-4:
            raise TrainingError("epoch 1: the loss is nan")
        return neighbours(*args, **options)

    monkeypatch.setattr(module, "answer_fold", diverges)
    start = dataclasses.replace(quick, train=dataclasses.replace(quick.train, learning_rate=2e-4))
    found = search(start, tmp_path / "s", trials=6, space=SPACE, machines=ONE)
    assert found.trials == 6 and 1 <= found.given_up < 6
    space = {"train.learning_rate": Range(1e-3, 1e-2)}
    high = dataclasses.replace(quick, train=dataclasses.replace(quick.train, learning_rate=2e-3))
    with pytest.raises(TrainingError, match="none of 2 trials came to its end: epoch 1: the loss is nan"):
        search(high, tmp_path / "t", trials=2, space=space, machines=ONE)


def test_one_training_speaker_cannot_choose(quick, quickly, tmp_path):
    with pytest.raises(ProtocolError, match="one speaker"):
        search(dataclasses.replace(quick, hold_out=("03", "08")), tmp_path / "s", trials=1, machines=ONE)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"train": {"learning_rat": {"low": 1, "high": 2}}}, r"train.learning_rat cannot be searched \(did you mean"),
        ({"frontend": {"segment_s": {"low": 1, "high": 2}}}, "frontend.segment_s cannot be searched"),
        ({"train": {"seed": [1, 2]}}, "train.seed cannot be searched"),
        ({"train": {"epochs": {"low": 9, "high": 3}}}, "low 9.0 and high 3.0 leave nothing"),
        ({"train": {"learning_rate": {"low": 0.0, "high": 3, "log": True}}}, "log needs a low above 0"),
        ({}, "no setting is named"),
    ],
)
def test_a_space_that_cannot_be_searched_is_refused(quick, values, words):
    with pytest.raises(ConfigError, match=words):
        read_space(values, quick, where="space.toml")


@pytest.mark.parametrize("model", ["article", "compact"])
def test_each_models_own_space_can_be_read(model, quick):
    settings = settings_from({"corpus": "emodb", "model": model}, where="test")
    nested: dict = {}
    for name, given in own_space(model).items():
        stage, field = name.split(".")
        values = {"low": given.low, "high": given.high, "log": given.log}
        nested.setdefault(stage, {})[field] = list(given.choices) or values
    assert read_space(nested, settings, where="own") == own_space(model)


def test_a_missing_package_names_the_extra(quick, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(MissingExtraError, match=r"a search needs the package 'optuna'.*undertone\[search\]"):
        search(quick, tmp_path / "s", trials=1, machines=ONE)


def test_the_verb_says_what_it_found_and_how_to_train_it(undertone, quick, quickly, tiny, tmp_path):
    (tmp_path / "q.toml").write_text(to_toml(quick))
    (tmp_path / "space.toml").write_text("[train.learning_rate]\nlow = 1e-4\nhigh = 1e-2\nlog = true\n")
    words = ("--out", "s", "--config", "q.toml", "--space", "space.toml", "--trials", "2", "--workers", "1")
    told = undertone("search", tiny, *words)
    assert told.status == 0, told.err
    assert told.out.startswith("best of 2 trials: UAR ") and "both flatter" in told.out
    assert f"train it: undertone train {tiny} --config" in " ".join(told.out.split())


@pytest.mark.slow
def test_a_search_that_is_killed_goes_on(quick, tmp_path):
    """Kill a real search, with its workers, in the middle of a trial; the same command ends it."""
    settings = tmp_path / "q.toml"
    settings.write_text(to_toml(quick))
    code = "from undertone.cli import main; main()"
    words = ["search", quick.corpus, "--out", str(tmp_path / "s"), "--config", str(settings), "--trials", "2"]
    words += ["--storage", f"sqlite:///{tmp_path / 'shared.db'}", "--workers", "1"]
    begun = subprocess.Popen([sys.executable, "-c", code, *words], start_new_session=True)
    while not list((tmp_path / "s").glob("trials/*/*/state.npz")):
        assert begun.poll() is None
        time.sleep(0.05)
    os.killpg(begun.pid, signal.SIGKILL)
    begun.wait()
    first = next((tmp_path / "s").glob("trials/*"))
    again = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=300)
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith("best of 2 trials")
    assert (first / "inner-2").is_dir(), "what was killed was done again with the same settings"
