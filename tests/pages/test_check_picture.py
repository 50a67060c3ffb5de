"""One check for all pictures: a new one is a row in `PICTURES`."""

from __future__ import annotations

import re

import numpy as np
import pytest

from undertone import pages

SVG = "{http://www.w3.org/2000/svg}"
NASTY = '<b>&"sad"'
HEX = re.compile(r"#[0-9A-Fa-f]{3,6}")

PICTURES = {
    "balance": lambda title, name: pages.balance_svg({name: 3.0, "happy": -1.0}, title=title, unit="points"),
    "bars": lambda title, name: pages.bars_svg({name: 3.0, "happy": 0.0}, title=title, unit="clips"),
    "confusion": lambda title, name: pages.confusion_svg([[3, 1], [0, 0]], [name, "happy"], title=title),
    "curves": lambda title, name: pages.curves_svg(
        {name: [0.1, 0.5], "b": [float("nan"), 0.4]}, title=title, x_label="epoch", y_label="y", marks={"kept": 2}
    ),
    "heat": lambda title, name: pages.heat_svg({name: {"03": 1, "08": 0}}, title=title),
    "histogram": lambda title, name: pages.histogram_svg([1.0, 2.0, 2.5], title=title, unit=name),
    "intervals": lambda title, name: pages.intervals_svg([pages.IntervalRow(name, 0.5, 0.4, 0.6)], title=title),
    "multiples": lambda title, name: pages.multiples_svg(
        [
            pages.Panel(name, ("clean", "20", "0"), (pages.Curve(name, (8, 6, 2), (7, 5, 1), (9, 7, 3)),), "dB"),
            pages.Panel("lines", ("opus 24",), (pages.Curve("b", (50,), faint=True),), joined=False),
        ],
        title=title,
        rules=[("chance", 14.3)],
    ),
    "occlusion": lambda title, name: pages.occlusion_svg(
        np.eye(5),
        np.eye(5) - 0.3,
        title=title,
        duration_s=1.0,
        frequencies=[("1 kHz", 0.5)],
        times=[(0.0, 0.4, 3.0), (0.2, 0.6, -1.0)],
    ),
    "reliability": lambda title, name: pages.reliability_svg([(35.0, 20.0, 7), (80.0, 95.0, 3)], title=title),
    "spectrogram": lambda title, name: pages.spectrogram_svg(
        np.zeros((5, 4), np.float32), title=title, name=name, duration_s=1.0, top=8000
    ),
    "waveform": lambda title, name: pages.waveform_svg(np.ones(50, np.float32), 100, title=title, name=name),
}
EMPTY = {
    "bars": lambda: pages.bars_svg({}, title="t"),
    "confusion": lambda: pages.confusion_svg(np.zeros((0, 0)), [], title="t"),
    "curves": lambda: pages.curves_svg({}, title="t", x_label="x", y_label="y"),
    "curves of nothing": lambda: pages.curves_svg({"a": []}, title="t", x_label="x", y_label="y"),
    "curves of one": lambda: pages.curves_svg({"a": [0.3]}, title="t", x_label="x", y_label="y"),
    "heat": lambda: pages.heat_svg({}, title="t"),
    "histogram": lambda: pages.histogram_svg([2.0, 2.0], title="t"),
    "intervals": lambda: pages.intervals_svg([], title="t"),
    "balance": lambda: pages.balance_svg({}, title="t"),
    "multiples": lambda: pages.multiples_svg([], title="t"),
    "multiples of nothing": lambda: pages.multiples_svg([pages.Panel("p", (), ())], title="t"),
    "balance of nothing": lambda: pages.balance_svg({"a": 0.0}, title="t"),
    "occlusion": lambda: pages.occlusion_svg(
        np.zeros((1, 1)), np.zeros((1, 1)), title="t", duration_s=0.1, frequencies=[]
    ),
    "reliability": lambda: pages.reliability_svg([], title="t"),
    "waveform": lambda: pages.waveform_svg(np.zeros(0, np.float32), 16000, title="t"),
    "silence": lambda: pages.waveform_svg(np.zeros(9, np.float32), 16000, title="t"),
    "spectrogram": lambda: pages.spectrogram_svg(np.full((1, 1), -120.0), title="t", duration_s=0.1, top=4000),
}


def test_every_picture_is_checked():
    assert sorted(f"{name}_svg" for name in PICTURES) == sorted(name for name in pages.__all__ if name.endswith("_svg"))


@pytest.mark.parametrize("name", PICTURES)
class TestEveryPicture:
    def test_is_xml_that_stands_alone(self, name, svg):
        root = svg(PICTURES[name]("Title", "sad"))
        assert root.tag == f"{SVG}svg"
        assert root.find(f"{SVG}rect").get("class") == "ut-ground"
        for element in root.iter():
            assert element.get("href", "data:").startswith("data:")
        assert "url(" not in "".join(element.text or "" for element in root.iter(f"{SVG}style"))

    def test_can_be_heard(self, name, svg):
        root = svg(PICTURES[name]("Title", "sad"))
        assert root.get("role") == "img"
        assert root.get("aria-label") == "Title"
        assert root.find(f"{SVG}title").text == "Title"
        assert len(root.find(f"{SVG}desc").text) > 10

    def test_names_are_text_whatever_they_hold(self, name, svg):
        drawn = PICTURES[name](NASTY, NASTY)
        assert "<b>" not in drawn
        assert svg(drawn).find(f"{SVG}title").text == NASTY

    def test_nothing_falls_out_of_the_frame(self, name, svg):
        root = svg(PICTURES[name]("Title", "surprise"))
        _, _, width, height = (float(part) for part in root.get("viewBox").split())
        for element in root.iter(f"{SVG}text"):
            assert 0 <= float(element.get("x")) <= width
            assert 0 <= float(element.get("y")) <= height
        for element in root.iter(f"{SVG}rect"):
            assert float(element.get("x", 0)) + float(element.get("width")) <= width + 0.5
            assert float(element.get("height")) >= 0

    def test_is_the_same_every_time(self, name):
        assert PICTURES[name]("Title", "sad") == PICTURES[name]("Title", "sad")


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_to_draw_is_still_a_picture(name, svg):
    assert "nan" not in EMPTY[name]().lower().replace("nunito", "")
    svg(EMPTY[name]())


def test_colours_can_be_told_apart_by_most_eyes():
    """Machado et al. 2009, table 1, severity 1.0; CIE Lab 1976, D65."""
    from itertools import combinations

    from undertone.pages.palette import EMOTIONS

    eyes = {
        "normal": np.eye(3),
        "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    }
    for eye in eyes.values():
        seen = {name: lab(np.asarray(eye) @ linear(value)) for name, value in EMOTIONS.items()}
        for one, other in combinations(seen, 2):
            assert np.linalg.norm(seen[one] - seen[other]) >= 18, (one, other)


@pytest.mark.parametrize(("ground", "least"), [("#FFFFFF", 2.55), ("#171B21", 3.0)])
def test_colours_stand_out_from_both_grounds(ground, least):
    from undertone.pages.palette import EMOTIONS

    for name, value in EMOTIONS.items():
        low, high = sorted((luminance(value), luminance(ground)))
        assert (high + 0.05) / (low + 0.05) >= least, name


def linear(colour: str) -> np.ndarray:
    assert HEX.fullmatch(colour)
    values = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def lab(rgb: np.ndarray) -> np.ndarray:
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = matrix @ np.clip(rgb, 0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])
