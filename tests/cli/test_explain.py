from __future__ import annotations

import base64
import json

import numpy as np
import pytest
import soundfile

from undertone.recognition.shipped import SHIPPED


@pytest.fixture
def voice(tmp_path):
    t = np.arange(16000) / 16000
    folder = tmp_path / "my voice"
    folder.mkdir()
    soundfile.write(folder / "a#1.wav", 0.3 * np.sin(2 * np.pi * (150 * t + 40 * t**2)), 16000)
    return folder / "a#1.wav"


def test_the_page_links_the_recording(undertone, voice, small_file, tmp_path) -> None:
    told = undertone("explain", small_file, voice, "--out", "pages/why.html")
    assert told.status == 0, told.err
    assert "what it loses without:" in told.out and told.out.endswith("pages/why.html\n")
    page = (tmp_path / "pages" / "why.html").read_text(encoding="utf-8")
    assert 'src="../my%20voice/a%231.wav"' in page
    assert "media-src data: &#x27;self&#x27; file:" in page
    assert "base64,UklGR" not in page, "no sound lies in it"
    assert page.count("<svg") == 3  # scores, times over the spectrogram, features


def test_the_page_holds_the_recording_when_asked_to(undertone, voice, small_file, tmp_path) -> None:
    undertone("explain", small_file, voice, "--out", "why.html", "--embed")
    held = base64.b64encode(voice.read_bytes()).decode()
    assert f"data:audio/wav;base64,{held}" in (tmp_path / "why.html").read_text(encoding="utf-8")


def test_the_bundle_that_ships_and_json(undertone, voice) -> None:
    told = undertone("explain", voice, "--json", "--label", "sad")
    values = json.loads(told.out)
    assert values["label"] == "sad" and values["model"]["name"] == "emodb"
    assert SHIPPED.is_file() and len(values["times"]) > 5


def test_what_makes_it_doubtful_is_said(undertone, small_file, tmp_path) -> None:
    soundfile.write(tmp_path / "silent.wav", np.zeros(16000), 16000)
    told = undertone("explain", small_file, "silent.wav", "--out", "why.html")
    assert told.status == 0 and "undertone: note: silent.wav: " in told.err
    assert "A limit" in (tmp_path / "why.html").read_text(encoding="utf-8")


def test_what_cannot_be_explained(undertone, voice, small_file) -> None:
    assert undertone("explain", "nothing.wav").status == 1
    told = undertone("explain", small_file, voice, "--label", "angri")
    assert told.status == 1 and "angry" in told.err
    assert undertone("explain", small_file, voice, voice).status == 2
