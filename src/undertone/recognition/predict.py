"""Answer recordings with a bundle: no Keras, the same C front end as the device; compiled where that pays."""

from __future__ import annotations

from pathlib import Path

from undertone.audio.read import read
from undertone.bundle import Answer, Bundle, score
from undertone.errors import AudioError, InputError
from undertone.types import Clip, Prediction


def predict_file(bundle: Bundle, file: str, *, unknown_below: float | None = None) -> Prediction:
    """Read a recording and answer it.

    Parameters
    ----------
    bundle : Bundle
        See `undertone.bundle.load` and `undertone.recognition.shipped.load_or_shipped`.
    file : str
        A path to wav, flac, mp3 or ogg; any rate, channels and length.
    unknown_below : float, optional
        A best score below it is answered "unknown"; the bundle's own by default, 0 for never.

    Returns
    -------
    Prediction
        Calibrated scores of the whole and of each segment; its notes say what makes the answer doubtful.

    Raises
    ------
    NotFoundError, AudioError
        Nothing there, or nothing that can be heard.

    Examples
    --------
    >>> from undertone.recognition.shipped import load_or_shipped
    >>> from undertone.corpora import load
    >>> clip = load("emodb").utterances[0].path
    >>> prediction = predict_file(load_or_shipped(None), str(clip))
    >>> prediction.label in prediction.labels
    True
    """
    try:
        return predict_clip(bundle, read(Path(file)), file=file, unknown_below=unknown_below)
    except AudioError as error:
        raise error if file in str(error) else AudioError(f"{file}: {error}") from error


def predict_clip(bundle: Bundle, clip: Clip, *, file: str = "", unknown_below: float | None = None) -> Prediction:
    """Answer sound that is already in memory.

    Parameters
    ----------
    bundle : Bundle
        The model.
    clip : Clip
        Mono, at any rate from 1 to 384 kHz; its notes go into the answer.
    file : str
        What the answer calls it.
    unknown_below : float, optional
        As `predict_file` takes it.

    Returns
    -------
    Prediction
        As `predict_file` gives it.

    Raises
    ------
    AudioError
        No samples, a rate out of range, or nothing left after what the bundle's segmentation skips.
    """
    answer = score(bundle, clip, ask=bundle.network)
    return prediction_of(bundle, answer, clip, file=file, unknown_below=unknown_below)


def prediction_of(
    bundle: Bundle, answer: Answer, clip: Clip, *, file: str = "", unknown_below: float | None = None
) -> Prediction:
    """Join an answer with what is known of its clip; arguments and `InputError` as of `predict_clip`."""
    below = bundle.unknown_below if unknown_below is None else unknown_below
    if below is not None and not 0 <= below <= 1:
        raise InputError(f"unknown_below={below}; accepted: a score, 0 to 1")
    return Prediction(file, bundle.labels, answer.scores, answer.segments, answer.segment_scores, clip.notes, below)
