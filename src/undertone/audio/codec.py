"""Clips through a lossy codec and back."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import numpy as np
import soundfile

from undertone.audio.resample import resample
from undertone.errors import AudioError, UnknownNameError
from undertone.types import Clip

RATE = 16000


@dataclass(frozen=True)
class Codec:
    """How libsndfile is asked for a bit rate: by a level of 0 to 1, which it turns into kbit/s by a straight line.

    Attributes
    ----------
    form, subtype : str
        Names of libsndfile.
    least, most : float
        kbit/s of one channel at 16 kHz at the levels 1 and 0.
    constant : bool
        Whether it is asked for a constant rate; opus chooses its own about the one that is asked for.
    """

    form: str
    subtype: str
    least: float
    most: float
    constant: bool


CODECS = {
    "opus": Codec("OGG", "OPUS", 6.0, 256.0, constant=False),
    "mp3": Codec("MP3", "MPEG_LAYER_III", 8.0, 160.0, constant=True),
}


def coded(clip: Clip, name: str, *, kbits: float) -> Clip:
    """Bring a clip to 16 kHz, through a codec, and back to samples.

    Parameters
    ----------
    clip : Clip
        At any rate, at least one sample.
    name : str
        "opus" or "mp3".
    kbits : float
        kbit/s: opus 6 to 256, mp3 8 to 160. Short clips weigh more by the file's head.

    Returns
    -------
    Clip
        At 16 kHz, as the decoder gives it: mp3 adds some hundredths of a second of near silence.

    Raises
    ------
    UnknownNameError
        Another codec.
    AudioError
        A bit rate out of range, or a libsndfile without the codec.
    """
    if name not in CODECS:
        raise UnknownNameError("codec", name, CODECS)
    codec, sound, file = CODECS[name], resample(clip, RATE), io.BytesIO()
    if not codec.least <= kbits <= codec.most:
        raise AudioError(f"{name}: {kbits:g} kbit/s; accepted: {codec.least:g} to {codec.most:g}")
    level = min((codec.most - kbits) / (codec.most - codec.least), 0.999)
    try:
        soundfile.write(
            file,
            np.clip(sound.samples, -1, 1),
            RATE,
            format=codec.form,
            subtype=codec.subtype,
            compression_level=level,
            bitrate_mode="CONSTANT" if codec.constant else None,
        )
        file.seek(0)
        samples, rate = soundfile.read(file, dtype="float32")
    except soundfile.LibsndfileError as error:
        raise AudioError(f"{name}: libsndfile {soundfile.__libsndfile_version__} cannot code it: {error}") from error
    return replace(sound, samples=np.ascontiguousarray(samples, np.float32), rate=int(rate))
