"""Pictures, tables and sounds become cell outputs that stand alone."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

pytest.importorskip("IPython")

from undertone import pages
from undertone.gallery import display as shown_by
from undertone.types import Clip

BARS = pages.bars_svg({"angry": 3.0, "sad": 1.0}, title="Clips")
TONE = Clip(np.sin(np.arange(8000, dtype=np.float32) / 9), 16000)


@pytest.fixture
def outputs(monkeypatch):
    """What the cell would show: bundles of MIME types."""
    shown = []

    class Handle:
        def update(self, data, *, raw):
            shown.append(data)

    def display(data, *, raw, display_id=False):
        assert raw
        shown.append(data)
        return Handle()

    monkeypatch.setattr(shown_by, "display", display)
    return shown


def test_a_picture_goes_out_as_svg_with_its_words(outputs):
    shown_by.show(BARS)
    assert outputs == [{"image/svg+xml": str(BARS), "text/plain": "angry: 3; sad: 1"}]


def test_pictures_beside_each_other_are_one_well_formed_picture(outputs):
    shown_by.show(BARS, BARS, BARS)
    root = ET.fromstring(outputs[0]["image/svg+xml"])
    inner = [group[0] for group in root]
    lefts = [float(group.get("transform").removeprefix("translate(").split()[0]) for group in root]
    widths = [float(picture.get("width")) for picture in inner]
    assert lefts == [0.0, widths[0] + shown_by.GAP, 2 * (widths[0] + shown_by.GAP)]
    assert float(root.get("width")) == lefts[-1] + widths[-1]
    assert outputs[0]["text/plain"] == "angry: 3; sad: 1\nangry: 3; sad: 1\nangry: 3; sad: 1"


def test_a_table_goes_out_as_html_with_its_text_to_the_left(outputs):
    shown_by.show(pages.table(["name", "count"], [["x", 1]]))
    html = outputs[0]["text/html"]
    assert '<th scope="row" style="text-align:left">x</th>' in html
    assert '<td class="number">1</td>' in html


def test_sounds_go_out_whole(outputs, tmp_path):
    file = tmp_path / "a.flac"
    file.write_bytes(b"as it is")
    shown_by.play({"from a file": file, "from memory": TONE})
    html = outputs[0]["text/html"]
    assert pages.audio(b"as it is", "audio/flac", label="from a file") in html
    assert "data:audio/mpeg;base64," in html
    assert str(tmp_path) not in html


def test_the_same_clip_is_the_same_output(outputs):
    shown_by.play({"tone": TONE})
    shown_by.play({"tone": TONE})
    assert outputs[0] == outputs[1]


def test_a_watched_step_ends_with_words_that_do_not_depend_on_the_run(outputs):
    with shown_by.watch("training") as report:
        report(1, 2, "epoch 1 of 2")
        report(2, 2, "epoch 2 of 2")
    told = [data["text/plain"] for data in outputs]
    assert told == [
        f"training  {'█' * 12}{'░' * 12}  epoch 1 of 2",
        f"training  {'█' * 24}  epoch 2 of 2",
        "training: done",
    ]


def test_a_step_with_nothing_to_do_leaves_nothing(outputs):
    with shown_by.watch("features"):
        pass
    assert outputs == []
