"""Each cell of a confusion matrix leads to the clips that it counts."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from undertone.evaluation import judge
from undertone.experiment.heard import Heard, confusion_to_hear
from undertone.types import Utterance

LABELS = ("angry", "fear")
#: What was said, and the score of the first label.
SAID = (("angry", 0.9), ("angry", 0.3), ("fear", 0.6), ("fear", 0.8), ("angry", 0.7))


def made(page: Path):
    scores = np.array([[s, 1 - s] for _, s in SAID], np.float32)
    clips = [Utterance(page.parent.parent / f"voices/{n} #.wav", "c", "a", said) for n, (said, _) in enumerate(SAID)]
    truth = [LABELS.index(said) for said, _ in SAID]
    figures = judge(
        truth, scores.argmax(axis=1), names=LABELS, speakers=["a"] * 5, sexes=[None] * 5, protocol="p", scores=scores
    )
    return confusion_to_hear(figures, [Heard(*pair) for pair in zip(clips, scores, strict=True)], page)


def test_every_cell_with_clips_leads_to_its_list(tmp_path) -> None:
    matrix, lists = made(tmp_path / "run" / "report.html")
    links = re.findall(r'href="#([^"]+)"', matrix)
    assert links == ["cell-0-0", "cell-0-1", "cell-1-0"], "nobody's fear was heard as such"
    assert re.findall(r'<div id="([^"]+)" class="chosen">', lists) == links


def test_the_surest_answer_comes_first_and_its_sound_is_linked(tmp_path) -> None:
    _, lists = made(tmp_path / "run" / "report.html")
    assert "fear, taken for angry: 2 clips" in lists and "angry, recognised: 2 clips" in lists
    assert re.findall(r'src="([^"]+)"', lists) == [f"../voices/{n}%20%23.wav" for n in (0, 4, 1, 3, 2)]
    taken = lists[lists.index('id="cell-1-0"') :]
    assert re.findall(r"(\d+ %)", taken)[:4] == ["80 %", "20 %", "60 %", "40 %"], "of angry, then of fear"
    assert "data:audio" not in lists
