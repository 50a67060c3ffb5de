"""Which times, bands and features decided: each is hidden in turn, and the label's score is read again.

Hiding (occlusion; Zeiler and Fergus, 2014) asks the network itself and needs no gradient, so it works alike for all
networks. What "hidden" means is a choice, stated here:

* a patch of a sequence (time by band) is replaced by each band's mean over the segment: nothing moves there any more;
* a time of a segment that becomes one vector is cut out of the sound, with 5 ms of cross-fade: it was never said;
* a block of features of a vector is set to the training mean.

Of a sequence with statistics behind it, bands and patches are hidden in the sequence, times in the sound.

A drop is the score with everything less the score without the part, in the calibration of the whole: above 0 the part
speaks for the label, below 0 against it. Parts overlap in what they say, so drops do not add up to the score.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from undertone.audio.resample import resample
from undertone.bundle import Bundle
from undertone.bundle.model import network_inputs
from undertone.evaluation import log_probabilities, softmax
from undertone.features import FEATURES
from undertone.features.melpitch import MelPitch
from undertone.types import Clip, Segment

WINDOW_S = 0.2
STEP_S = 0.1
FADE_S = 0.005
BAND_GROUP = 8  # of a sequence's mel bands
BLOCK_GROUP = 16  # of a vector's features; a longer block is told in several parts
LONGEST_BLOCK = 256

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Part:
    """Something that was hidden, and how much of the label's score went with it.

    Seconds are of the recording; Hz and seconds are None where the part has no such limits.
    """

    name: str
    drop: float
    begin_s: float | None = None
    end_s: float | None = None
    low_hz: float | None = None
    high_hz: float | None = None


@dataclass(frozen=True)
class Parts:
    """All that was hidden: times; bands and patches of a sequence; blocks of features of a vector."""

    times: tuple[Part, ...] = ()
    bands: tuple[Part, ...] = ()
    patches: tuple[Part, ...] = ()
    features: tuple[Part, ...] = ()


class Judge:
    """Reads the score of one label for one segment, always in the calibration that the whole segment had."""

    def __init__(self, bundle: Bundle, inputs: Floats, segment: Segment, label: int) -> None:
        self.bundle, self.label = bundle, label
        softening = bundle.doubt.softening(inputs, [segment.end_s - segment.begin_s])[0] if bundle.doubt else 1.0
        self.temperature = bundle.temperature * softening
        self.whole = self.score(inputs[0])

    def score(self, x: Floats) -> float:
        """Return the label's score for one network input."""
        logits = log_probabilities(self.bundle.network(np.ascontiguousarray(x)).ravel()) / self.temperature
        return float(softmax(logits)[self.label])

    def drop(self, x: Floats) -> float:
        """Return how much lower the label's score is for this input."""
        return self.whole - self.score(x)


def hide_parts(bundle: Bundle, clip: Clip, segment: Segment, label: int) -> Parts:
    """Hide the parts of one segment, one after the other.

    Parameters
    ----------
    bundle : Bundle
        Whose answer it is.
    clip : Clip
        The whole recording.
    segment : Segment
        One that the bundle's front end cut.
    label : int
        Whose score is read.
    """
    sound = resample(clip, bundle.frontend.rate)
    begin, end = (round(edge * sound.rate) for edge in (segment.begin_s, segment.end_s))
    piece = Clip(sound.samples[begin:end], sound.rate)
    front_end = bundle.frontend
    if not front_end.columns:
        return _in_vector(bundle, piece, segment, label)
    sequence = _in_sequence(bundle, piece, segment, label)
    if not front_end.statistics_size:
        return sequence
    both = _in_vector(bundle, piece, segment, label)  # a time is cut out of the sound, so that both go without it
    return Parts(both.times, sequence.bands, sequence.patches, both.features)


def _inputs(bundle: Bundle, piece: Clip) -> Floats:
    """Return what the network is given of a segment's sound, shape (1, ...)."""
    trim_db = 0.0 if bundle.frontend.segmentation == "article" else bundle.frontend.trim_db
    whole = dataclasses.replace(bundle.frontend, segmentation="whole", trim_db=trim_db)
    return network_inputs(bundle, whole.transform(piece)[1])


# ---- sequences -------------------------------------------------------------------------------------------------------


def _in_sequence(bundle: Bundle, piece: Clip, segment: Segment, label: int) -> Parts:
    inputs = _inputs(bundle, piece)
    flat, behind = inputs[0].reshape(-1), bundle.frontend.sequence_size
    judge, x = Judge(bundle, inputs, segment, label), flat[:behind].reshape(bundle.frontend.frames, -1)
    made, feature = MelPitch(), FEATURES[bundle.frontend.feature_set]
    first, kept = _kept_frames(made, piece, bundle.frontend.trim_db)
    first, length = first + max(0, (kept - len(x)) // 2), min(kept, len(x))
    usual, place = x[:length].mean(axis=0), np.arange(len(x)) % kept  # a short sequence is repeated end to end
    second = made.hop / feature.rate
    window, step = round(WINDOW_S / second), round(STEP_S / second)

    def hidden(rows: slice, columns: slice) -> float:
        changed, chosen = x.copy(), (place >= rows.start) & (place < rows.stop)
        changed[chosen, columns] = usual[columns]
        return judge.drop(np.concatenate([changed.ravel(), flat[behind:]]).reshape(inputs[0].shape))

    def seconds(rows: slice) -> dict[str, float]:
        begin = segment.begin_s + (first + rows.start) * second
        return {
            "begin_s": max(begin, segment.begin_s),
            "end_s": min(begin + (rows.stop - rows.start) * second, segment.end_s),
        }

    every = slice(0, length)
    times = [slice(begin, min(begin + window, length)) for begin in _begins(length, window, step)]
    bands = [slice(low, low + BAND_GROUP) for low in range(0, made.bands, BAND_GROUP)]
    pitch = slice(made.bands, made.bands + 2)
    limits = {low.start: _limits(made, low) for low in bands}
    return Parts(
        times=tuple(Part("time", hidden(rows, slice(0, None)), **seconds(rows)) for rows in times),
        bands=(
            *(Part("band", hidden(every, columns), **limits[columns.start]) for columns in bands),
            Part("pitch and voicing", hidden(every, pitch)),
        ),
        patches=tuple(
            Part("patch", hidden(rows, columns), **seconds(rows), **limits[columns.start])
            for rows in times
            for columns in bands
        ),
    )


def _kept_frames(made: MelPitch, piece: Clip, trim_db: float) -> tuple[int, int]:
    """Return the first frame that trimming keeps, and how many, as `MelPitch` says."""
    loudness = made.frames(piece.samples)[:, made.bands]
    loud = np.flatnonzero(loudness >= loudness.max() - np.log(10) / 10 * trim_db) if trim_db else [0, len(loudness) - 1]
    first, last = max(0, int(loud[0]) - 2), min(len(loudness) - 1, int(loud[-1]) + 2)
    return first, last - first + 1


def _limits(made: MelPitch, bands: slice) -> dict[str, float]:
    """Return between which frequencies some bands hear most."""
    low, high = band_edges(made)[[bands.start, bands.stop]]
    return {"low_hz": float(low), "high_hz": float(high)}


def band_edges(made: MelPitch) -> NDArray[np.float64]:
    """Return the frequencies half way (in mel) between neighbouring bands, shape (bands + 1,)."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (made.low_hz, made.high_hz))
    step = (high - low) / (made.bands + 1)
    mels = low + step * (np.arange(made.bands + 1) + 0.5)
    return np.asarray(700 * (10 ** (mels / 2595) - 1))


# ---- vectors ---------------------------------------------------------------------------------------------------------


def _in_vector(bundle: Bundle, piece: Clip, segment: Segment, label: int) -> Parts:
    inputs = _inputs(bundle, piece)
    judge, count = Judge(bundle, inputs, segment, label), piece.samples.size
    window, step = (min(round(part * piece.rate), count) for part in (WINDOW_S, STEP_S))
    times = []
    for begin in _begins(count, window, step) if count > window else []:
        end = min(begin + window, count)
        rest = _inputs(bundle, Clip(without(piece.samples, begin, end, round(FADE_S * piece.rate)), piece.rate))
        edges = [segment.begin_s + edge / piece.rate for edge in (begin, end)]
        times.append(Part("time", judge.drop(rest[0]), begin_s=edges[0], end_s=edges[1]))
    features, made = [], FEATURES[bundle.frontend.feature_set]
    size = inputs[0].size if made.statistics else made.size
    for name, columns in _blocks(bundle):
        changed = inputs[0].reshape(-1, size).copy()
        changed[:, columns] = 0  # of a scaled feature: the training mean
        features.append(Part(name, judge.drop(changed.reshape(inputs[0].shape))))
    return Parts(times=tuple(times), features=tuple(features))


def without(samples: Floats, begin: int, end: int, fade: int) -> Floats:
    """Cut samples begin .. end out, and join what is left over a short cross-fade.

    Examples
    --------
    >>> without(np.float32([1, 2, 3, 4, 5]), 1, 3, 0)
    array([1., 4., 5.], dtype=float32)
    """
    before, after = samples[:begin], samples[end:]
    fade = min(fade, len(before), len(after))
    if not fade:
        return np.concatenate([before, after])
    rising = np.linspace(0, 1, fade, dtype=np.float32)
    joined = before[-fade:] * (1 - rising) + after[:fade] * rising
    return np.concatenate([before[:-fade], joined, after[fade:]]).astype(np.float32)


def _blocks(bundle: Bundle) -> Iterator[tuple[str, slice]]:
    """Name the blocks of a feature set; those of many numbers in parts."""
    made, begin = FEATURES[bundle.frontend.feature_set], 0
    if made.statistics:  # 0 in the sequence is each band's mean
        made, begin = made.statistics, bundle.frontend.sequence_size
        yield "sequence", slice(0, begin)
    first = begin
    for block, width in made.blocks:
        size = BLOCK_GROUP if BLOCK_GROUP < width <= LONGEST_BLOCK and block in ("mel", "band") else width
        for low in range(begin, begin + width, size):
            high = min(low + size, begin + width)
            name = block if size == width else f"{made.names[low - first]} to {made.names[high - first - 1]}"
            yield name, slice(low, high)
        begin += width


def _begins(count: int, window: int, step: int) -> list[int]:
    """Where windows begin: every step, and the last one where the sound ends."""
    if count <= window:
        return [0]
    begins = list(range(0, count - window, step))
    return [*begins, count - window]
