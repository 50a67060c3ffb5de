"""Training on sequences of any length: crops, warped copies made as they are needed, averaged weights."""

from undertone.training.sequence.fit import fit_sequences
from undertone.training.sequence.heads import Heads
from undertone.training.sequence.settings import SequenceSettings, SpectralSettings

__all__ = ["Heads", "SequenceSettings", "SpectralSettings", "fit_sequences"]
