"""Corpora that are several others under one set of classes."""

import shutil
from pathlib import Path

import pytest

from undertone.config import read_toml
from undertone.corpora import emodb as emodb_kind
from undertone.corpora import load
from undertone.corpora import ravdess as ravdess_kind
from undertone.corpora import tess as tess_kind
from undertone.corpora.joined import JOINED, Joined, join
from undertone.errors import ConfigError, NotFoundError, ProtocolError

FILE = """
of = ["men.csv", "women.csv"]
[labels."men.csv"]
angry = "loud"
sad = "quiet"
[labels."women.csv"]
angry = "loud"
[refused."women.csv"]
sad = "for a test"
"""


@pytest.fixture
def folder(tmp_path):
    """Two tables of four EMO-DB clips each, and a file that joins them."""
    clips = load("emodb").utterances
    for name, sex in (("men", "male"), ("women", "female")):
        chosen = [u for u in clips if u.sex == sex and u.label in ("angry", "sad")]
        rows = [u for label in ("angry", "sad") for u in [u for u in chosen if u.label == label][:2]]
        lines = [f"{u.path},{u.label},{u.speaker}" for u in rows]
        (tmp_path / f"{name}.csv").write_text("\n".join(["path,label,speaker", *lines]) + "\n")
    (tmp_path / "both.toml").write_text(FILE)
    return tmp_path


def test_labels_are_mapped_and_speakers_named_after_their_corpus(folder):
    both = load(folder / "both.toml")
    assert (both.name, both.labels, len(both)) == ("both", ("loud", "quiet"), 6)
    assert {speaker.partition("/")[0] for speaker in both.speakers} == {"men", "women"}
    assert [u.label for u in both.utterances if u.speaker.startswith("women/")] == ["loud", "loud"]


@pytest.mark.parametrize(
    ("old", "new", "error", "words"),
    [
        ('sad = "quiet"\n', "", ProtocolError, r"men has labels that it does not declare: sad \(2 clips\)"),
        ('sad = "quiet"', 'sad = "quiet"\nglad = "loud"', ProtocolError, "men has no clips of glad"),
        ('[refused."women.csv"]\nsad', '[refused."men.csv"]\nsad', ConfigError, "men.csv: sad mapped and refused"),
        ('[labels."women.csv"]\nangry = "loud"\n', "", ConfigError, r"no table \[labels.women.csv\]"),
        ('"men.csv", "women.csv"', '"men.csv", "men.csv"', ConfigError, "of names 1 corpora; expected two and more"),
        ("men.csv", "nobody.csv", NotFoundError, "no such folder or table"),
        ("of =", "off =", ConfigError, "off"),
    ],
)
def test_faults_are_named(folder, old, new, error, words):
    path = folder / "both.toml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(error, match=words):
        load(path)


def test_two_parts_of_one_name_are_refused(folder):
    (folder / "sub").mkdir()
    shutil.copy(folder / "men.csv", folder / "sub" / "men.csv")
    path = folder / "both.toml"
    path.write_text(path.read_text().replace("women.csv", "sub/men.csv"))
    with pytest.raises(ConfigError, match="two corpora would be called men"):
        load(path)


def test_english_declares_every_label_of_its_corpora():
    assert JOINED == ("english",)
    plan = read_toml(Joined, Path(join.__code__.co_filename).parent / "english.toml")
    assert set(plan.labels["ravdess"]) == set(ravdess_kind.LABELS.values())
    assert set(plan.labels["tess"]) == set(tess_kind.LABELS.values())
    assert plan.labels["ravdess"]["calm"] == "neutral" and not plan.refused
    assert set(emodb_kind.LABELS.values()) - {"boredom"} == set(plan.labels["tess"].values()) - {"surprise"}
