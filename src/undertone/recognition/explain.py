"""Why a recording was answered as it was: the parts of it that spoke for a label, and those that spoke against it."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from pathlib import Path

from undertone.audio.read import read
from undertone.bundle import Bundle
from undertone.config import to_dict
from undertone.errors import UnknownNameError
from undertone.recognition.occlusion import Part, Parts, hide_parts
from undertone.recognition.predict import predict_clip
from undertone.types import Clip, Prediction


@dataclass(frozen=True)
class Explanation:
    """What decided.

    Attributes
    ----------
    prediction : Prediction
        The answer.
    label : str
        Whose score is explained: the highest, or the one that was asked for.
    clip : Clip
        The sound.
    parts : Parts
        What was hidden, in the order of the recording; a drop is in points of the whole recording's score (0 .. 1).
    """

    prediction: Prediction
    label: str
    clip: Clip
    parts: Parts

    @property
    def score(self) -> float:
        """The label's score with nothing hidden."""
        return float(self.prediction.scores[self.prediction.labels.index(self.label)])


def explain_file(bundle: Bundle, file: str, *, label: str | None = None) -> Explanation:
    """Read a recording and explain its answer; see `explain_clip`."""
    return explain_clip(bundle, read(Path(file)), file=file, label=label)


def explain_clip(bundle: Bundle, clip: Clip, *, file: str = "", label: str | None = None) -> Explanation:
    """Hide times, bands and features one after the other, and see what the answer loses.

    Parameters
    ----------
    bundle : Bundle
        Whose answer it is.
    clip : Clip
        As `undertone.recognition.predict_clip` takes it.
    file : str
        What the answer calls it.
    label : str, optional
        Whose score to explain; the highest by default.

    Raises
    ------
    UnknownNameError
        The bundle has no such label.
    AudioError
        Nothing that can be heard.

    Examples
    --------
    >>> from undertone.corpora import load
    >>> from undertone.recognition.shipped import load_or_shipped
    >>> made = explain_file(load_or_shipped(None), str(load("emodb").utterances[0].path))
    >>> max(made.parts.times, key=lambda part: part.drop).drop > 0
    True
    """
    if label is not None and label not in bundle.labels:
        raise UnknownNameError("label", label, set(bundle.labels))
    prediction = predict_clip(bundle, clip, file=file)
    chosen = label or bundle.labels[int(prediction.scores.argmax())]
    total = sum(s.end_s - s.begin_s for s in prediction.segments)
    found = [
        _weighted(hide_parts(bundle, clip, s, bundle.labels.index(chosen)), (s.end_s - s.begin_s) / total)
        for s in prediction.segments
    ]
    joined = {f.name: _joined([getattr(parts, f.name) for parts in found], f.name) for f in fields(Parts)}
    return Explanation(prediction, chosen, clip, Parts(**joined))


def explanation_json(explanation: Explanation, bundle: Bundle) -> str:
    """Write an explanation as one line of JSON; drops with nine significant digits, limits that are none left out."""
    parts = {
        kind: [{key: _short(value) for key, value in part.items() if value is not None} for part in told]
        for kind, told in to_dict(explanation.parts).items()
        if told
    }
    values = {
        "file": explanation.prediction.file,
        "label": explanation.label,
        "score": _short(explanation.score),
        **parts,
        "model": {"name": bundle.name, "sha256": bundle.sha256},
    }
    return json.dumps(values, ensure_ascii=False)


def _short(value: object) -> object:
    return float(f"{value:.9g}") if isinstance(value, float) else value


def _weighted(parts: Parts, share: float) -> Parts:
    """Turn drops of a segment's score into drops of the whole's."""
    return Parts(
        **{f.name: tuple(replace(p, drop=share * p.drop) for p in getattr(parts, f.name)) for f in fields(Parts)}
    )


def _joined(found: list[tuple[Part, ...]], kind: str) -> tuple[Part, ...]:
    """Join the segments' parts: those with a time stand after each other, the same band or block is added up."""
    if kind in ("times", "patches"):
        return tuple(part for parts in found for part in parts)
    return tuple(replace(same[0], drop=sum(part.drop for part in same)) for same in zip(*found, strict=True))
