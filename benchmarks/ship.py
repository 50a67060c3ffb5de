"""Make the bundle that ships: EMO-DB, the article's network, all ten speakers; its card holds the LOSO figures.

    python benchmarks/ship.py      after `python benchmarks/accuracy.py --corpora emodb`

Nobody is held out of the shipped network (a fifth of the speakers choose the epoch), so the card's figures are those of
the same settings under emodb.loso, where every speaker was once unseen. Same machine kind and versions: same bytes.
"""

from __future__ import annotations

import argparse
import dataclasses
import shutil
import sys

from accuracy import CACHE, ROOT, figures_of, settings_for

SHIPPED = ROOT / "src" / "undertone" / "recognition" / "bundles" / "emodb.undertone"


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    from undertone.bundle import save
    from undertone.cli.terminal import bar
    from undertone.experiment import train_run

    figures = figures_of("article", ["emodb"], [0])
    if not figures:
        sys.exit("ship: no recorded figures; run first: python benchmarks/accuracy.py --corpora emodb")
    settings = dataclasses.replace(settings_for("article", "emodb", 0), hold_out=())
    run = CACHE / "ship"
    shutil.rmtree(run, ignore_errors=True)
    bundle = train_run(settings, run, steps=bar)
    summary = (
        "Hears which acted emotion a voice resembles: the article's network, trained on ten German actors. "
        "It answers EMO-DB's seven classes: it has boredom, and no surprise and no calm."
    )
    card = dataclasses.replace(bundle.card, name="emodb", summary=summary, figures=tuple(map(_shown, figures.values())))
    shipped = save(dataclasses.replace(bundle, name="emodb", card=card), SHIPPED)
    print(f"{SHIPPED.relative_to(ROOT)}: {SHIPPED.stat().st_size / 1e6:.2f} MB, sha256 {shipped.sha256}")


def _shown(figures: dict) -> dict:
    """What a card says of a figure: not how many seeds it took."""
    return {key: value for key, value in figures.items() if key not in ("seeds", "per_seed")}


if __name__ == "__main__":
    main()
