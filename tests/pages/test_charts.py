from __future__ import annotations

import io

import numpy as np
import pytest

from undertone import pages
from undertone.pages.picture import Scale, tick_labels, ticks
from undertone.pages.png import png

SVG = "{http://www.w3.org/2000/svg}"


def texts(root):
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


def test_a_confusion_is_shaded_by_its_row(svg):
    root = svg(pages.confusion_svg([[8, 2], [500, 500]], ["happy", "sad"], title="t"))
    opacity = [float(r.get("fill-opacity")) for r in root.iter(f"{SVG}rect") if r.get("fill-opacity")]
    assert opacity[0] > opacity[2] == opacity[3] > opacity[1] > 0
    assert {"80", "20", "8", "2", "50", "500", "10", "1000"} <= set(texts(root))
    told = root.find(f"{SVG}desc").text
    assert "happy: 80 % recognised, most often taken for sad (20 %)" in told


def test_a_confusion_needs_its_labels():
    with pytest.raises(ValueError, match=r"shape \(2, 2\) does not fit 3 labels"):
        pages.confusion_svg([[1, 0], [0, 1]], ["a", "b", "c"], title="t")


def test_bars_are_as_long_as_their_values(svg):
    root = svg(pages.bars_svg({"sad": 25.0, "x": 50.0}, title="t", unit="%"))
    track, *_ = (float(r.get("width")) for r in root.iter(f"{SVG}rect") if r.get("class") == "ut-track")
    lengths = [float(r.get("width")) for r in root.iter(f"{SVG}rect") if r.get("fill")]
    np.testing.assert_allclose(lengths, [track / 4, track / 2], atol=0.02)
    assert {"25 %", "50 %"} <= set(texts(root))
    assert pages.colour("sad") in pages.bars_svg({"sad": 1.0}, title="t")


def test_curves_are_named_at_their_ends_without_touching(svg):
    series = {f"run {i}": [0.5, 0.5 + i / 1000] for i in range(5)}
    root = svg(pages.curves_svg(series, title="t", x_label="epoch", y_label="y"))
    ys = sorted(float(e.get("y")) for e in root.iter(f"{SVG}text") if (e.text or "").startswith("run"))
    assert len(ys) == 5
    assert min(np.diff(ys)) >= 16.9


def test_a_gap_in_a_curve_stays_a_gap(svg):
    root = svg(pages.curves_svg({"a": [1, 2, float("nan"), 3, 4]}, title="t", x_label="x", y_label="y"))
    (path,) = (e.get("d") for e in root.iter(f"{SVG}path"))
    assert path.count("M") == 2


def test_a_figure_that_leaks_looks_different(svg):
    rows = [pages.IntervalRow("loso", 48.0, 41.0, 55.0), pages.IntervalRow("random", 88.0, 82.0, 93.0, "leaky")]
    root = svg(pages.intervals_svg(rows, title="t"))
    honest, leaky = root.iter(f"{SVG}circle")
    assert honest.get("class") is None
    assert leaky.get("class") == "ut-ground"
    assert "random: 88, 95 % interval 82 to 93 (leaky)" in root.find(f"{SVG}desc").text


def test_a_histogram_counts_every_value(svg):
    values = np.random.default_rng(3).gamma(8, 0.3, 200).tolist()
    root = svg(pages.histogram_svg(values, title="t", unit="s"))
    counts = [int(e.text.rsplit(" ", 1)[1]) for e in root.iter(f"{SVG}title") if ": " in (e.text or "")]
    assert sum(counts) == 200


def test_an_empty_pair_is_marked(svg):
    assert "–" in texts(svg(pages.heat_svg({"sad": {"03": 4, "08": 0}}, title="t")))


def test_many_speakers_go_below_each_other(svg):
    table = {"sad": {f"Actor_{i:02d}": i for i in range(60)}}
    root = svg(pages.heat_svg(table, title="t"))
    assert float(root.get("width")) < 1100
    assert sum(text.startswith("Actor") for text in texts(root)) == 60


def test_a_waveform_touches_its_peak_wherever_it_is(svg):
    samples = np.zeros(100_000, np.float32)
    samples[77_777] = -0.2
    root = svg(pages.waveform_svg(samples, 16000, title="t"))
    (path,) = (e.get("d") for e in root.iter(f"{SVG}path"))
    ys = [float(point.split()[1]) for point in path.strip("MZ").split("L")]
    middle = float(root.find(f"{SVG}line").get("y1"))
    assert max(ys) - middle > 40


def test_png_reads_back_pixel_by_pixel():
    image = pytest.importorskip("PIL.Image")
    levels = np.random.default_rng(0).integers(0, 256, (7, 5)).astype(np.uint8)
    palette = bytes(range(256)) * 3
    read = image.open(io.BytesIO(png(levels, palette)))
    assert read.size == (5, 7)
    np.testing.assert_array_equal(np.asarray(read), levels)


def test_a_spectrogram_lies_with_low_tones_below():
    from undertone.pages.spectrogram import _levels

    levels_db = np.full((3, 4), -70.0)
    levels_db[2, 0] = 0.0
    picture = _levels(levels_db, 70.0)
    assert picture.shape == (4, 3)
    assert picture[3, 2] == 255
    assert picture.sum() == 255


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0.1, 1.73), (-3, 8), (1e-6, 3e-6), (0, 123456), (2.31, 2.94)])
def test_ticks_are_round_even_and_inside(low, high):
    values = ticks(low, high)
    assert 2 <= len(values) <= 7
    assert low - 1e-9 <= values[0]
    assert values[-1] <= high + 1e-9
    np.testing.assert_allclose(np.diff(values), values[1] - values[0])
    labels = tick_labels(values)
    assert len(set(labels)) == len(labels)
    np.testing.assert_allclose([float(label) for label in labels], values, rtol=1e-6, atol=1e-12)


def test_whole_ticks():
    assert ticks(1, 3, whole=True) == (1.0, 2.0, 3.0)
    assert Scale(5, 5, 0, 10)(5) == 5


def test_multiples_share_one_scale(svg):
    curve = pages.Curve("UAR", (100.0, 0.0), (90.0, 0.0), (100.0, 10.0))
    root = svg(pages.multiples_svg([pages.Panel(p, ("clean", "0"), (curve,), "dB") for p in "abcd"], title="t"))
    dots = [(float(c.get("cx")), float(c.get("cy"))) for c in root.iter(f"{SVG}circle")]
    heights = {round(high[1] - low[1], 3) for low, high in zip(dots[1::2], dots[::2], strict=True)}
    assert len(heights) == 1, "the same figure lies as high in every panel"
    assert len({y for _, y in dots[::2]}) == 2, "three panels in a row, the fourth below"
    assert "UAR clean 100, 0 0" in root.find(f"{SVG}desc").text
