"""One file that cannot drift: network, front end, labels, scaler, calibration, golden vectors, card."""

from undertone.bundle.card import Card, DataUsed
from undertone.bundle.file import load, save
from undertone.bundle.golden import Golden, golden_vectors, replay
from undertone.bundle.model import Answer, Bundle, calibrated, score

__all__ = ["Answer", "Bundle", "Card", "DataUsed", "Golden", "calibrated", "golden_vectors", "load", "replay", "save", "score"]
