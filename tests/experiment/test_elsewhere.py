from __future__ import annotations

from pathlib import Path

import pytest

from undertone.corpora import load
from undertone.errors import ProtocolError
from undertone.experiment.elsewhere import evaluate_elsewhere
from undertone.recognition.shipped import load_or_shipped
from undertone.types import Corpus, Utterance


@pytest.fixture(scope="module")
def bundle():
    return load_or_shipped(None)


@pytest.fixture(scope="module")
def strangers() -> Corpus:
    """Six of EMO-DB's clips under another name, as if they were another corpus."""
    clips = [u for u in load("emodb").utterances if u.label in ("angry", "sad")][::40][:6]
    return Corpus("strangers", tuple(Utterance(u.path, "strangers", u.speaker, u.label, u.sex) for u in clips))


def test_every_clip_is_judged_and_all_classes_stay_possible(bundle, strangers):
    figures = evaluate_elsewhere(bundle, strangers)
    assert figures.clips == len(strangers)
    assert figures.labels == bundle.labels
    assert figures.protocol == "emodb on strangers"
    assert set(figures.absent) == set(bundle.labels) - {"angry", "sad"}


def test_a_choice_of_labels_is_in_the_protocols_name(bundle, strangers):
    figures = evaluate_elsewhere(bundle, strangers, only=["sad"])
    assert figures.protocol == "emodb on strangers, sad only"
    assert figures.clips == sum(u.label == "sad" for u in strangers.utterances)


def test_labels_that_the_bundle_cannot_answer_are_refused_by_name(bundle, strangers):
    first = strangers.utterances[0]
    calm = Utterance(first.path, "strangers", "x", "calm")
    corpus = Corpus("strangers", (*strangers.utterances, calm))
    with pytest.raises(ProtocolError, match=r"unknown to emodb: calm \(1 clips\).*--labels angry,sad"):
        evaluate_elsewhere(bundle, corpus)


def test_its_own_corpus_cannot_judge_it(bundle):
    with pytest.raises(ProtocolError, match="learned from emodb"):
        evaluate_elsewhere(bundle, load("emodb"))


def test_a_label_that_the_corpus_lacks_is_named(bundle, strangers):
    with pytest.raises(ProtocolError, match="no clips of fear"):
        evaluate_elsewhere(bundle, strangers, only=["fear"])


def test_a_recording_that_cannot_be_used_is_named(bundle, strangers, tmp_path: Path):
    from undertone.errors import CorpusError

    broken = tmp_path / "broken.wav"
    broken.write_text("not sound")
    corpus = Corpus("strangers", (Utterance(broken, "strangers", "x", "sad"),))
    with pytest.raises(CorpusError, match=r"1 of 1 recordings cannot be used.*broken\.wav"):
        evaluate_elsewhere(bundle, corpus)
