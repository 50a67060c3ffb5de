"""A home of one's own for every test, small recordings, and the real corpora where they are."""

from __future__ import annotations

import csv
import random
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from undertone.types import Corpus, Utterance

REPOSITORY = Path(__file__).parents[2]
RECORDINGS = REPOSITORY.parent / "shared" / "corpora"

Write = Callable[..., Path]
Truth = dict[str, tuple[str, str, str]]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep manifests away from the user's own."""
    folder = tmp_path / "undertone-home"
    monkeypatch.setenv("UNDERTONE_HOME", str(folder))
    return folder


@pytest.fixture
def wav() -> Write:
    """Return a writer of tiny WAV files of noise: one value, one noise."""

    def write(path: Path, value: int = 1, count: int = 400) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        samples = random.Random(value).randbytes(2 * count)
        header = struct.pack(
            "<4sI8sIHHIIHH4sI",
            b"RIFF",
            36 + len(samples),
            b"WAVEfmt ",
            16,
            1,
            1,
            16000,
            32000,
            2,
            16,
            b"data",
            len(samples),
        )
        path.write_bytes(header + samples)
        return path

    return write


@pytest.fixture
def recordings() -> Callable[[str], Path]:
    """Return a finder of published corpora on this machine."""

    def find(name: str) -> Path:
        if not (RECORDINGS / name).is_dir():
            pytest.skip(f"the recordings of {name} are not here")
        return (RECORDINGS / name).resolve()

    return find


@pytest.fixture
def truth() -> Callable[[str], Truth]:
    """Return a reader of the labels that were made by others: path to speaker, label, sex."""

    def read(name: str) -> Truth:
        table = RECORDINGS / "labels" / f"{name}.csv"
        if not table.is_file():
            pytest.skip(f"the labels of {name} are not here")
        with table.open(encoding="utf-8", newline="") as file:
            return {row["path"]: (row["speaker"], row["emotion"], row["sex"]) for row in csv.DictReader(file)}

    return read


def make_corpus(rows: str, *, name: str = "made", root: Path = Path("/nowhere")) -> Corpus:
    """Make a corpus from words like ``anna:happy*3``; sentences are numbered within each group."""
    utterances = []
    for word in rows.split():
        who, _, times = word.partition("*")
        speaker, label = who.split(":")
        for index in range(int(times or 1)):
            path = root / speaker / f"{label}-{index}.wav"
            utterances.append(Utterance(path, name, speaker, label, sentence=f"s{index}"))
    return Corpus(name, tuple(sorted(utterances, key=lambda u: (u.key, str(u.path)))))


@pytest.fixture
def made() -> Callable[..., Corpus]:
    return make_corpus
