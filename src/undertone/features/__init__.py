"""Clips to numbers: feature sets by name and version, and the settings that choose among them."""

from undertone.features import article as article
from undertone.features import pooledlog as pooledlog
from undertone.features import pooledlog_v2 as pooledlog_v2
from undertone.features import voice as voice
from undertone.features.feature_set import FEATURES, FeatureSet
from undertone.features.frontend import FrontEnd
from undertone.features.logmel import LogMel
from undertone.features.melpitch import MelPitch

__all__ = ["FEATURES", "FeatureSet", "FrontEnd", "LogMel", "MelPitch"]
