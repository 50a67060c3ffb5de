"""What the terminal shows of an answer, and the JSON that programs read."""

from __future__ import annotations

import dataclasses
import json
import os
import sys

import numpy as np
import pytest
import soundfile


@pytest.fixture
def voice(tmp_path):
    """Return a writer of a gliding tone."""

    def write(name: str, seconds: float = 1.0, rate: int = 16000, channels: int = 1) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        sound = 0.3 * np.sin(2 * np.pi * 150 * np.arange(round(seconds * rate)) / rate)
        soundfile.write(path, np.repeat(sound[:, None], channels, axis=1), rate)
        return name

    return write


def test_json_is_one_line_a_file_and_nothing_else(undertone, voice, small_file) -> None:
    told = undertone("predict", voice("a.wav", 6.0), voice("b.flac"), "--bundle", small_file, "--json")
    assert (told.status, told.err) == (0, "")
    first, second = map(json.loads, told.out.splitlines())
    assert (first["file"], second["file"]) == ("a.wav", "b.flac")
    assert [(s["begin"], s["end"]) for s in first["segments"]] == [(0.0, 2.5), (2.5, 6.0)]
    assert first["model"]["name"] == "small"


def test_notes_stand_in_the_json_and_on_stderr(undertone, voice, small_file) -> None:
    told = undertone("predict", voice("a.wav", 0.05, 96000, 6), "--bundle", small_file, "--json")
    notes = json.loads(told.out)["notes"]
    assert len(notes) == 3
    assert told.err.splitlines() == [f"undertone: note: a.wav: {note}" for note in notes]


def test_the_answer_and_its_timeline(undertone, voice, small_file) -> None:
    told = undertone("predict", voice("a.wav", 5.0), "--bundle", small_file)
    first, *timeline = told.out.splitlines()
    assert first.startswith("a.wav  ")
    assert len(timeline) == 2
    assert timeline[1].startswith("     2.50 -    5.00 s  ")
    assert told.err == "bundle: small; it answers angry, neutral, sad\n"


def test_the_bundle_that_ships_says_what_it_answers(undertone, voice) -> None:
    told = undertone("predict", voice("a.wav"))
    assert told.err.startswith("the bundle that ships: ")
    assert "it answers angry, boredom, disgust, fear, happy, neutral, sad" in told.err
    helped = " ".join(undertone("predict", "--help").out.split())
    assert "no surprise" in helped
    assert "nothing is mapped" in helped


@pytest.mark.parametrize("name", ["[red]x[/bold]/[1].wav", "ü/漢字.wav", "a b/" + 40 * "long-" + "name.wav"])
def test_names_come_out_as_they_went_in(undertone, voice, small_file, name) -> None:
    voice(name)
    assert undertone("predict", name, "--bundle", small_file).out.startswith(f"{name}  ")
    assert json.loads(undertone("predict", name, "--bundle", small_file, "--json").out)["file"] == name
    assert undertone("features", name).out.startswith(f"{name}\n")


def test_a_name_that_is_no_text(process, small_file, tmp_path, voice) -> None:
    if sys.platform != "linux":
        pytest.skip("other systems refuse such names")
    voice("a.wav")
    name = os.fsdecode(b"\xff.wav")
    (tmp_path / "a.wav").rename(tmp_path / name)
    told = process("predict", name, "--bundle", str(small_file), "--json")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["file"] == "\udcff.wav"


def test_features(undertone, voice) -> None:
    from undertone.features import FEATURES

    voice("a.wav")
    (line,) = undertone("features", "a.wav", "--json").out.splitlines()
    values = json.loads(line)
    assert list(values) == ["file", "features"]
    assert len(values["features"]) == 162
    told = undertone("features", "a.wav").out.splitlines()
    assert [row.split()[0] for row in told[1:]] == list(FEATURES["article.v1"].names)
    assert "did you mean 'article.v1'" in undertone("features", "a.wav", "--set", "article.v2").err


@pytest.mark.parametrize("name", ["article.v1", "logmel.v1", "melpitch.v1", "pooledlog.v1", "pooledlog.v2", "voice.v1"])
def test_features_of_every_set(undertone, voice, name) -> None:
    from undertone.features import FEATURES

    made, sound = FEATURES[name], voice("a.wav")
    made_of = json.loads(undertone("features", sound, "--set", name, "--json").out)
    values, behind = np.array(made_of["features"]), made.statistics.names if made.statistics else ()
    assert values.shape[-1] == made.size and values.ndim == (2 if made.sequence else 1)
    assert len(made_of.get("statistics", ())) == len(behind)
    told = undertone("features", sound, "--set", name).out.splitlines()
    assert [row.split()[0] for row in told[1:]] == [*made.names, *behind]


def test_the_card(undertone, small_file) -> None:
    told = undertone("card", small_file)
    assert told.out.startswith("# small\n")
    assert "## Refused use" in told.out


def test_the_card_as_a_page(undertone, small_file, tmp_path) -> None:
    told = undertone("card", small_file, "--html", "made/card.html")
    assert (told.status, told.out) == (0, "made/card.html\n")
    assert (tmp_path / "made" / "card.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_unknown_below(undertone, voice, small_file) -> None:
    voice("a.wav", seconds=4.0)
    sure = json.loads(undertone("predict", "a.wav", "--bundle", small_file, "--json").out)
    best = max(sure["scores"].values())
    told = undertone("predict", "a.wav", "--bundle", small_file, "--unknown-below", best + 0.01, "--json").out
    unsure = json.loads(told)
    assert (sure["label"], unsure["label"]) == (max(sure["scores"], key=sure["scores"].get), "unknown")
    assert unsure["scores"] == sure["scores"]
    shown = undertone("predict", "a.wav", "--bundle", small_file, "--unknown-below", best + 0.01).out
    assert shown.startswith(f"a.wav  unknown {100 * best:.0f} %  {sure['label']} {100 * best:.0f}")
    assert undertone("predict", "a.wav", "--bundle", small_file, "--unknown-below", "2").status == 2


def test_what_must_not_be_sold_is_said_once(undertone, voice, small_bundle, small_file, tmp_path) -> None:
    from undertone.bundle import DataUsed, save

    tess = DataUsed("tess", "CC-BY-NC-ND-4.0", "Toronto.", 2800, 2)
    card = dataclasses.replace(small_bundle.card, data=(tess,))
    save(dataclasses.replace(small_bundle, card=card), tmp_path / "nc.undertone")
    voice("a.wav"), voice("b.wav")
    note = "undertone: note: small: not for commercial use: it learned from tess (CC-BY-NC-ND-4.0)\n"
    for options in ((), ("--json",)):
        assert undertone("predict", "a.wav", "b.wav", "--bundle", "nc.undertone", *options).err.count(note) == 1
        assert "commercial" not in undertone("predict", "a.wav", "--bundle", small_file, *options).err
    assert undertone("card").out.startswith("# ")


def test_one_voice_takes_the_recordings_in_order(undertone, voice, lined_bundle, tmp_path) -> None:
    from undertone.bundle import save

    save(dataclasses.replace(lined_bundle, doubt=None), tmp_path / "lined.undertone")
    files = [voice("a.wav", 5.0), voice("b.wav", 1.0, 44100), voice("c.wav", 0.5)]

    def told(*words: str) -> list[dict]:
        answered = undertone("predict", *words, "--bundle", "lined.undertone", "--json")
        return [json.loads(line) for line in answered.out.splitlines()]

    followed, general = told(*files, "--one-voice"), told(*files)
    assert [line["voice"] for line in followed] == [{"segments": 0}, {"segments": 2}, {"segments": 3}]
    assert all("voice" not in line for line in general)
    assert followed[0]["segments"][0] == general[0]["segments"][0], "nothing was heard before"
    assert all(mine["scores"] != plain["scores"] for mine, plain in zip(followed, general, strict=True))
    # what cannot be read is named, and the voice stays as it was
    (tmp_path / "bad.wav").write_bytes(b"not a sound")
    broken = undertone("predict", files[0], "bad.wav", files[1], "-b", "lined.undertone", "--json", "--one-voice")
    assert broken.status == 1 and "bad.wav" in broken.err
    assert [json.loads(line) for line in broken.out.splitlines()] == followed[:2]


def test_one_voice_says_what_it_assumes(undertone, voice, lined_bundle, tmp_path) -> None:
    from undertone.bundle import save

    save(lined_bundle, tmp_path / "lined.undertone")
    told = undertone("predict", voice("a.wav"), "--bundle", "lined.undertone", "--one-voice")
    assert told.status == 0 and "assumed is that one person speaks" in told.err
    helped = " ".join(undertone("predict", "--help").out.replace("│", " ").split())
    assert "of one person, in this order" in helped and "ways of speaking about evenly" in helped


def test_one_voice_refuses_a_bundle_without_a_line_for_it(undertone, voice, small_file) -> None:
    told = undertone("predict", voice("a.wav"), "--bundle", small_file, "--one-voice")
    assert (told.status, told.out) == (1, "")
    assert "undertone: error: small: holds no line for a known voice, so it cannot follow one" in told.err
    assert "Traceback" not in told.err
