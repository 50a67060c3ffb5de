"""What integers change in a bundle's answers: on speakers that its training held out, where there are any at hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from undertone.audio.read import read
from undertone.bundle import Bundle, segment_scores
from undertone.bundle.model import whole_scores
from undertone.corpora import load as load_corpus
from undertone.errors import UndertoneError
from undertone.evaluation import confusion, uar
from undertone.types import Utterance


def before_and_after(before: Bundle, after: Bundle) -> dict[str, Any]:
    """Answer the held-out speakers' recordings by both networks.

    Parameters
    ----------
    before, after : Bundle
        The same bundle in float32 and quantised.

    Returns
    -------
    dict
        ``speakers``, ``clips``, ``uar_f32``, ``uar_s8`` (0 to 1), ``agreement`` (part of the clips with equal labels),
        ``error`` (mean difference of a score); or None for each with a ``why``: nobody was held out, or the recordings
        are not here.
    """
    keys = ("speakers", "clips", "uar_f32", "uar_s8", "agreement", "error")
    try:
        unseen = _unseen(before)
    except UndertoneError as error:
        return dict.fromkeys(keys) | {"why": f"the recordings that it was trained with are not here: {error}"}
    if not unseen:
        return dict.fromkeys(keys) | {"why": "no speaker was held out of its training"}
    truth = np.array([before.labels.index(u.label) for u in unseen])
    pairs = [_both(before, after, u) for u in unseen]
    real, found = (np.stack(side) for side in zip(*pairs, strict=True))
    recalls = [uar(confusion(truth, side.argmax(axis=1), classes=len(before.labels))) for side in (real, found)]
    agreement = float((real.argmax(axis=1) == found.argmax(axis=1)).mean())
    names = sorted({u.speaker for u in unseen})
    return dict(zip(keys, (names, len(unseen), *recalls, agreement, float(np.abs(real - found).mean())), strict=True))


def _unseen(bundle: Bundle) -> list[Utterance]:
    """Return the recordings of the speakers that the bundle's own settings held out."""
    held = set(bundle.card.recipe.get("hold_out") or ())
    if not held:
        return []
    return [u for u in load_corpus(str(bundle.card.recipe["corpus"])).utterances if u.speaker in held]


def _both(before: Bundle, after: Bundle, utterance: Utterance) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    segments, features = before.frontend.transform(read(utterance.path))
    seconds = [s.end_s - s.begin_s for s in segments]
    real, found = (whole_scores(seconds, segment_scores(bundle, features, seconds)) for bundle in (before, after))
    return real, found
