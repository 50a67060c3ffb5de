"""The settings of the front end, and what they make of a clip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from undertone.errors import AudioError, ConfigError, nearest
from undertone.features.feature_set import FEATURES
from undertone.runtime import host
from undertone.runtime.library import Settings
from undertone.types import Clip, Segment


@dataclass(frozen=True)
class FrontEnd:
    """From a clip at any rate to one row of numbers a segment; the compiled program does the same in C.

    The row of "melpitch.v1" is a sequence that lies flat: `frames` times 66 numbers. A segment's own sequence is
    repeated end to end until there are so many frames; of a longer one ("whole" only) the middle is taken. The row of
    "voice.v1" is that sequence, then the 1,090 numbers of "pooledlog.v2": `sequence_size` says where they begin.

    Attributes
    ----------
    feature_set : str
        A name of `FEATURES`.
    segmentation : str
        "grid": pieces of `segment_s`; a rest of less than half a piece joins the last one. "article": one segment,
        from 0.6 s to 3.1 s, untrimmed. "whole": one segment.
    segment_s : float
        Seconds, 0.1 to 3600; used by "grid".
    trim_db : float
        In each segment, drop the edges that lie this far below its loudest frame; 0 keeps all.
    """

    feature_set: str = "article.v1"
    segmentation: str = "grid"
    segment_s: float = 2.5
    trim_db: float = 40.0

    def __post_init__(self) -> None:
        if FEATURES[self.feature_set].name not in host.FEATURE_SETS:
            raise ConfigError(
                f"front end: {self.feature_set!r} gives a row a frame, not one a segment; "
                f"accepted: {', '.join(host.FEATURE_SETS)}"
            )
        if self.segmentation not in host.SEGMENTATIONS:
            known = ", ".join(host.SEGMENTATIONS)
            hint = nearest(self.segmentation, host.SEGMENTATIONS)
            raise ConfigError(f"front end: unknown segmentation {self.segmentation!r}{hint}; accepted: {known}")
        if not 0.1 <= self.segment_s <= 3600:
            raise ConfigError(f"front end: segment_s={self.segment_s}; accepted: 0.1 to 3600")
        if not 0 <= self.trim_db <= 200:
            raise ConfigError(f"front end: trim_db={self.trim_db}; accepted: 0 to 200")

    @property
    def rate(self) -> int:
        """The rate in Hz that clips are brought to."""
        return FEATURES[self.feature_set].rate

    @property
    def size(self) -> int:
        """How many numbers a segment has: `sequence_size`, then `statistics_size`."""
        return host.feature_count(self._settings)

    @property
    def columns(self) -> int:
        """How many numbers a frame of the sequence has; 0 without one."""
        made = FEATURES[self.feature_set]
        return made.size if made.sequence else 0

    @property
    def statistics_size(self) -> int:
        """How many numbers of a segment are of its whole; 0 if all are a sequence.

        Examples
        --------
        >>> [FrontEnd(feature_set=s).statistics_size for s in ("article.v1", "melpitch.v1", "voice.v1")]
        [162, 0, 1090]
        """
        made = FEATURES[self.feature_set]
        return (made.statistics.size if made.statistics else 0) if made.sequence else made.size

    @property
    def sequence_size(self) -> int:
        """How many numbers of a segment are a sequence, `frames` times `columns`; they come first."""
        return self.size - self.statistics_size

    @property
    def scaler_size(self) -> int:
        """How many numbers a scaler has: one for each column of the sequence, then one for each statistic."""
        return self.columns + self.statistics_size

    def spread(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Lay out one value for each number of a scaler as one for each number of a segment.

        Parameters
        ----------
        values : ndarray of float32, shape (scaler_size,)

        Returns
        -------
        ndarray of float32, shape (size,)
            The columns' values repeat with every frame.
        """
        return np.concatenate([np.tile(values[: self.columns], self.frames), values[self.columns :]])

    @property
    def frames(self) -> int:
        """How many frames the sequence of a segment has; 1 without one.

        Of a sequence it is a multiple of 8 that holds the longest segment of "grid", half as long again as `segment_s`.

        Examples
        --------
        >>> FrontEnd(feature_set="melpitch.v1", segment_s=3.0).frames
        288
        """
        return self.sequence_size // self.columns if self.columns else 1

    @property
    def _settings(self) -> Settings:
        return host.settings(
            feature_set=self.feature_set,
            segmentation=self.segmentation,
            segment_s=self.segment_s,
            trim_db=self.trim_db,
        )

    def transform(self, clip: Clip) -> tuple[tuple[Segment, ...], NDArray[np.float32]]:
        """Resample, cut, trim and compute.

        Parameters
        ----------
        clip : Clip
            At any rate from 1 to 384 kHz.

        Returns
        -------
        segments : tuple of Segment
            In seconds, before trimming.
        features : ndarray of float32, shape (segments, size)

        Raises
        ------
        AudioError
            No samples, a sample that is NaN, infinite or beyond 1e12, a rate out of range, or nothing after the
            0.6 s that "article" skips.

        Examples
        --------
        >>> tone = np.sin(np.arange(64000, dtype=np.float32) / 9)
        >>> segments, features = FrontEnd().transform(Clip(tone, 16000))
        >>> segments
        (Segment(begin_s=0.0, end_s=2.5), Segment(begin_s=2.5, end_s=4.0))
        >>> features.shape
        (2, 162)
        """
        settings = self._settings
        host.refuse_unsound(clip.samples, "front end")
        samples = host.resample(clip.samples, clip.rate, self.rate)
        cuts = host.segments(settings, samples.size)
        if not cuts:
            why = "the segmentation 'article' skips the first 0.6 s" if clip.samples.size else "one sample is needed"
            raise AudioError(f"front end: nothing to look at in a clip of {clip.duration_s:.4f} s: {why}")
        features = np.stack([host.features(settings, samples[begin:end]) for begin, end in cuts])
        return tuple(Segment(begin / self.rate, end / self.rate) for begin, end in cuts), features
