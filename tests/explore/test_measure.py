from __future__ import annotations

import math

import numpy as np
import pytest

from undertone.audio.write import write
from undertone.corpora import load
from undertone.errors import CorpusError
from undertone.explore.measure import survey
from undertone.types import Clip


def test_lengths_and_levels_are_those_of_the_tones(tones):
    heard = survey(tones)
    assert sorted({clip.duration_s for clip in heard.clips}) == [0.4, 0.5, 0.7]
    for clip in heard.clips:
        assert clip.level_db == pytest.approx(20 * math.log10(0.5 / math.sqrt(2)), abs=0.05)
    assert heard.total_s == pytest.approx(4 * 1.6)


def test_progress_counts_every_clip(tones):
    told = []
    survey(tones, progress=lambda done, total, name: told.append((done, total, name)))
    assert [done for done, _, _ in told] == list(range(1, 13))
    assert {total for _, total, _ in told} == {12}


def test_silence_has_no_level_and_a_note(tmp_path):
    path = tmp_path / "c" / "sad" / "1.wav"
    path.parent.mkdir(parents=True)
    write(path, Clip(np.zeros(16000, np.float32), 16000))
    heard = survey(load(tmp_path / "c"))
    assert heard.clips[0].level_db == -math.inf
    assert len(heard.notes()) == 1


def test_what_cannot_be_read_is_kept_apart(tones):
    tones.utterances[0].path.write_text("no sound at all")
    heard = survey(tones)
    assert len(heard.clips) == 11
    assert str(tones.utterances[0].path) in heard.unreadable[0]


def test_not_one_recording_can_be_read(tones):
    for utterance in tones.utterances:
        utterance.path.write_text("no sound")
    with pytest.raises(CorpusError, match=r"none of its 12 recordings can be read \(first: "):
        survey(tones)
