"""A run whose network learns from others."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from undertone.bundle import load
from undertone.errors import ConfigError, UnknownNameError
from undertone.experiment import settings_from, train_run
from undertone.training.sequence import fit_sequences

from .test_others import other  # noqa: F401

ROWS = Path(__file__).parents[2] / "benchmarks" / "rows"


def settings(corpus, distil, **values):
    schedule = {"epochs": 1, "trunk_epochs": 1, "tuning_epochs": 1, "batch_size": 4, "frames": 32}
    given = {"corpus": str(corpus), "model": "tiny", "hold_out": ["16"], "sequence": schedule, "distil": distil}
    return settings_from(given | values, where="test")


@pytest.fixture(scope="module")
def taught(tiny, tmp_path_factory):
    run = tmp_path_factory.mktemp("taught") / "run"
    train_run(settings(tiny, {"teachers": 2, "model": "tiny"}), run)
    return run


def identity(folder):
    return json.loads(str(np.load(folder / "state.npz")["note"]))["identity"]


def test_teachers_learn_what_the_student_learns_from_and_nobody_who_judges(taught):
    student, *teachers = (identity(taught / name) for name in (".", "teacher-0", "teacher-1"))
    assert student["teachers"].startswith("2 (") and all("teachers" not in own for own in teachers)
    assert {own["training examples"] for own in (student, *teachers)} == {student["training examples"]}
    networks = [(taught / name / "best.h5").read_bytes() for name in (".", "teacher-0", "teacher-1")]
    assert len(set(networks)) == 3, "each has a seed of its own"
    assert load(taught / "model.undertone").card.recipe["distil"]["teachers"] == 2


def test_a_run_that_is_killed_in_a_teacher_comes_to_the_same_bytes(taught, tiny, tmp_path, monkeypatch):
    names, states = fit_sequences.__globals__, []
    real = names["save_state"]

    def killed(path, *arguments, **options):
        real(path, *arguments, **options)
        states.append(path.parent.name)
        raise KeyboardInterrupt

    monkeypatch.setitem(names, "save_state", killed)
    run = tmp_path / "run"
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            train_run(settings(tiny, {"teachers": 2, "model": "tiny"}), run)
    monkeypatch.undo()
    train_run(settings(tiny, {"teachers": 2, "model": "tiny"}), run)
    assert states == ["teacher-0", "teacher-1", "run"]
    for name in ("model.undertone", "teacher-1/best.h5", "best.h5"):
        assert (run / name).read_bytes() == (taught / name).read_bytes()


def test_teachers_begin_at_trunks_of_their_own_model(tiny, other, tmp_path):  # noqa: F811
    train_run(settings(tiny, {"teachers": 1, "model": "compact"}, others=[str(other)]), tmp_path / "run")
    networks = {name: identity(tmp_path / "run" / name)["network"] for name in ("others/teacher-trunk-0", "teacher-0")}
    assert all(network.startswith("compact") for network in networks.values())
    assert identity(tmp_path / "run")["network"].startswith("tiny")


def test_no_two_networks_of_neighbouring_runs_have_one_seed():
    for model, members in (("tiny", 1), ("compact", 2)):
        runs = [settings("x", {"teachers": 3}, model=model).with_seed(seed) for seed in range(4)]
        teachers = [run.of_teacher(number) for run in runs for number in range(3)]
        assert len({own.sequence.seed for own in teachers}) == 12
        assert {own.model for own in teachers} == {"compact"} and not any(own.distil.teachers for own in teachers)
        for run in runs:
            own = {run.of_member(number).sequence.seed for number in range(members)}
            assert own.isdisjoint(run.of_teacher(number).sequence.seed for number in range(3))


def test_without_teachers_the_recipe_is_what_it_was():
    line = json.loads((ROWS / "tiny.jsonl").read_text(encoding="utf-8").splitlines()[0])
    others = {"corpus": "emodb", "model": "tiny", "others": ["ravdess", "tess"]}
    plain = settings_from(others, where="test")
    assert plain.recipe == line["settings"]
    assert settings_from(others | {"distil": {"share": 0.5}}, where="test").recipe == plain.recipe
    first, second = (settings_from(others | {"distil": {"teachers": n}}, where="test") for n in (1, 2))
    assert len({plain.recipe, first.recipe, second.recipe}) == 3


@pytest.mark.parametrize(
    ("model", "distil", "words"),
    [
        ("article", {"teachers": 1}, "'article' cannot have teachers .*compact, tiny"),
        ("pooled", {"teachers": 1}, "'pooled' cannot have teachers"),
        ("tiny", {"teachers": 1, "model": "pooled"}, r"distil\.model 'pooled' cannot teach; .*compact, tiny"),
        ("tiny", {"teachers": 1, "model": "compakt"}, "compact"),
    ],
)
def test_who_cannot_teach_or_be_taught_is_refused(tiny, tmp_path, model, distil, words):
    with pytest.raises((ConfigError, UnknownNameError), match=words):
        train_run(settings(tiny, distil, model=model), tmp_path / "run")
    assert not (tmp_path / "run").exists()
