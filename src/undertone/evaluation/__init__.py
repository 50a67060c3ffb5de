"""Labels + predictions -> scores, intervals, calibration. Pure NumPy; no model is run here."""

from undertone.evaluation.calibration import (
    ReliabilityBin,
    apply_temperature,
    calibration_error,
    fit_temperature,
    log_probabilities,
    reliability,
    softmax,
)
from undertone.evaluation.coverage import CoveragePoint, coverage_curve
from undertone.evaluation.doubt import Doubt, fit_doubt
from undertone.evaluation.figures import Figures, GroupFigures, judge
from undertone.evaluation.intervals import by_group, interval
from undertone.evaluation.paired import paired_interval
from undertone.evaluation.pooling import fit_pool, pooled_scores
from undertone.evaluation.scores import absent, accuracy, confusion, recalls, uar

__all__ = [
    "CoveragePoint",
    "Doubt",
    "Figures",
    "GroupFigures",
    "ReliabilityBin",
    "absent",
    "accuracy",
    "apply_temperature",
    "by_group",
    "calibration_error",
    "confusion",
    "coverage_curve",
    "fit_doubt",
    "fit_pool",
    "fit_temperature",
    "interval",
    "judge",
    "log_probabilities",
    "paired_interval",
    "pooled_scores",
    "recalls",
    "reliability",
    "softmax",
    "uar",
]
