from __future__ import annotations

import base64
import re

import numpy as np
import pytest

from undertone.audio.write import write
from undertone.corpora import load
from undertone.explore import explore
from undertone.explore.examples import LARGEST_BYTES, typical
from undertone.explore.measure import survey
from undertone.types import Clip, Corpus


def sounds(page: str) -> list[tuple[str, bytes]]:
    found = re.findall(r'src="data:(audio/[a-z]+);base64,([^"]+)"', page)
    return [(mime, base64.b64decode(content)) for mime, content in found]


def test_the_page_holds_all_that_was_asked_for(tones, tmp_path):
    page = explore(tones, out=tmp_path / "out").read_text(encoding="utf-8")
    for title in (
        "Clips by class",
        "Length of the clips",
        "Clips by class and speaker",
        "high: waveform",
        "low: spectrogram",
    ):
        assert title in page
    for heading in ("At a glance", "Classes and durations", "Speakers by class", "How it sounds", "Terms"):
        assert f"<h2>{heading}</h2>" in page
    assert len(sounds(page)) == 2
    assert page.count("data:image/png") == 2


def test_the_clip_to_play_is_the_file_itself(tones, tmp_path):
    page = explore(tones, out=tmp_path).read_text(encoding="utf-8")
    files = {utterance.path.read_bytes() for utterance in tones.utterances}
    assert all(content in files for _, content in sounds(page))


def test_the_clip_is_the_one_of_median_length(tones):
    heard = survey(tones)
    assert {typical(heard, label).duration_s for label in tones.labels} == {0.5}
    assert typical(heard, "high").utterance.speaker == "anna"


def test_a_long_recording_is_cut(tmp_path, tone):
    path = tmp_path / "c" / "sad" / "anna" / "long.wav"
    path.parent.mkdir(parents=True)
    write(path, tone(440.0, 60.0))
    page = explore(load(tmp_path / "c"), out=tmp_path).read_text(encoding="utf-8")
    ((mime, content),) = sounds(page)
    assert mime == "audio/flac"
    assert len(content) < LARGEST_BYTES
    assert "the first 10 s are shown" in page


def test_the_same_corpus_gives_the_same_bytes(tones, tmp_path):
    first = explore(tones, out=tmp_path / "a").read_bytes()
    assert explore(tones, out=tmp_path / "b").read_bytes() == first


def test_what_is_wrong_is_said(tones, tmp_path):
    tones.utterances[0].path.write_text("no sound")
    write(tones.utterances[1].path, Clip(np.zeros(16000, np.float32), 16000))
    page = explore(tones, out=tmp_path).read_text(encoding="utf-8")
    assert "1 of the recordings cannot be read: " in page
    assert "silence" in page


def test_names_are_text(tmp_path, tone):
    path = tmp_path / "c" / "<i>sad" / "<b>anna" / "1.wav"
    path.parent.mkdir(parents=True)
    write(path, tone(440.0))
    page = explore(load(tmp_path / "c"), out=tmp_path).read_text(encoding="utf-8")
    assert "<i>" not in page
    assert "<b>" not in page


def test_the_embedded_corpus_fits_into_a_mail(tmp_path):
    page = explore(load("emodb"), out=tmp_path)
    assert page.name == "emodb.html"
    assert page.stat().st_size < 3_000_000
    assert [mime for mime, _ in sounds(page.read_text(encoding="utf-8"))] == ["audio/flac"] * 7


def test_an_empty_corpus(tmp_path):
    from undertone.errors import CorpusError

    with pytest.raises(CorpusError, match="none of its 0 recordings"):
        explore(Corpus("empty", ()), out=tmp_path)
    assert list(tmp_path.iterdir()) == []
