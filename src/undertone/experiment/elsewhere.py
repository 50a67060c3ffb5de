"""`undertone evaluate MODEL --on CORPUS`: a finished bundle on recordings that it was not made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from undertone.bundle import Bundle
from undertone.corpora.content import need_files
from undertone.errors import AudioError, CorpusError, ProtocolError
from undertone.evaluation import Figures, judge
from undertone.experiment.steps import Steps, quiet
from undertone.recognition import predict_file
from undertone.types import Corpus, Utterance


def evaluate_elsewhere(
    bundle: Bundle, corpus: Corpus, *, only: Sequence[str] | None = None, steps: Steps = quiet
) -> Figures:
    """Judge a bundle on a whole corpus.

    Parameters
    ----------
    bundle : Bundle
        What answers. Its own classes stay possible answers, whether the corpus has them or not.
    corpus : Corpus
        Not one that the bundle learned from.
    only : sequence of str, optional
        Judge the clips of these labels alone, and say so in the protocol's name. No label is ever mapped to another.

    Raises
    ------
    ProtocolError
        The bundle learned from this corpus; or the corpus has labels that the bundle cannot answer.
    CorpusError
        Names every recording that cannot be used.
    """
    if corpus.name in {used.corpus for used in bundle.card.data}:
        raise ProtocolError(
            f"{bundle.name} learned from {corpus.name}: its clips cannot judge it. For voices held out of the training "
            f"use a run: undertone train {corpus.name} --out RUN, then undertone evaluate RUN"
        )
    need_files(corpus)
    chosen = _chosen(bundle, corpus, only)
    place = {label: number for number, label in enumerate(bundle.labels)}
    scores = _answers(bundle, corpus, chosen, steps)
    return judge(
        [place[u.label] for u in chosen],
        scores.argmax(axis=1),
        names=bundle.labels,
        speakers=[u.speaker for u in chosen],
        sexes=[u.sex for u in chosen],
        protocol=f"{bundle.name} on {corpus.name}" + (f", {'+'.join(only)} only" if only else ""),
        scores=scores,
    )


def _chosen(bundle: Bundle, corpus: Corpus, only: Sequence[str] | None) -> list[Utterance]:
    absent = [label for label in only or () if label not in corpus.labels]
    if absent:
        raise ProtocolError(
            f"{corpus.name} has no clips of {', '.join(absent)}; its labels: {', '.join(corpus.labels)}"
        )
    chosen = [u for u in corpus.utterances if only is None or u.label in only]
    unknown = Counter(u.label for u in chosen if u.label not in bundle.labels)
    if unknown:
        counted = ", ".join(f"{label} ({count} clips)" for label, count in sorted(unknown.items()))
        shared = [label for label in corpus.labels if label in bundle.labels]
        way = f"judge the shared ones alone with --labels {','.join(shared)}" if shared else "they share no label"
        raise ProtocolError(
            f"{corpus.name}: labels unknown to {bundle.name}: {counted}; it answers {', '.join(bundle.labels)}. "
            f"Nothing is mapped silently: {way}"
        )
    return chosen


def _answers(bundle: Bundle, corpus: Corpus, chosen: list[Utterance], steps: Steps) -> NDArray[np.float32]:
    answers, faults = [], []
    with steps(f"listening to {corpus.name}") as report:
        for done, utterance in enumerate(chosen, start=1):
            try:
                answers.append(predict_file(bundle, str(utterance.path)).scores)
            except AudioError as error:
                faults.append(str(error))
            report(done, len(chosen), utterance.path.stem)
    if faults:
        shown = "; ".join(faults[:5]) + ("; …" if len(faults) > 5 else "")
        raise CorpusError(f"{corpus.name}: {len(faults)} of {len(chosen)} recordings cannot be used: {shown}")
    return np.stack(answers)
