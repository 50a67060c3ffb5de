"""The bundles that ship."""

from __future__ import annotations

from pathlib import Path

import pytest

from undertone.errors import NotFoundError
from undertone.recognition import predict_file
from undertone.recognition.shipped import NAMES, SHIPPED, load_or_shipped, path_of


def test_it_knows_what_emodb_knows() -> None:
    bundle = load_or_shipped(None)
    assert bundle.labels == ("angry", "boredom", "disgust", "fear", "happy", "neutral", "sad")
    assert [used.corpus for used in bundle.card.data] == ["emodb"]
    assert all(used.licence.startswith("CC0") for used in bundle.card.data)
    assert SHIPPED.stat().st_size <= 400_000
    assert bundle.card.honest["protocol"] == "emodb.loso" and bundle.card.honest["uar"] > 0.8


@pytest.mark.parametrize("name", NAMES)
def test_each_is_small_and_judged_on_new_voices(name) -> None:
    bundle = load_or_shipped(Path(name))
    assert bundle.name == bundle.card.name == name
    assert path_of(Path(name)).stat().st_size <= (400_000 if name.endswith("-tiny") else 1_500_000)
    assert bundle.card.honest["speakers"] == sum(used.speakers for used in bundle.card.data)
    assert bool(bundle.card.non_commercial) == (name != "emodb")


def test_a_name_that_nobody_has_is_told_the_names() -> None:
    with pytest.raises(NotFoundError, match=r"no bundle at 'nobody'.*with the package come emodb"):
        load_or_shipped(Path("nobody"))


def test_a_file_goes_before_a_name(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("emodb").write_bytes(b"mine")
    assert path_of(Path("emodb")) == Path("emodb")


def test_another_is_taken_when_named(small_file) -> None:
    assert load_or_shipped(small_file).name == "small"


def test_it_answers(record) -> None:
    answer = predict_file(load_or_shipped(None), record("a.flac", 3.0, rate=44100))
    assert answer.scores.sum() == pytest.approx(1, abs=1e-6)
