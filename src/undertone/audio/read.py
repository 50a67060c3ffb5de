"""Sound files to clips."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import soundfile

from undertone.errors import AudioError, NotFoundError
from undertone.runtime import host
from undertone.types import Clip

ACCEPTED = "accepted are wav, flac, mp3 and ogg"
MAX_CHANNELS = 1024


def read(path: Path) -> Clip:
    """Read a recording as mono at its own rate.

    Parameters
    ----------
    path : Path
        A wav, flac, mp3 or ogg file of any length, with 1 to 1024 channels and a rate of 1 to 384 kHz. Channels are
        mixed by their mean.

    Returns
    -------
    Clip
        Its notes say what makes an answer doubtful: shorter than 0.25 s, digital silence, clipped, a rate above
        48 kHz, more than two channels.

    Raises
    ------
    NotFoundError
        No such file.
    AudioError
        A folder; an empty file; not a sound file; a file that is cut short; no samples; samples that are NaN, infinite
        or beyond 1e12; a rate or a number of channels out of range.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from undertone.audio.write import write
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(Path(folder) / "tone.wav", Clip(np.sin(np.arange(8000, dtype=np.float32) / 7), 16000))
    ...     read(Path(folder) / "tone.wav").duration_s
    0.5
    """
    interleaved, rate = _decode(Path(path))
    frames, channels = interleaved.shape
    if frames == 0:
        raise AudioError(f"{path}: no samples in it; at least one is needed")
    if not host.MIN_RATE <= rate <= host.MAX_RATE:
        raise AudioError(f"{path}: a rate of {rate} Hz; accepted are {host.MIN_RATE} to {host.MAX_RATE} Hz")
    if channels > MAX_CHANNELS:
        raise AudioError(f"{path}: {channels} channels; accepted are 1 to {MAX_CHANNELS}")
    samples = host.mix(interleaved)
    host.refuse_unsound(samples, str(path))
    return Clip(samples, rate, host.inspect(samples, rate, channels))


def _decode(path: Path) -> tuple[Any, int]:
    """All samples, (frames, channels), and the rate."""
    if path.is_dir():
        raise AudioError(f"{path}: a folder, not a sound file; {ACCEPTED}")
    if not path.exists():
        raise NotFoundError(f"no sound file at {str(path)!r}")
    if path.stat().st_size == 0:
        raise AudioError(f"{path}: an empty file of 0 bytes; {ACCEPTED}")
    try:
        with path.open("rb") as stream, soundfile.SoundFile(stream) as sound:
            promised, compressed = sound.frames, sound.format in ("MP3", "OGG")
            samples, rate = sound.read(dtype="float32", always_2d=True), sound.samplerate
    except (soundfile.LibsndfileError, TypeError) as error:
        reason = str(error).removeprefix(f"Error opening {stream!r}: ").rstrip(".")
        raise AudioError(f"{path}: not a sound file that can be read ({reason}); {ACCEPTED}") from error
    if len(samples) < promised and not compressed:
        raise AudioError(f"{path}: cut short: {len(samples)} of {promised} samples could be read; copy the file again")
    return samples, rate
