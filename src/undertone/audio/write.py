"""Clips to sound files."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import soundfile

from undertone.errors import AudioError
from undertone.types import Clip

# WAV keeps the bits of float32; FLAC has integers only.
SUBTYPES = {".wav": "FLOAT", ".flac": "PCM_24", ".ogg": "VORBIS", ".mp3": "MPEG_LAYER_III"}


def write(path: Path, clip: Clip) -> None:
    """Write a clip, whole or not at all.

    Parameters
    ----------
    path : Path
        Its ending chooses the format: .wav (float32, same bits), .flac (24 bits), .ogg, .mp3. Replaced if it exists.
    clip : Clip

    Raises
    ------
    AudioError
        Another ending, a missing folder, or a rate that the format lacks.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in SUBTYPES:
        raise AudioError(f"{path}: unknown ending {path.suffix!r}; accepted are {', '.join(SUBTYPES)}")
    if not path.parent.is_dir():
        raise AudioError(f"{path}: no folder {str(path.parent)!r} to write into")
    handle, draft = tempfile.mkstemp(suffix=ending, dir=path.parent)
    os.close(handle)
    try:
        soundfile.write(draft, clip.samples, clip.rate, subtype=SUBTYPES[ending])
        Path(draft).replace(path)
    except soundfile.LibsndfileError as error:
        raise AudioError(f"{path}: cannot be written at {clip.rate} Hz: {error}") from error
    finally:
        Path(draft).unlink(missing_ok=True)
