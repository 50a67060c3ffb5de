"""Every setting of a run, each default written once in the dataclass of its stage."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from undertone.augment import AugmentSettings
from undertone.augment.conditions import LEARNED, SoundSettings
from undertone.config import fingerprint, from_dict, to_dict
from undertone.features.frontend import FrontEnd
from undertone.models import MODELS
from undertone.training import TrainSettings
from undertone.training.discriminant import StatisticsSettings
from undertone.training.sequence.settings import HearingSettings, SequenceSettings, SpectralSettings
from undertone.training.sequence.teachers import DistilSettings
from undertone.training.svm import SvmSettings

#: The sections that not every model reads, by the kind of model.
_READ_BY = {
    "vectors": ("augment", "train"),
    "sequence": ("sequence", "spectral", "hearing", "distil", "statistics", "sound"),
    "discriminant": ("statistics", "sound"),
    "svm": ("svm", "statistics", "sound"),
    "mlp": ("train", "statistics", "sound"),
}


@dataclass(frozen=True)
class ExperimentSettings:
    """What `undertone train` reads from a TOML file and its options.

    Attributes
    ----------
    corpus : str
        A corpus's name or a path that `undertone corpus import` would take.
    model : str
        A name of `undertone.models.MODELS`.
    hold_out : tuple of str or None
        The speakers who judge; none of their clips is heard in training. None: a fifth of them, drawn by the seed,
        together covering all classes. Empty: nobody (a bundle to ship, whose figures come from elsewhere).
    split : str or None
        A table that says who is on which side (`undertone.corpora.split_table`), instead of `hold_out`.
    allow_leaks : bool
        Train on a split that leaks all the same; its figures are stamped.
    tuned_on : tuple of str
        Voices ("corpus/speaker") by whose clips these settings were chosen; `undertone search` writes them down. That
        one of them judges is a leak.
    unknown_below : float or None
        The bundle answers "unknown" where its best score is lower; None: it always names a class.
    calibrate : bool
        Of models of sequences: train twice, first without the speakers of the validation, who give the temperature.
        Models of vectors have their temperature from them in any case.
    quantise_aware : bool
        Fine-tune the trained network so that `compile --dtype s8` changes its answers less.
    others : tuple of str
        Corpora that a model of sequences learns from besides: names or paths. None of their recordings may be in
        ``corpus``.
    augment, train : AugmentSettings, TrainSettings
        Of models of one vector a segment; `pooled-mlp` has the copies of `statistics` and `sound` instead of `augment`.
    spectral, sequence : SpectralSettings, SequenceSettings
        The same of models of sequences.
    hearing : HearingSettings
        Whether networks of sequences hear the copies of `sound` too.
    distil : DistilSettings
        Networks that teach those of sequences.
    statistics : StatisticsSettings
        The line over statistics, alone or beside a network of sequences.
    svm : SvmSettings
        The support vector machine of `pooled-svm`; speeds and groups are those of `statistics`.
    sound : SoundSettings
        Copies of the training clips in noise, in rooms, over a telephone, from which that line learns besides, and with
        `hearing` the networks.
    """

    corpus: str
    model: str = "article"
    hold_out: tuple[str, ...] | None = None
    split: str | None = None
    allow_leaks: bool = False
    tuned_on: tuple[str, ...] = ()
    unknown_below: float | None = None
    calibrate: bool = False
    quantise_aware: bool = False
    others: tuple[str, ...] = ()
    frontend: FrontEnd = field(default_factory=FrontEnd)
    augment: AugmentSettings = field(default_factory=AugmentSettings)
    train: TrainSettings = field(default_factory=TrainSettings)
    sequence: SequenceSettings = field(default_factory=SequenceSettings)
    spectral: SpectralSettings = field(default_factory=SpectralSettings)
    hearing: HearingSettings = field(default_factory=HearingSettings)
    distil: DistilSettings = field(default_factory=DistilSettings)
    statistics: StatisticsSettings = field(default_factory=StatisticsSettings)
    svm: SvmSettings = field(default_factory=SvmSettings)
    sound: SoundSettings = field(default_factory=SoundSettings)

    @property
    def seed(self) -> int:
        """The seed of the run."""
        return self.sequence.seed if MODELS[self.model].sequence else self.train.seed

    @property
    def line(self) -> StatisticsSettings:
        """How the line over statistics is fitted; the one for a known voice as `statistics` says.

        Less their speaker's own mean, a clip and its copy in noise are much alike: more rows, but no more to learn.
        """
        return replace(self.statistics, shrinkage=self.sound.shrinkage) if self.sound.copies else self.statistics

    @property
    def of_networks(self) -> ExperimentSettings:
        """The settings without what the line alone learns from: networks of equal ones are equal."""
        return self if self.hearing.copies else replace(self, sound=SoundSettings())

    @property
    def of_others(self) -> ExperimentSettings:
        """The settings for other corpora, whose clips are heard as they are."""
        return replace(self, sound=SoundSettings(), hearing=HearingSettings())

    def with_seed(self, seed: int) -> ExperimentSettings:
        """Return the same recipe under another seed."""
        return dataclasses.replace(
            self,
            train=dataclasses.replace(self.train, seed=seed),
            sequence=dataclasses.replace(self.sequence, seed=seed),
        )

    def of_member(self, number: int) -> ExperimentSettings:
        """Return the settings of one of the networks that a model has: its seed is its own among all runs'."""
        seed = self.sequence.seed * MODELS[self.model].members + number
        return replace(self, sequence=replace(self.sequence, seed=seed))

    def of_teacher(self, number: int) -> ExperimentSettings:
        """Return the settings of one of the networks that teach.

        Its seed is neither a member's of this run nor, if they have as many teachers, that of another run's teacher.
        """
        members, distil = MODELS[self.model].members, self.distil
        seed = self.sequence.seed * (members + distil.teachers) + members + number
        own = replace(self.sequence, seed=seed)
        return replace(self, model=distil.model, sequence=own, distil=DistilSettings())

    @property
    def recipe(self) -> str:
        """The fingerprint of all that makes a network from a split: answers of other recipes are never pooled."""
        if MODELS[self.model].sequence:
            others = tuple(Path(name).name for name in self.others)  # wherever they lie
            recipe = fingerprint(
                _SequenceRecipe(self.model, self.frontend, self.sequence, self.spectral, self.statistics, others)
            )
            recipe += "-calibrated" if self.calibrate else ""
            recipe += f"-hears-{fingerprint(self.hearing)}" if self.hearing.copies else ""
            recipe += f"-taught-{fingerprint(self.distil)}" if self.distil.teachers else ""
        elif MODELS[self.model].over_statistics:
            recipe = fingerprint(self._over_statistics)
        else:
            recipe = fingerprint(_Recipe(self.model, self.frontend, self.augment, self.train))
        if self.sound.copies and not MODELS[self.model].chooses:
            recipe += f"-sound-{fingerprint(self.sound)}"
        return f"{recipe}-aware" if self.quantise_aware else recipe

    def told(self) -> dict[str, Any]:
        """Return the settings as a card tells them: sections that the model does not read are left out.

        So what is learnt for one model leaves the cards of the others as they are.
        """
        spec = MODELS[self.model]
        kind = spec.over_statistics or ("sequence" if spec.sequence else "vectors")
        unread = {section for sections in _READ_BY.values() for section in sections} - set(_READ_BY[kind])
        unread |= set() if self.distil.teachers else {"distil"}
        unread |= set() if self.hearing.copies else {"hearing"}
        return {name: value for name, value in to_dict(self).items() if name not in unread}

    @property
    def _over_statistics(self) -> _LineRecipe | _SvmRecipe | _MlpRecipe:
        over, same = MODELS[self.model].over_statistics, (self.model, self.frontend)
        if over == "svm":
            return _SvmRecipe(*same, self.svm, self.statistics.speeds, self.statistics.groups)
        if over == "mlp":
            return _MlpRecipe(*same, self.train, self.statistics.speeds)
        return _LineRecipe(*same, self.statistics)


def settings_from(values: dict[str, Any], *, where: str) -> ExperimentSettings:
    """Read settings from plain values; what they do not say of front end and copies in noise is the model's own."""
    model = values.get("model", ExperimentSettings.model)
    own = to_dict(MODELS[model].frontend) if model in MODELS else {}
    given = values.get("frontend", {})
    if isinstance(given, dict):
        values = {**values, "frontend": {**own, **given}}
    heard = values.get("sound", {})
    if model in MODELS and not MODELS[model].chooses and isinstance(heard, dict):
        values = {**values, "sound": {"copies": list(LEARNED), **heard}}
    return from_dict(ExperimentSettings, values, where=where)


@dataclass(frozen=True)
class _Recipe:
    model: str
    frontend: FrontEnd
    augment: AugmentSettings
    train: TrainSettings


@dataclass(frozen=True)
class _LineRecipe:
    model: str
    frontend: FrontEnd
    statistics: StatisticsSettings


@dataclass(frozen=True)
class _SvmRecipe:
    model: str
    frontend: FrontEnd
    svm: SvmSettings
    speeds: tuple[float, ...]
    groups: int


@dataclass(frozen=True)
class _MlpRecipe:
    model: str
    frontend: FrontEnd
    train: TrainSettings
    speeds: tuple[float, ...]


@dataclass(frozen=True)
class _SequenceRecipe:
    model: str
    frontend: FrontEnd
    sequence: SequenceSettings
    spectral: SpectralSettings
    statistics: StatisticsSettings
    others: tuple[str, ...]
