"""`undertone adapt`: a general bundle and clips of one voice to a bundle for that voice, with before and after.

Before and after are cross-fitted: the clips fall into five parts, and each part is answered by what the other four
alone make of the bundle. The personal bundle is then made of all clips. Everything else of it is the general bundle's:
only the line, the statistics' scaler and doubt's limit are other numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from undertone.bundle import Bundle
from undertone.compiler.passes.quantise import in_integers
from undertone.errors import BundleError, InputError
from undertone.evaluation import confusion, paired_interval, uar
from undertone.recognition.known_voice import Floats, with_line
from undertone.recognition.voice import Report, cross_fitted, line_of, listen
from undertone.types import Clip

FEWEST = 10


@dataclass(frozen=True)
class Side:
    """Answers to the clips, before or after.

    Attributes
    ----------
    scores : ndarray of float32, shape (clips, classes)
    uar : float or None
        Of labelled clips.
    """

    scores: Floats
    uar: float | None = None

    @property
    def answers(self) -> NDArray[np.int64]:
        """Class numbers, shape (clips,)."""
        return np.asarray(self.scores.argmax(axis=1))

    @property
    def confidence(self) -> float:
        """The mean of the best scores."""
        return float(self.scores.max(axis=1).mean())

    def spread(self, labels: Sequence[str]) -> dict[str, int]:
        """Count the answers by label."""
        counts = np.bincount(self.answers, minlength=len(labels))
        return {label: int(count) for label, count in zip(labels, counts, strict=True)}


@dataclass(frozen=True)
class Adaptation:
    """What clips of one voice made of a bundle.

    Attributes
    ----------
    bundle : Bundle or None
        The personal bundle, not saved; None where the general one is the better.
    why : str
        Why the general bundle is kept; empty where it is not.
    clips : int
    seconds : float
    labelled : bool
    before, after : Side
        Cross-fitted answers to the clips; empty with fewer than `FEWEST` clips.
    gain : tuple of float
        Of labelled clips: what UAR gains, and its 95 % interval over clips drawn anew.
    """

    bundle: Bundle | None
    why: str
    clips: int
    seconds: float
    labelled: bool
    before: Side
    after: Side
    gain: tuple[float, float, float] | None = None

    @property
    def changed(self) -> float:
        """The share of clips that are answered otherwise."""
        return float(np.mean(self.before.answers != self.after.answers)) if len(self.before.scores) else 0.0


def adapt(
    bundle: Bundle,
    clips: Sequence[Clip],
    *,
    labels: Sequence[str] | None = None,
    seed: int = 0,
    report: Report | None = None,
) -> Adaptation:
    """Make a bundle for one voice.

    Parameters
    ----------
    bundle : Bundle
        A general one, with a personal line in it.
    clips : sequence of Clip
        Of one speaker, `FEWEST` at least; two minutes of them are much better than ten clips.
    labels : sequence of str, optional
        What each clip is; the bundle's own words.
    seed : int
        Draws the parts of before and after.

    Raises
    ------
    BundleError
        The bundle has nothing to make a personal one of.
    InputError
        Labels that the bundle does not know, or all the same; too many or too few of them; a clip of silence.

    Examples
    --------
    >>> import dataclasses
    >>> from undertone.recognition.shipped import load_or_shipped
    >>> general = dataclasses.replace(load_or_shipped(None), personal=None)
    >>> adapt(general, [])
    Traceback (most recent call last):
    undertone.errors.BundleError: emodb: holds no line for a known voice, ...
    """
    _need_personal(bundle)
    numbers = _numbers(bundle, clips, labels)
    silent = [str(place) for place, clip in enumerate(clips, start=1) if not np.any(clip.samples)]
    if silent:
        raise InputError(
            f"{len(silent)} of {len(clips)} clips are silent (by place: {', '.join(silent[:5])}): leave them out"
        )
    seconds = float(sum(clip.duration_s for clip in clips))
    if len(clips) < FEWEST:
        why = f"{len(clips)} clips tell too little of a voice: {FEWEST} are needed, two minutes are better"
        nothing = Side(np.zeros((0, len(bundle.labels)), np.float32))
        return Adaptation(None, why, len(clips), seconds, labels is not None, nothing, nothing)
    voice = listen(bundle, clips, report=report)
    before, after = (Side(scores, _uar(scores, numbers)) for scores in cross_fitted(bundle, voice, numbers, seed=seed))
    gain = None if numbers is None else _gain(numbers, before, after, seed)
    if gain is not None and gain[0] <= 0:
        why = "with what these clips teach, clips that it was not taught by are recognised no better"
        return Adaptation(None, why, len(clips), seconds, True, before, after, gain)
    assert bundle.personal is not None
    personal = with_line(bundle, line_of(bundle, voice, numbers), limit=bundle.personal.limit)
    return Adaptation(personal, "", len(clips), seconds, labels is not None, before, after, gain)


def _need_personal(bundle: Bundle) -> None:
    if bundle.card.adapted:
        raise BundleError(f"{bundle.name}: is for one voice already; adapt the general bundle that it was made of")
    if bundle.personal is None and in_integers(bundle.graph):
        raise BundleError(
            f"{bundle.name}: its network is in integers, which cannot be adapted; adapt the bundle in float32 that it "
            "was made of, then `undertone quantise` the personal one"
        )
    if bundle.personal is None:
        raise BundleError(
            f"{bundle.name}: holds no line for a known voice, so nothing can be made of clips: train it again with "
            "this version (`undertone train CORPUS --model compact` or `--model pooled`); `article` has none"
        )


def _numbers(bundle: Bundle, clips: Sequence[Clip], labels: Sequence[str] | None) -> NDArray[np.int64] | None:
    if labels is None:
        return None
    unknown = sorted(set(labels) - set(bundle.labels))
    if unknown:
        raise InputError(
            f"labels that {bundle.name} cannot answer: {', '.join(unknown)}; it has {', '.join(bundle.labels)}"
        )
    if len(labels) != len(clips):
        raise InputError(f"{len(labels)} labels for {len(clips)} clips; accepted: one a clip")
    if len(set(labels)) < 2:
        raise InputError(f"all {len(clips)} clips are labelled {labels[0]!r}: two labels at least are needed to teach")
    return np.array([bundle.labels.index(label) for label in labels])


def _uar(scores: Floats, labels: NDArray[np.int64] | None) -> float | None:
    if labels is None:
        return None
    return uar(confusion(labels, scores.argmax(axis=1), classes=scores.shape[1]))


def _gain(labels: NDArray[np.int64], before: Side, after: Side, seed: int) -> tuple[float, float, float]:
    assert before.uar is not None and after.uar is not None
    low, high = paired_interval(labels, before.answers, after.answers, rng=np.random.default_rng(seed))
    return after.uar - before.uar, low, high
