"""How fast our training loops are beside a plain Keras `fit` of the same networks, and what memory each takes.

    python benchmarks/training.py [--models article compact] [--rounds 2] [--json]

Each loop runs in a process of its own, the two by turns; clips are random: the speed does not depend on them.
`clips_per_s` is the median epoch after the first (which compiles), in wall time; `clips_per_core_s` counts the time of
all threads on processors instead, which other work on the machine hardly moves. `peak_mib` is the largest resident
memory of the process. Ours writes its state after each epoch, and the loop of sequences cuts, warps and mixes its crops
and averages its weights; plain `fit` is given finished crops and does none of it, `keras_fit_same_work` makes the same
crops in a PyDataset and averages by the optimiser's own `use_ema`. KERAS_BACKEND chooses the backend;
XLA_FLAGS=--xla_cpu_multi_thread_eigen=false keeps JAX on one core.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

CLASSES = 7
CLIPS = {"article": 1024, "compact": 1024}  # of the order of a corpus: ours writes its state after each epoch
EPOCHS = 4
FRAMES, WIDTH, CROP = 288, 66, 160


class Clock:
    """Wall and processor time at the end of each epoch."""

    def __init__(self) -> None:
        self.wall, self.processor = [time.perf_counter()], [time.process_time()]

    def tick(self, *_: object) -> None:
        self.wall.append(time.perf_counter())
        self.processor.append(time.process_time())

    def report(self, clips: int) -> dict[str, float]:
        later = [statistics.median(np.diff(times)[1:]) for times in (self.wall, self.processor)]
        return {
            "first_epoch_s": round(self.wall[1] - self.wall[0], 2),
            "clips_per_s": round(clips / later[0], 1),
            "clips_per_core_s": round(clips / later[1], 1),
            "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }


def drawn(model: str) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    shape = (162,) if model == "article" else (FRAMES, WIDTH)
    x = rng.standard_normal((CLIPS[model], *shape)).astype(np.float32)
    return x, rng.integers(0, CLASSES, len(x))


def ours(model: str) -> dict[str, float]:
    from undertone.models import MODELS
    from undertone.training import Examples, TrainSettings, fit
    from undertone.training.sequence import SequenceSettings, SpectralSettings, fit_sequences

    x, y = drawn(model)
    build, clock = MODELS[model].build, Clock()
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder)
        if model == "article":
            settings = TrainSettings(epochs=EPOCHS)
            fit(lambda: build((162, 1), CLASSES), Examples(x, y), None, settings, run=run, each_epoch=clock.tick)
        else:
            fit_sequences(
                lambda frames: build((frames, WIDTH), CLASSES),
                Examples(x, y),
                SequenceSettings(epochs=EPOCHS, frames=CROP),
                SpectralSettings(),
                run=run,
                each_epoch=clock.tick,
            )
    return clock.report(len(x))


def same_work() -> dict[str, float]:
    """Train the compact network with Keras's own means: a PyDataset of our crops, the optimiser's running average."""
    from undertone.models import MODELS
    from undertone.models.backend import load_keras
    from undertone.training.sequence import SequenceSettings, SpectralSettings
    from undertone.training.sequence.crops import warped_crops
    from undertone.training.sequence.spectral import mixed, vary

    keras = load_keras()
    x, y = drawn("compact")
    settings, spectral, rng = SequenceSettings(), SpectralSettings(), np.random.default_rng(0)
    targets = np.eye(CLASSES, dtype=np.float32)[y]

    class Crops(keras.utils.PyDataset):
        def __len__(self) -> int:
            return len(x) // settings.batch_size

        def __getitem__(self, step: int) -> tuple[np.ndarray, np.ndarray]:
            rows = rng.choice(len(x), settings.batch_size)
            crops = warped_crops(x[rows], CROP, WIDTH - 2, spectral, rng)
            return mixed(vary(crops, WIDTH - 2, spectral, rng), targets[rows], spectral, rng)

    network = MODELS["compact"].build((CROP, WIDTH), CLASSES)
    optimiser = keras.optimizers.AdamW(
        settings.learning_rate,
        weight_decay=settings.weight_decay,
        global_clipnorm=settings.clip_norm,
        use_ema=True,
        ema_momentum=settings.averaging,
    )
    network.compile(optimizer=optimiser, loss="categorical_crossentropy", metrics=["accuracy"])
    clock = Clock()
    told = keras.callbacks.LambdaCallback(on_epoch_end=clock.tick)
    network.fit(Crops(), epochs=EPOCHS, verbose=0, callbacks=[told])
    return clock.report(len(x))


def plain(model: str) -> dict[str, float]:
    from undertone.models import MODELS
    from undertone.models.backend import load_keras
    from undertone.training import TrainSettings
    from undertone.training.sequence import SequenceSettings

    keras = load_keras()
    x, y = drawn(model)
    if model == "article":
        x, network, settings = x[..., None], MODELS[model].build((162, 1), CLASSES), TrainSettings()
        optimiser = keras.optimizers.Adam(settings.learning_rate)
    else:
        x, network, settings = x[:, :CROP], MODELS[model].build((CROP, WIDTH), CLASSES), SequenceSettings()
        optimiser = keras.optimizers.AdamW(
            settings.learning_rate, weight_decay=settings.weight_decay, global_clipnorm=settings.clip_norm
        )
    network.compile(optimizer=optimiser, loss="categorical_crossentropy", metrics=["accuracy"])
    clock = Clock()
    told = keras.callbacks.LambdaCallback(on_epoch_end=clock.tick)
    targets = np.eye(CLASSES, dtype=np.float32)[y]
    network.fit(x, targets, batch_size=settings.batch_size, epochs=EPOCHS, verbose=0, callbacks=[told])
    return clock.report(len(x))


def child(model: str, loop: str) -> dict[str, float]:
    words = [sys.executable, __file__, "--child", model, loop]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(model: str, rounds: int) -> dict[str, dict[str, float]]:
    loops = ("ours", "keras_fit", *(("keras_fit_same_work",) if model == "compact" else ()))
    taken: dict[str, list[dict[str, float]]] = {loop: [] for loop in loops}
    for _ in range(rounds):
        for loop in taken:
            taken[loop].append(child(model, loop))
    best = {
        loop: {key: statistics.median(one[key] for one in results) for key in results[0]}
        for loop, results in taken.items()
    }
    for loop in loops[1:]:
        best[loop]["ours_to_it"] = round(best["ours"]["clips_per_s"] / best[loop]["clips_per_s"], 2)
        best[loop]["ours_to_it_per_core"] = round(best["ours"]["clips_per_core_s"] / best[loop]["clips_per_core_s"], 2)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", choices=sorted(CLIPS), default=sorted(CLIPS))
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        model, loop = options.child
        loops = {"ours": ours, "keras_fit": plain, "keras_fit_same_work": lambda _: same_work()}
        print(json.dumps(loops[loop](model)))
        return
    results = {model: measure(model, options.rounds) for model in options.models}
    if options.json:
        print(json.dumps(results))
        return
    print("| network | loop | clips/s | clips/s and core | first epoch s | peak MiB | ours to it, per core |")
    print("|---" * 7 + "|")
    for model, found in results.items():
        for loop, f in found.items():
            cells = (f["clips_per_s"], f["clips_per_core_s"], f["first_epoch_s"], f["peak_mib"])
            print(f"| {model} | {loop} | {' | '.join(map(str, cells))} | {f.get('ours_to_it_per_core', '')} |")


if __name__ == "__main__":
    main()
