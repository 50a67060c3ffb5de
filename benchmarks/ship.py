"""Make the bundle that ships: EMO-DB, all ten speakers; its card holds the LOSO figures.

    python benchmarks/ship.py      after `python benchmarks/accuracy.py --corpora emodb`
    python benchmarks/ship.py --model compact --out compact.undertone

Nobody is held out of the shipped network (a fifth of the speakers choose the article's epoch), so the card's figures
are those of the same settings under emodb.loso, where every speaker was once unseen. A network of sequences has its
temperature from those folds too; its figures are cross-fitted then. Same machine kind and versions: same bytes.
"""

from __future__ import annotations

import argparse
import dataclasses
import shutil
import sys
from pathlib import Path

from accuracy import CACHE, ROOT, _lines, figures_of, recorded, settings_for

SHIPPED = ROOT / "src" / "undertone" / "recognition" / "bundles" / "emodb.undertone"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="article")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    options = parser.parse_args()
    from undertone.bundle import save
    from undertone.cli.terminal import bar
    from undertone.experiment import train_run

    figures = figures_of(options.model, ["emodb"], [0])
    if not figures:
        sys.exit(
            f"ship: nothing recorded; run first: python benchmarks/accuracy.py --model {options.model} --corpora emodb"
        )
    settings = dataclasses.replace(settings_for(options.model, "emodb", 0), hold_out=())
    temperature = _from_folds(settings, figures)
    run = CACHE / "ship"
    shutil.rmtree(run, ignore_errors=True)
    bundle = train_run(settings, run, steps=bar)
    summary = (
        f"Hears which acted emotion a voice resembles: the {options.model} network, trained on ten German actors. "
        "It answers EMO-DB's seven classes: it has boredom, and no surprise and no calm."
    )
    card = dataclasses.replace(bundle.card, name="emodb", summary=summary, figures=tuple(map(_shown, figures.values())))
    ready = dataclasses.replace(bundle, name="emodb", card=card, temperature=temperature or bundle.temperature)
    shipped = save(ready, options.out)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.2f} MB, sha256 {shipped.sha256}")


def _from_folds(settings, figures: dict[str, dict]) -> float | None:
    """Fit the temperature of a network of sequences on the recorded folds; figures become the cross-fitted ones."""
    from undertone.config import to_dict
    from undertone.experiment.protocol import cross_calibrated, pooled, temperature_of
    from undertone.models import MODELS

    folds, _ = _lines(recorded(settings.model), "emodb", settings.recipe, settings.seed)
    if not (MODELS[settings.model].sequence and all(fold.scores for fold in folds)):
        return None
    figures["emodb.loso"] = to_dict(pooled(cross_calibrated(folds)))
    return temperature_of(folds)


def _shown(figures: dict) -> dict:
    """What a card says of a figure: not how many seeds it took."""
    return {key: value for key, value in figures.items() if key not in ("seeds", "per_seed")}


if __name__ == "__main__":
    main()
