import json

import numpy as np
import pytest

from undertone.config import from_dict, to_dict
from undertone.errors import InputError
from undertone.evaluation import Figures, judge

NAMES = ("angry", "happy", "sad")
SPEAKERS = ["a", "a", "a", "b", "b", "b"]


def test_everything_at_once():
    result = judge(
        [0, 1, 1, 0, 0, 1],
        [0, 1, 0, 0, 0, 0],
        names=NAMES,
        speakers=SPEAKERS,
        sexes=["female"] * 3 + [None] * 3,
        protocol="leave one speaker out",
        scores=np.full((6, 3), [0.5, 0.3, 0.2]),
    )
    assert result.uar == pytest.approx((1 + 1 / 3) / 2)
    assert result.accuracy == pytest.approx(4 / 6)
    assert result.uar_low <= result.uar <= result.uar_high
    assert result.recalls == (1.0, pytest.approx(1 / 3), None)
    assert result.absent == ("sad",)
    assert result.confusion == ((3, 0, 0), (2, 1, 0), (0, 0, 0))
    assert [(group.name, group.clips) for group in result.per_speaker] == [("a", 3), ("b", 3)]
    assert [(group.name, group.uar) for group in result.per_sex] == [("female", 0.75)]
    assert result.calibration_error == pytest.approx(0)
    assert [(b.count, b.score) for b in result.reliability] == [(6, 0.5)]
    assert [(p.coverage, p.uar) for p in result.coverage] == [(1.0, 0.5)], "by the scores alone, all equally sure"
    assert (result.clips, result.speakers) == (6, 2)


def test_same_after_json():
    result = judge(
        [0, 1],
        [0, 0],
        names=NAMES,
        speakers=["a", "b"],
        sexes=["m", "f"],
        protocol="p",
        honest=False,
        why="w",
        scores=[[0.7, 0.2, 0.1], [0.5, 0.3, 0.2]],
    )
    assert result.coverage and result.reliability
    assert from_dict(Figures, json.loads(json.dumps(to_dict(result)))) == result


def test_no_predictions():
    with pytest.raises(InputError, match="at least one"):
        judge([], [], names=NAMES, speakers=[], sexes=[], protocol="p")
