"""Clip, rng -> Clip: noise, stretch, shift, pitch, and the copies that training adds to each clip."""

from undertone.augment.noise import noise
from undertone.augment.pitch import pitch
from undertone.augment.scheme import augment
from undertone.augment.settings import AugmentSettings
from undertone.augment.shift import shift
from undertone.augment.stretch import stretch

__all__ = ["AugmentSettings", "augment", "noise", "pitch", "shift", "stretch"]
