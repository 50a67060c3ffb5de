"""voice.v1: the sequence of melpitch.v1 and, behind it, the 1,090 numbers of pooledlog.v2, from frames computed once.

For networks with two inputs: what a voice does from moment to moment, and how it is on the whole. Both have the bits
that they have apart: the sequence trims by its own frames, the statistics are of the segment without its quiet ends.
"""

from __future__ import annotations

from undertone.features.feature_set import FEATURES, FeatureSet
from undertone.features.melpitch import MelPitch
from undertone.features.pooledlog_v2 import POOLEDLOG_V2

FEATURES.add(
    "voice.v1",
    FeatureSet(
        name="voice.v1",
        rate=16000,
        blocks=FEATURES["melpitch.v1"].blocks,
        names=MelPitch().names,
        compute=MelPitch().compute,
        peer="melpitch.v1 and pooledlog.v2",
        sequence=True,
        statistics=POOLEDLOG_V2,
        taken_out="its level, and of the sequence the mean of each band and of the pitch",
    ),
)
