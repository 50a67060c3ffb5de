from __future__ import annotations

import dataclasses

from undertone.bundle import load
from undertone.bundle.archive import unseal
from undertone.bundle.card import to_markdown


def test_the_readable_card_lies_in_the_file(small_bundle, small_file) -> None:
    page = unseal(small_file.read_bytes(), where="small")["CARD.md"].decode()
    assert page == to_markdown(load(small_file).card, small_bundle.labels)
    assert page.startswith("# small\n")
    for words in (
        "Answers: angry, neutral, sad.",
        "**made**: 6 clips, 3 speakers. Licence: CC0-1.0",
        "Not evaluated yet",
        "## Intended use",
        "AI Act, Art. 5(1)(f)",
        "It learned from acted speech",
    ):
        assert words in page


def test_a_leaky_figure_is_stamped(small_bundle) -> None:
    figure = {"protocol": "p", "uar": 0.61, "uar_low": 0.5, "uar_high": 0.7, "accuracy": 0.6, "honest": True, "why": ""}
    leaky = figure | {"protocol": "q", "uar": 0.9, "honest": False, "why": "copies on both sides"}
    page = to_markdown(dataclasses.replace(small_bundle.card, figures=(figure, leaky)), small_bundle.labels)
    assert "| p | 61.0 (50.0 to 70.0) | 60.0 | yes |" in page
    assert "| q | 90.0 (50.0 to 70.0) | 60.0 | **no**: copies on both sides |" in page
    assert "Not evaluated" not in page
