"""What the tests of the upper floors share: a bundle of a few weights, a corpus of a few clips, a run trained on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

REPOSITORY = Path(__file__).parents[1]
CLIPS = REPOSITORY / "data" / "emodb" / "wav"

#: EMO-DB's letter of each class that the tiny corpus has, and its speakers: 05 is not recorded there, 16 judges.
LETTERS = {"angry": "W", "neutral": "N", "sad": "T"}
SPEAKERS = ("03", "08", "16")
TAKES = 2

#: Settings that train the article's network in seconds.
QUICK = """
[augment]
copies = [["noise"]]

[train]
epochs = 1
batch_size = 8
"""


@pytest.fixture(scope="module", autouse=True)
def environment():
    """Give the next file the environment that this one found: a cluster leaves OMP_NUM_THREADS behind, for instance."""
    with mock.patch.dict(os.environ):
        yield


@pytest.fixture(scope="session")
def small_bundle():
    """Bundle, not saved: 162 features through one dense layer to three classes."""
    from undertone.bundle import Bundle, Card, DataUsed
    from undertone.compiler import Tensor
    from undertone.compiler.importers.builder import GraphBuilder
    from undertone.features.frontend import FrontEnd

    rng = np.random.default_rng(3)
    builder = GraphBuilder("small", "weights drawn by a test")
    features = builder.input("features", Tensor((1, 162)))
    weights = builder.constant("weights", (rng.standard_normal((162, 3)) / 13).astype(np.float32))
    scores = builder.add("Softmax", [builder.add("MatMul", [features, weights], "dense")], "scores", axis=-1)
    return Bundle(
        name="small",
        graph=builder.graph([scores]),
        frontend=FrontEnd(),
        labels=("angry", "neutral", "sad"),
        mean=rng.standard_normal(162).astype(np.float32),
        inv_scale=np.full(162, 0.02, np.float32),
        temperature=1.25,
        card=Card("small", "Weights that a test drew.", (DataUsed("made", "CC0-1.0", "A test.", 6, 3),)),
    )


@pytest.fixture(scope="session")
def lined_bundle(small_bundle):
    """Bundle, not saved: the small one's classes, with a line as the network, and a line for a known voice."""
    import dataclasses

    from undertone.bundle import PersonalLine
    from undertone.compiler import Tensor
    from undertone.compiler.importers.builder import GraphBuilder
    from undertone.evaluation import Doubt

    rng = np.random.default_rng(4)
    draw = [rng.standard_normal(shape).astype(np.float32) / 13 for shape in ((162, 3), (3,), (162, 3), (3,))]
    builder = GraphBuilder("lined", "weights drawn by a test")
    features = builder.input("features", Tensor((1, 162)))
    product = builder.add("MatMul", [features, builder.constant("line_kernel", draw[0])], "line")
    logits = builder.add("Add", [product, builder.constant("line_bias", draw[1])], "line_biased")
    scores = builder.add("Softmax", [logits], "scores", axis=-1)
    line = PersonalLine(np.full(162, 0.03, np.float32), draw[2], draw[3], 1.5)
    return dataclasses.replace(small_bundle, graph=builder.graph([scores]), doubt=Doubt(2.5), personal=line)


@pytest.fixture(scope="session")
def small_file(small_bundle, tmp_path_factory) -> Path:
    """The small bundle as a file; not to be written to."""
    from undertone.bundle import save

    path = tmp_path_factory.mktemp("small") / "small.undertone"
    save(small_bundle, path)
    return path


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Path:
    """A folder per label and speaker with 18 of EMO-DB's shortest clips; not to be written to."""
    root = tmp_path_factory.mktemp("corpora") / "tiny"
    for label, letter in LETTERS.items():
        for speaker in SPEAKERS:
            clips = sorted(CLIPS.glob(f"{speaker}???{letter}?.flac"), key=lambda path: (path.stat().st_size, path.name))
            target = root / label / speaker
            target.mkdir(parents=True)
            for take, clip in enumerate(clips[:TAKES]):  # under EMO-DB's own names it would be taken for EMO-DB
                shutil.copy(clip, target / f"{label}-{speaker}-{take}.flac")
    return root


@pytest.fixture(scope="session")
def quick(tiny: Path):
    """Settings of a run on the tiny corpus: one epoch, speaker 16 judges."""
    import dataclasses
    import tomllib

    from undertone.config import from_dict
    from undertone.experiment import ExperimentSettings

    values = tomllib.loads(QUICK) | {"corpus": str(tiny), "hold_out": ["16"]}
    return dataclasses.replace(from_dict(ExperimentSettings, values))


@pytest.fixture(scope="session")
def finished_run(quick, tmp_path_factory) -> Path:
    """A run folder that was trained to its end; not to be written to (copy it)."""
    from undertone.experiment import train_run

    run = tmp_path_factory.mktemp("runs") / "tiny-run"
    train_run(quick, run)
    return run


@dataclass(frozen=True)
class Told:
    """What a verb left: its status and its words."""

    status: int
    out: str
    err: str


Undertone = Callable[..., Told]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep imported corpora away from the user's own."""
    folder = tmp_path / "undertone-home"
    monkeypatch.setenv("UNDERTONE_HOME", str(folder))
    return folder


@pytest.fixture
def undertone(tmp_path: Path, home: Path, capfd: pytest.CaptureFixture[str], monkeypatch) -> Undertone:
    """Return a caller of the terminal's program inside this process, in an empty folder."""
    from undertone import cli

    monkeypatch.chdir(tmp_path)

    def call(*words: object, main: Callable[[], None] = cli.main) -> Told:
        capfd.readouterr()
        monkeypatch.setattr(sys, "argv", ["undertone", *map(str, words)])
        try:
            main()
            status: object = 0
        except SystemExit as end:
            status = end.code
        out, err = capfd.readouterr()
        return Told(int(status or 0), out, err)  # type: ignore[call-overload]

    return call


def program(*words: object, **options) -> subprocess.CompletedProcess[str]:
    """Run the terminal's program as a process of its own."""
    code = "from undertone.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True, timeout=120, **options
    )


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a caller of the program as a process of its own, in an empty folder."""
    environment = {**os.environ, "UNDERTONE_HOME": str(tmp_path / "undertone-home")}
    return lambda *words, **options: program(*words, **{"cwd": tmp_path, "env": environment, **options})
