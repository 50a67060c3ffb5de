"""`undertone demo`: from real recordings to a compiled program that hears an emotion in a voice it never met.

Everything is the public functions of the floors below, called in order; nothing is prepared. Two models learn: a line
over statistics, which is compiled and listens, and the network of the well-known article, on a short schedule, to show
what its tutorials claim and what is true. Figures of the full protocol stand beside theirs.
"""

from __future__ import annotations

import importlib.util
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from undertone.audio.read import read
from undertone.audio.write import write
from undertone.bundle import Bundle, load
from undertone.config import from_dict
from undertone.corpora import load as load_corpus
from undertone.deployment import Artefact, compile_model
from undertone.errors import MissingExtraError
from undertone.evaluation import Figures
from undertone.experiment import folder
from undertone.experiment.evaluate import Evaluation, evaluate_run
from undertone.experiment.settings import ExperimentSettings, settings_from
from undertone.experiment.steps import Report, Steps, quiet
from undertone.experiment.train import BUNDLE, train_run
from undertone.explore import explore
from undertone.recognition import predict_file
from undertone.recognition.shipped import load_or_shipped
from undertone.training import History, TrainSettings, read_history
from undertone.types import Corpus, Prediction, Utterance

#: One man and one woman who speak every class several times.
HELD_OUT = ("15", "16")
#: A line over statistics: fitted in seconds, and nothing here does better on so few voices.
LISTENS = "pooled"
EPOCHS = 10
#: What its steps import, of the extras.
NEEDED = ("joblib", "audiomentations", "keras", "ziglang")
#: Small batches: batch normalisation's running statistics remember about a hundred steps, which are five epochs of
#: EMO-DB in the full schedule's batches of 64, and a short schedule would end before they follow the weights.
BATCH_SIZE = 16


@dataclass(frozen=True)
class Heard:
    """One clip of a held-out speaker: what was said, and what Python and the program answer."""

    utterance: Utterance
    python: Prediction
    program: Prediction

    @property
    def gap(self) -> float:
        """The largest difference of a score."""
        return float(np.abs(self.python.scores - self.program.scores).max())


@dataclass(frozen=True)
class Demo:
    """All that the demo made.

    ``bundle``, ``evaluation``, ``artefact`` and ``heard`` are of the model that listens; ``popular``, ``epochs`` and
    ``history`` of the article's network; ``recorded`` are the figures of the bundle that ships.
    """

    corpus: Corpus
    bundle: Bundle
    evaluation: Evaluation
    popular: Evaluation
    epochs: int
    history: History
    recorded: tuple[Figures, ...]
    artefact: Artefact
    heard: tuple[Heard, ...]
    program_ms: float
    explored: Path

    @property
    def agreeing(self) -> int:
        """Clips to which Python and the program give the same label."""
        return sum(h.python.label == h.program.label for h in self.heard)


def demo(out: Path, *, epochs: int = EPOCHS, steps: Steps = quiet) -> Demo:
    """Walk the whole path on the embedded corpus.

    Parameters
    ----------
    out : Path
        Folder for all that is made; one that a stopped demo left is gone on with.
    epochs : int
        The short schedule of the article's network.

    Raises
    ------
    CorpusError
        There is no embedded corpus (undertone was installed from a wheel).
    MissingExtraError
        A package that some step needs is not installed; it is told before the first step.
    """
    corpus = load_corpus("emodb")
    for package in NEEDED:
        if importlib.util.find_spec(package) is None:
            raise MissingExtraError("the demo", package, "all")
    with steps("look: balance, sound") as report:
        explored = explore(corpus, out=out / "explore", progress=report)
    run, popular = out / "run", out / "popular"
    train_run(
        settings_from({"corpus": "emodb", "model": LISTENS, "hold_out": HELD_OUT}, where="demo"), run, steps=steps
    )
    evaluation = evaluate_run(run, tutorial=False, steps=steps)
    schedule = TrainSettings(epochs=epochs, batch_size=BATCH_SIZE)
    train_run(ExperimentSettings("emodb", hold_out=HELD_OUT, train=schedule), popular, steps=steps)
    claimed = evaluate_run(popular, steps=steps)
    bundle = load(run / BUNDLE)
    with steps("compiling to a program") as report:
        report(0, 1, "")
        artefact = compile_model(run / BUNDLE, target="native", report=False, out=out / "program")
        report(1, 1, "")
    with steps("the program listens") as report:
        heard, program_ms = _listen(corpus, bundle, artefact, run, out / "heard", report)
    recorded = tuple(from_dict(Figures, figure, where="card") for figure in load_or_shipped(None).card.figures)
    return Demo(
        corpus=corpus,
        bundle=bundle,
        evaluation=evaluation,
        popular=claimed,
        epochs=epochs,
        history=read_history(popular / "history.json"),
        recorded=recorded,
        artefact=artefact,
        heard=heard,
        program_ms=program_ms,
        explored=explored,
    )


def _listen(
    corpus: Corpus, bundle: Bundle, artefact: Artefact, run: Path, wavs: Path, report: Report
) -> tuple[tuple[Heard, ...], float]:
    """Give every clip of the held-out speakers to Python and to the program, as WAV files."""
    tested = [corpus.utterances[i] for i in folder.fold_of(run, corpus).test]
    wavs.mkdir(parents=True, exist_ok=True)
    files = []
    for utterance in tested:
        files.append(wavs / f"{utterance.path.stem}.wav")
        write(files[-1], read(utterance.path))
    begin = time.perf_counter()
    told = artefact.answer(files)
    program_ms = 1000 * (time.perf_counter() - begin) / len(files)
    heard = []
    for done, (utterance, file, program) in enumerate(zip(tested, files, told, strict=True)):
        heard.append(Heard(utterance, predict_file(bundle, str(file)), program))
        report(done + 1, len(files), utterance.path.stem)
    return tuple(heard), program_ms


def one_of_each(made: Demo) -> tuple[Heard, ...]:
    """Choose a clip of each class for the table: the first by name, of the two speakers in turn."""
    chosen = []
    for place, label in enumerate(made.corpus.labels):
        speaker = HELD_OUT[place % len(HELD_OUT)]
        of_label = [h for h in made.heard if h.utterance.label == label]
        chosen.append(next((h for h in of_label if h.utterance.speaker == speaker), of_label[0]))
    return tuple(chosen)
