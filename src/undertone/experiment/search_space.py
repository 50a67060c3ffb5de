"""What a search may change: settings by their names in TOML, each with a range or a choice.

::

    [train.learning_rate]
    low = 1e-4
    high = 5e-3
    log = true

    [train.batch_size]
    choices = [16, 32, 64]
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from undertone.config import from_dict, to_dict
from undertone.errors import ConfigError, nearest
from undertone.experiment.settings import ExperimentSettings
from undertone.models import MODELS

#: Stages whose settings leave the features as they are: these are computed once for a whole search.
VECTOR_STAGES, SEQUENCE_STAGES = ("train",), ("sequence", "spectral")


@dataclass(frozen=True)
class Range:
    """Where a setting may lie: from ``low`` to ``high`` (whole numbers if the setting is one), or one of ``choices``.

    ``log`` draws the logarithm evenly.
    """

    low: float = 0.0
    high: float = 0.0
    log: bool = False
    choices: tuple[Any, ...] = ()


Space = Mapping[str, Range]

VECTORS: Space = {
    "train.learning_rate": Range(1e-4, 5e-3, log=True),
    "train.batch_size": Range(choices=(16, 32, 64, 128)),
}
SEQUENCES: Space = {
    "sequence.learning_rate": Range(5e-4, 5e-3, log=True),
    "sequence.weight_decay": Range(1e-3, 1e-1, log=True),
    "sequence.label_smoothing": Range(0.0, 0.2),
    "spectral.mixup_share": Range(0.0, 1.0),
    "spectral.noise_share": Range(0.0, 1.0),
    "spectral.time": Range(0.0, 0.4),
    "spectral.shift_bands": Range(0.0, 5.0),
}


def own_space(model: str) -> Space:
    """Return what is worth changing of a model when nobody says.

    Raises
    ------
    ConfigError
        The model is fitted in one go: no setting of a training would change it.
    """
    if MODELS[model].line:
        raise ConfigError(f"model {model!r} is a line that is fitted in one go; there is nothing to search")
    return SEQUENCES if MODELS[model].sequence else VECTORS


def read_space(values: Mapping[str, Any], settings: ExperimentSettings, *, where: str) -> Space:
    """Read a space from plain values, as TOML gives them.

    Raises
    ------
    ConfigError
        A setting that does not exist or that a search cannot change, a range that is empty or no range; all at once.
    """
    stages = SEQUENCE_STAGES if MODELS[settings.model].sequence else VECTOR_STAGES
    known = [f"{stage}.{field}" for stage in stages for field in to_dict(getattr(settings, stage)) if field != "seed"]
    space, faults = {}, []
    for stage, fields in values.items():
        for field, given in fields.items() if isinstance(fields, dict) else ():
            name = f"{stage}.{field}"
            if name not in known:
                faults.append(f"{name} cannot be searched{nearest(name, known)}; accepted: {', '.join(known)}")
                continue
            space[name] = from_dict(Range, given if isinstance(given, dict) else {"choices": given}, where=name)
            faults += _faults(name, space[name])
    if not values or (not space and not faults):
        faults.append("no setting is named; expected tables such as [train.learning_rate] with low and high")
    if faults:
        raise ConfigError(f"{where}: {'; '.join(faults)}")
    return space


def _faults(name: str, given: Range) -> list[str]:
    if given.choices:
        return []
    if not given.low < given.high:
        return [f"{name}: low {given.low} and high {given.high} leave nothing between them"]
    return [f"{name}: log needs a low above 0"] if given.log and given.low <= 0 else []


def changed(settings: ExperimentSettings, values: Mapping[str, Any]) -> ExperimentSettings:
    """Return the settings with some set otherwise, by their names.

    Raises
    ------
    ConfigError
        A value is out of the range that the setting accepts.
    """
    for name, value in values.items():
        stage, field = name.split(".")
        held = getattr(settings, stage)
        kind = type(getattr(held, field))
        settings = dataclasses.replace(settings, **{stage: dataclasses.replace(held, **{field: kind(value)})})
    return settings


def drawn(trial: Any, settings: ExperimentSettings, space: Space) -> ExperimentSettings:
    """Let an Optuna trial draw a value for each setting of the space."""
    values = {}
    for name, given in space.items():
        stage, field = name.split(".")
        if given.choices:
            values[name] = trial.suggest_categorical(name, list(given.choices))
        elif isinstance(getattr(getattr(settings, stage), field), int):
            values[name] = trial.suggest_int(name, int(given.low), int(given.high), log=given.log)
        else:
            values[name] = trial.suggest_float(name, given.low, given.high, log=given.log)
    return changed(settings, values)
