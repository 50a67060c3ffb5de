"""A prediction as the one line of JSON that Python and the compiled program both print."""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray

from undertone.bundle import Bundle
from undertone.types import Prediction


def to_json(prediction: Prediction, bundle: Bundle, *, heard: int | None = None) -> str:
    """Write a prediction as one line of JSON.

    Seconds have four decimals, scores nine significant digits (a float32 reads back to the same bits). ``heard``: where
    one voice is followed, how many segments of it were known before; it becomes "voice".
    """
    labels = prediction.labels
    segments = [
        {
            "begin": round(s.begin_s, 4),
            "end": round(s.end_s, 4),
            "label": prediction.answer_to(row),
            "scores": _scores(labels, row),
        }
        for s, row in zip(prediction.segments, prediction.segment_scores, strict=True)
    ]
    return json.dumps(
        {
            "file": prediction.file,
            "label": prediction.label,
            "scores": _scores(labels, prediction.scores),
            "segments": segments,
            "notes": list(prediction.notes),
            "model": {"name": bundle.name, "sha256": bundle.sha256},
        }
        | ({} if heard is None else {"voice": {"segments": heard}}),
        ensure_ascii=False,
    )


def _scores(labels: tuple[str, ...], row: NDArray[np.float32]) -> dict[str, float]:
    return {label: float(f"{value:.9g}") for label, value in zip(labels, row, strict=True)}
