"""`undertone adapt` at the terminal: what it writes, what it says, what it refuses; nothing is half-written."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import soundfile

from undertone.bundle import load, save


@pytest.fixture(scope="module")
def lined_file(lined_bundle, tmp_path_factory):
    path = tmp_path_factory.mktemp("lined") / "lined.undertone"
    save(lined_bundle, path)
    return path


@pytest.fixture
def voice(tmp_path):
    """A folder a label, five clips in each: low, middle and high tones."""
    root, time, rng = tmp_path / "voice", np.arange(16000) / 16000, np.random.default_rng(1)
    for place, label in enumerate(("angry", "neutral", "sad")):
        (root / label).mkdir(parents=True)
        for take in range(5):
            tone = 0.2 * np.sin(2 * np.pi * (100 * 1.5**place + take) * time) + 0.01 * rng.standard_normal(16000)
            soundfile.write(root / label / f"{take}.wav", tone, 16000)
    return root


def test_it_writes_a_bundle_that_predicts(undertone, lined_file, voice, tmp_path):
    told = undertone("adapt", lined_file, voice, "--out", "mine.undertone")
    assert told.status == 0, told.err
    assert "15 clips, 15 s, without labels" in told.out and told.out.endswith("mine.undertone\n")
    assert load(tmp_path / "mine.undertone").card.adapted["labelled"] is False
    assert undertone("predict", "--bundle", "mine.undertone", voice / "sad" / "0.wav").status == 0
    assert "## For one voice" in undertone("card", "mine.undertone").out


def test_labels_and_json(undertone, lined_file, voice, tmp_path):
    told = undertone("adapt", lined_file, voice, "--labels", "--json", "--out", "mine.undertone")
    values = json.loads(told.out)
    assert values["labelled"] and values["after"]["uar"] > values["before"]["uar"] and len(values["gain"]) == 3
    assert sum(values["after"]["answers"].values()) == 15 and values["out"] == "mine.undertone"
    assert "UAR on them went from" in undertone("card", "mine.undertone").out
    table = "path,label\n" + "".join(f"{label}/{n}.wav,{label}\n" for label in ("angry", "sad") for n in range(5))
    (voice / "table.csv").write_text(table)
    told = undertone("adapt", lined_file, voice / "table.csv", "--labels", "--json", "--out", "two.undertone")
    assert json.loads(told.out)["clips"] == 10


def test_same_clips_are_the_same_bytes(undertone, lined_file, voice, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        undertone("adapt", lined_file, voice, "--labels", "--out", f"{name}/mine.undertone")
    assert (tmp_path / "a/mine.undertone").read_bytes() == (tmp_path / "b/mine.undertone").read_bytes()


def test_a_few_clips_leave_nothing_behind(undertone, lined_file, voice, tmp_path):
    told = undertone("adapt", lined_file, voice / "sad", "--out", "mine.undertone")
    assert told.status == 1 and not (tmp_path / "mine.undertone").exists()
    assert "undertone: warning: 5 clips tell too little of a voice: 10 are needed, two minutes are better" in told.err
    assert "nothing is written" in told.err and "Traceback" not in told.err


def test_what_is_refused(undertone, lined_file, small_file, voice, tmp_path):
    def refused(*words) -> str:
        told = undertone("adapt", *words, "--out", "mine.undertone")
        assert told.status == 1 and not (tmp_path / "mine.undertone").exists() and not told.out
        assert told.err.count("undertone: error: ") == 1, told.err
        return told.err

    assert "small: holds no line for a known voice" in refused(small_file, voice)
    assert "english-tiny: its network is in integers, which cannot be adapted" in refused("english-tiny", voice)
    assert "no sound file at 'none.wav'" in refused(lined_file, "none.wav")
    (tmp_path / "notes.wav").write_text("dear diary")
    soundfile.write(tmp_path / "still.wav", np.zeros(8000), 16000)
    shutil.copy(voice / "sad" / "0.wav", tmp_path / "again.wav")
    told = refused(lined_file, voice, "notes.wav", "still.wav", "again.wav")
    assert "3 of 18 clips cannot be used: notes.wav: not a sound file" in told
    assert "still.wav: silent" in told and "again.wav: the same sound as" in told
    (voice / "table.csv").write_text("path,label\nsad/0.wav,sad\n")
    assert "a table of labelled recordings; add --labels" in refused(lined_file, voice / "table.csv")
    assert "--labels takes one folder LABEL/clip.wav" in refused(lined_file, voice / "sad", voice / "angry", "--labels")
    (voice / "sad").rename(voice / "glum")
    assert "labels that small cannot answer: glum; it has angry, neutral, sad" in refused(lined_file, voice, "--labels")


def test_several_speakers_are_refused(undertone, lined_file, voice, tmp_path):
    for label in ("angry", "neutral", "sad"):
        for take in range(4):
            (voice / label / f"s{take % 2}").mkdir(exist_ok=True)
            (voice / label / f"{take}.wav").rename(voice / label / f"s{take % 2}" / f"{take}.wav")
        (voice / label / "4.wav").unlink()
    told = undertone("adapt", lined_file, voice, "--labels", "--out", "mine.undertone")
    assert told.status == 1 and "2 speakers (s0, s1); a personal bundle is made of the clips of one" in told.err


def test_what_exists_is_not_written_over(undertone, lined_file, voice, tmp_path):
    (tmp_path / "mine.undertone").write_text("precious")
    told = undertone("adapt", lined_file, voice, "--out", "mine.undertone")
    assert told.status == 1 and "mine.undertone: exists; name another file with --out" in told.err
    assert (tmp_path / "mine.undertone").read_text() == "precious"
