"""Training on sequences of any length: crops, warped copies made as they are needed, averaged weights."""

from undertone.training.sequence.fit import fit_sequences
from undertone.training.sequence.heads import Heads
from undertone.training.sequence.settings import HearingSettings, SequenceSettings, SpectralSettings
from undertone.training.sequence.teachers import DistilSettings, Teachers

__all__ = [
    "DistilSettings",
    "Heads",
    "HearingSettings",
    "SequenceSettings",
    "SpectralSettings",
    "Teachers",
    "fit_sequences",
]
