from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from undertone.bundle import Card, DataUsed, load
from undertone.bundle.archive import unseal
from undertone.bundle.card_page import to_html
from undertone.bundle.card_tables import not_for_sale
from undertone.bundle.card_text import to_markdown
from undertone.bundle.normalisation import normalisation_words
from undertone.config import from_dict, to_dict
from undertone.evaluation import judge

TESS = DataUsed("tess", "CC-BY-NC-ND-4.0", "Toronto.", 2800, 2)


@pytest.fixture
def judged(small_bundle):
    """A card with an honest figure of three speakers, of whom "b" is always misheard, and a leaky one."""
    truth = [0, 1, 2, 0, 1, 2, 0, 1, 2]
    heard = [0, 1, 2, 1, 2, 1, 0, 1, 1]
    sides = {"names": small_bundle.labels, "speakers": list("aaabbbccc"), "sexes": ["female"] * 6 + ["male"] * 3}
    scores = np.full((9, 3), 0.2) + 0.4 * np.eye(3)[heard]
    scores[3:6] = 0.3 + 0.1 * np.eye(3)[heard[3:6]]  # of "b" it is unsure
    honest = judge(truth, heard, **sides, protocol="loso", scores=scores)
    leaky = judge(truth, truth, **sides, protocol="tutorial", honest=False, why="copies on both sides")
    return dataclasses.replace(small_bundle.card, figures=(to_dict(leaky), to_dict(honest)))


def test_the_readable_cards_lie_in_the_file(small_bundle, small_file) -> None:
    members = unseal(small_file.read_bytes(), where="small")
    page = members["CARD.md"].decode()
    words = normalisation_words(load(small_file))
    assert page == to_markdown(load(small_file).card, small_bundle.labels, normalisation=words)
    assert members["CARD.html"].decode() == to_html(load(small_file).card, small_bundle.labels, normalisation=words)
    assert page.startswith("# small\n")
    for words in (
        "Answers: angry, neutral, sad.",
        "| made | 6 | 3 | CC0-1.0 | A test. |",
        "Not evaluated yet",
        "## Intended use",
        "AI Act, Art. 5(1)(f)",
        "It learned from acted speech",
    ):
        assert words in page
    assert "non-commercial" not in page.lower()


@pytest.mark.parametrize("write", [to_markdown, to_html])
def test_the_card_says_whom_to_tell_what(judged, small_bundle, write) -> None:
    page = write(judged, small_bundle.labels)
    assert "Art. 50(3), since 2 August 2026" in page
    assert "estimates how they sound: angry, neutral, sad." in page
    assert f"it named about {round(100 * 5 / 9)} right" in page, "of the honest figure, not of the leaky one"


def test_groups_the_worst_first_and_the_classes(judged, small_bundle) -> None:
    page = to_markdown(judged, small_bundle.labels)
    assert "| worst speaker (b) | 3 | 0.0 | 0.0 |\n| female | 6 | 50.0 | 50.0 |\n| male | 3 | 66.7 | 66.7 |" in page
    assert "Speakers run from 0.0 % UAR (b) to 100.0 % (a)." in page
    assert "Weakest class: sad, of which 33.3 % are recognised." in page
    assert "Sexes: male 66.7 % UAR, female 50.0 %; 16.7 points apart." in page
    assert "- loso: Leave one speaker out, on any corpus." in page


def test_how_sure_it_is(judged, small_bundle) -> None:
    page = to_markdown(judged, small_bundle.labels)
    error = 100 * (6 * abs(5 / 6 - 0.6) + 3 * abs(0 - 0.4)) / 9
    assert f"- A score is off by {error:.1f} points on average" in page
    assert "| 100 | 0.00 | 55.6 | 55.6 |\n| 67 | 0.60 | 83.3 | 83.3 |\n\n## Intended" in page


def test_the_page_stands_alone_and_draws(judged, small_bundle, tmp_path) -> None:
    page = to_html(judged, small_bundle.labels)
    assert page.count("<svg") == 5  # figures, recalls, confusions, reliability, coverage
    assert "src=" not in page and "<script" not in page and "@import" not in page
    assert "Worst speaker" in page


def test_a_leaky_figure_is_stamped(judged, small_bundle) -> None:
    page = to_markdown(judged, small_bundle.labels)
    assert "| loso | 55.6 (" in page
    assert "| yes |" in page
    assert "| NO: copies on both sides |" in page
    assert "Not evaluated" not in page
    assert judged.honest is judged.figures[1]


@pytest.mark.parametrize(
    ("licence", "forbidden"),
    [
        ("CC-BY-NC-SA-4.0", True),
        ("CC BY-NC 4.0", True),
        ("non-commercial research only", True),
        ("CC0-1.0", False),
        ("CC-BY-4.0", False),
        ("licence of Vincent", False),
    ],
)
def test_a_licence_that_forbids_commerce_is_known_by_its_name(licence, forbidden) -> None:
    assert DataUsed("c", licence, "", 1, 1).non_commercial is forbidden
    card = Card("c", "", (DataUsed("c", licence, "", 1, 1),))
    assert bool(not_for_sale(card)) is forbidden


def test_what_the_maker_says_of_a_licence_counts() -> None:
    assert DataUsed("c", "ask Vincent", "", 1, 1, non_commercial=True).non_commercial
    older = {"corpus": "tess", "licence": "CC-BY-NC-ND-4.0", "credit": "", "clips": 1, "speakers": 1}
    assert from_dict(DataUsed, older).non_commercial, "cards of older versions do not say so themselves"
    assert json.loads(json.dumps(to_dict(TESS)))["non_commercial"] is True


def test_the_card_is_marked(small_bundle) -> None:
    card = dataclasses.replace(small_bundle.card, data=(*small_bundle.card.data, TESS))
    page = to_markdown(card, small_bundle.labels)
    assert "> **Not for commercial use: it learned from tess (CC-BY-NC-ND-4.0).**" in page
    assert "| tess | 2800 | 2 | CC-BY-NC-ND-4.0, NON-COMMERCIAL | Toronto. |" in page
    assert "Not for commercial use: it learned from tess" in to_html(card, small_bundle.labels)


def test_names_from_outside_break_no_table(judged, small_bundle) -> None:
    strange = DataUsed("a|b<script>", "CC0-1.0", "x", 1, 1)
    card = dataclasses.replace(judged, data=(strange,))
    assert "| a/b<script> | 1 |" in to_markdown(card, small_bundle.labels)
    assert "a|b&lt;script&gt;" in to_html(card, small_bundle.labels)


def test_figures_of_older_cards_still_print(small_bundle) -> None:
    figure = {"protocol": "p", "uar": 0.61, "uar_low": 0.5, "uar_high": 0.7, "accuracy": 0.6, "honest": True, "why": ""}
    card = dataclasses.replace(small_bundle.card, figures=(figure,))
    assert "| p | 61.0 (50.0 to 70.0) | 60.0 |  |  | yes |" in to_markdown(card, small_bundle.labels)
    assert "61.0 %" in to_html(card, small_bundle.labels)


def test_the_card_says_how_the_bundle_normalises(small_bundle, lined_bundle, undertone, small_file) -> None:
    """By its features, and by a voice where it has a line for one."""
    none = "Normalisation: none of a segment, so how loud it is counts; nothing of a speaker."
    assert normalisation_words(small_bundle) == none
    follows = normalisation_words(lined_bundle)
    assert follows.startswith(none) and "assumes that one person speaks and covers the ways of speaking" in follows
    card = dataclasses.replace(lined_bundle.card, recipe={"adapted": {"clips": 10}})
    adapted = normalisation_words(dataclasses.replace(lined_bundle, card=card))
    assert "the voice that it was adapted to" in adapted and "--one-voice" not in adapted
    assert none in undertone("card", small_file).out
    undertone("card", small_file, "--html", "card.html")
    assert none in Path("card.html").read_text(encoding="utf-8")
