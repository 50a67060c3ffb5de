"""The only place where stages are joined: corpus and settings -> run folder -> bundle.

A run folder holds::

    experiment.toml   every setting; with the corpus and the seed it gives the same bytes again
    fold.json         who trained, who chose the epoch, who judges
    rows.npz          features of every clip and of its augmented copies
    best.h5           the network of the best epoch (Keras), state.npz: what a resumed run needs, history.json
    accuracy.svg, loss.svg   the curves by epoch
    model.undertone   the bundle
    figures.json, confusion.svg, report.html, tutorial/   what `evaluate` adds
    robustness.json, robustness.svg   what `evaluate --conditions` adds
"""

from undertone.experiment.evaluate import evaluate_run
from undertone.experiment.settings import ExperimentSettings, settings_from
from undertone.experiment.train import train_run

__all__ = ["ExperimentSettings", "evaluate_run", "settings_from", "train_run"]
