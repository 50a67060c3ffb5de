"""One person speaks, and nobody enrolled that voice: each segment is answered by what the ones before it told of it.

What is known of the voice are three values: how many segments n were heard, the mean m of their statistics, and the
mean r of what the rest of the network said of them. They stand for the voice as in
`undertone.recognition.known_voice`, with the same shares, a = n / (n + 20) and b = n / (n + 10). The logits of a
segment with statistics x move by

    a (personal line of (x - m) - general line of x) - b (r - mean of r)

which is the mixed line of `known_line` less the general one. Before anything was heard that is 0: the first answer is
the general bundle's. A segment is answered first and heard then, so that its own answer cannot lean on itself.

Doubt moves in the same way: the square of a segment's strangeness, in limits, is mixed from the general one and the one
within the voice, by a. A segment that is `UNHEARD` times as strange as the general limit, silence, a door, a machine,
is answered too, but tells nothing of the voice; no speech of strangers in EMO-DB and RAVDESS is so strange.

It assumes that one person speaks, and that what was heard covers the ways of speaking about evenly.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone.audio.read import read
from undertone.bundle import Answer, Bundle, PersonalLine
from undertone.bundle.following import need_followable
from undertone.bundle.model import network_inputs, whole_scores
from undertone.bundle.personal import UNHEARD
from undertone.errors import AudioError
from undertone.evaluation import log_probabilities, softmax
from undertone.recognition.known_voice import Doubles, Floats, Line, general_line, shares
from undertone.recognition.predict import prediction_of
from undertone.types import Clip, Prediction


@dataclass(frozen=True)
class OneVoice:
    """What was heard of a voice so far; a new one is `nobody`.

    Attributes
    ----------
    segments : int
        How many were heard.
    mean : ndarray of float64, shape (statistics,)
        Of their statistics.
    rest : ndarray of float64, shape (classes,)
        Of the logits that the network adds to its line.
    """

    segments: int
    mean: Doubles
    rest: Doubles

    def heard(self, x: Floats | Doubles, rest: Doubles) -> OneVoice:
        """Return what is known after one more segment.

        Examples
        --------
        >>> voice = OneVoice(0, np.zeros(2), np.zeros(1)).heard(np.array([1.0, 2.0]), np.array([3.0]))
        >>> voice.heard(np.array([2.0, 2.0]), np.array([4.0]))
        OneVoice(segments=2, mean=array([1.5, 2. ]), rest=array([3.5]))
        """
        count = self.segments + 1
        return OneVoice(count, self.mean + (x - self.mean) / count, self.rest + (rest - self.rest) / count)


def nobody(bundle: Bundle) -> OneVoice:
    """Return what is known of a voice before it speaks.

    Raises
    ------
    BundleError
        The bundle has no line for a known voice, is in integers, or is for one voice already.

    Examples
    --------
    >>> from undertone.recognition.shipped import load_or_shipped
    >>> nobody(load_or_shipped(None)).segments
    0
    """
    need_followable(bundle)
    return OneVoice(0, np.zeros(bundle.frontend.statistics_size), np.zeros(len(bundle.labels)))


def follow_file(
    bundle: Bundle, voice: OneVoice, file: str, *, unknown_below: float | None = None
) -> tuple[Prediction, OneVoice]:
    """Read a recording of the voice and answer it: `undertone.recognition.predict_file` that knows who speaks.

    Examples
    --------
    >>> from undertone.corpora import load
    >>> from undertone.recognition.shipped import load_or_shipped
    >>> bundle, voice = load_or_shipped(None), nobody(load_or_shipped(None))
    >>> for utterance in load("emodb").utterances[:3]:
    ...     prediction, voice = follow_file(bundle, voice, str(utterance.path))
    >>> voice.segments
    3
    """
    try:
        return follow_clip(bundle, voice, read(Path(file)), file=file, unknown_below=unknown_below)
    except AudioError as error:
        raise error if file in str(error) else AudioError(f"{file}: {error}") from error


def follow_clip(
    bundle: Bundle, voice: OneVoice, clip: Clip, *, file: str = "", unknown_below: float | None = None
) -> tuple[Prediction, OneVoice]:
    """Answer sound of the voice, one segment after the other.

    Parameters
    ----------
    bundle : Bundle
        A general one, with a line for a known voice: one that `nobody` takes.
    voice : OneVoice
        What was heard before.
    clip, file, unknown_below
        As `undertone.recognition.predict_clip` takes them.

    Returns
    -------
    prediction : Prediction
    voice : OneVoice
        What is known now.

    Raises
    ------
    InputError, AudioError
        As `undertone.recognition.predict_clip`.
    """
    answer, after = _answer(bundle, voice, clip)
    return prediction_of(bundle, answer, clip, file=file, unknown_below=unknown_below), after


def moved(general: Line, personal: PersonalLine, voice: OneVoice, x: Floats | Doubles) -> Doubles:
    """Return what is added to the logits of segments with statistics x, shape (..., statistics) to (..., classes)."""
    share, away = shares(voice.segments)
    own = ((x - voice.mean) * personal.inv_scale) @ personal.weights + personal.bias
    return np.asarray(share * (own - general.logits(x)) - away * (voice.rest - voice.rest.mean()))


def _answer(bundle: Bundle, voice: OneVoice, clip: Clip) -> tuple[Answer, OneVoice]:
    segments, features = bundle.frontend.transform(clip)
    seconds = np.array([s.end_s - s.begin_s for s in segments])
    told = np.stack([bundle.network(row).ravel() for row in network_inputs(bundle, features)])
    rows = np.empty(told.shape, np.float32)
    for place, x in enumerate(features[:, bundle.frontend.sequence_size :].astype(np.float64)):
        rows[place], voice = _answer_segment(bundle, voice, told[place], x, seconds[place])
    return Answer(segments, features, rows, whole_scores(seconds, rows)), voice


def _answer_segment(
    bundle: Bundle, voice: OneVoice, told: Floats, x: Doubles, seconds: float
) -> tuple[Floats, OneVoice]:
    assert bundle.personal is not None
    general, personal, logits = general_line(bundle), bundle.personal, log_probabilities(told)
    softening, strange = bundle.temperature, 0.0
    if bundle.doubt is not None:
        share, _ = shares(voice.segments)
        strange = _mean_square(general.scaled(x)) / bundle.doubt.limit**2
        own = _mean_square((x - voice.mean) * personal.inv_scale) / personal.limit**2
        mixed = (1 - share) * strange + share * own
        softening *= max(1.0, float(np.sqrt(mixed))) * float(bundle.doubt.shortness(seconds))
    scores = softmax((logits + moved(general, personal, voice, x))[None] / softening)[0]
    if strange > UNHEARD**2:
        return scores, voice
    return scores, voice.heard(x, logits - general.logits(x))


def _mean_square(z: NDArray[np.float64]) -> float:
    return float(np.mean(np.square(z)))
