"""One file that cannot drift: network, front end, labels, scaler, calibration, golden vectors, card."""

from undertone.bundle.card import Card, DataUsed
from undertone.bundle.file import load, save
from undertone.bundle.golden import golden_vectors, replay
from undertone.bundle.model import Answer, Bundle, Golden, score, segment_scores
from undertone.bundle.personal import PersonalLine

__all__ = [
    "Answer",
    "Bundle",
    "Card",
    "DataUsed",
    "Golden",
    "PersonalLine",
    "golden_vectors",
    "load",
    "replay",
    "save",
    "score",
    "segment_scores",
]
