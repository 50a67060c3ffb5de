"""Examples + network -> trained network, best-only checkpoint, history."""

from undertone.training.examples import Examples
from undertone.training.fit import fit
from undertone.training.history import History, read_history
from undertone.training.predict import load, predict
from undertone.training.scaler import Scaler, fit_scaler, no_scaler
from undertone.training.settings import TrainSettings

__all__ = [
    "Examples",
    "History",
    "Scaler",
    "TrainSettings",
    "fit",
    "fit_scaler",
    "load",
    "no_scaler",
    "predict",
    "read_history",
]
