"""A bundle as plain values: neither the compiler nor the C knows what a bundle is."""

from __future__ import annotations

import numpy as np

from undertone.bundle import Bundle, score
from undertone.bundle.following import need_followable
from undertone.bundle.personal import HESITATION, LINE_BIAS, LINE_WEIGHTS, NETWORK_HESITATION, UNHEARD
from undertone.deployment.parts import DoubtParts, FrontEndSettings, GoldenSound, ProgramParts, VoiceParts
from undertone.errors import ConfigError
from undertone.runtime import host
from undertone.types import Clip


def bundle_parts(bundle: Bundle, *, rate: int = 0) -> ProgramParts:
    """Turn a bundle into plain values.

    Parameters
    ----------
    bundle : Bundle
        As it was loaded, or quantised.
    rate : int
        Of the microphone, in Hz; 0: what the front end wants.

    Raises
    ------
    ConfigError
        The rate is out of range.
    """
    f, doubt = bundle.frontend, bundle.doubt
    rate = rate or f.rate
    if not host.MIN_RATE <= rate <= host.MAX_RATE:
        raise ConfigError(f"rate={rate}: accepted are {host.MIN_RATE} to {host.MAX_RATE} Hz")
    return ProgramParts(
        bundle.graph,
        FrontEndSettings(f.feature_set, f.segmentation, f.segment_s, f.trim_db, f.rate),
        bundle.labels,
        bundle.mean,
        bundle.inv_scale,
        bundle.temperature,
        bundle.name,
        bundle.sha256,
        _golden(bundle, rate),
        rate,
        DoubtParts(doubt.limit, doubt.usual_s, doubt.mean, doubt.inv_scale) if doubt else None,
        bundle.unknown_below or 0.0,
    )


def voice_parts(bundle: Bundle) -> VoiceParts:
    """Return the two lines of a bundle in float32, both over the statistics as its scaler leaves them.

    The personal line takes ``(x - m) * inv_scale``. Of z it takes z less the mean of z, and its rows are those of the
    bundle times the ratio of both scales.

    Raises
    ------
    BundleError
        It cannot follow a voice.
    """
    need_followable(bundle)
    personal, constants = bundle.personal, bundle.graph.constants
    assert personal is not None
    within = personal.inv_scale / bundle.inv_scale[bundle.frontend.columns :].astype(np.float64)
    return VoiceParts(
        constants[LINE_WEIGHTS].T,
        constants[LINE_BIAS],
        (personal.weights * within[:, None]).T.astype(np.float32),
        personal.bias,
        within.astype(np.float32),
        personal.limit,
        HESITATION,
        NETWORK_HESITATION,
        UNHEARD,
    )


def _golden(bundle: Bundle, rate: int) -> tuple[GoldenSound, ...]:
    """Return the bundle's golden sounds, and one at the microphone's rate where none has it."""
    sounds = tuple(GoldenSound(g.name, g.rate, g.pcm, len(g.features), g.scores) for g in bundle.golden)
    if any(sound.rate == rate for sound in sounds):
        return sounds
    longest = max(bundle.golden, key=lambda g: len(g.pcm) / g.rate)
    samples = host.resample(longest.clip.samples, longest.rate, rate)
    pcm = np.clip(np.round(samples * 32768), -32768, 32767).astype(np.int16)
    answer = score(bundle, Clip(pcm.astype(np.float32) / np.float32(32768), rate))
    return (*sounds, GoldenSound(f"{longest.name} at {rate} Hz", rate, pcm, len(answer.segments), answer.scores))
