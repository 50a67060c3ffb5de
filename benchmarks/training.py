"""How fast the article's network trains, and how long its first step takes to compile.

    python benchmarks/training.py [--batch 64] [--steps 20] [--json]

Random examples: the speed does not depend on them. `clips_per_s` is wall time on all cores; `clips_per_core_s` counts
the processor time of all threads, which other work on the machine hardly moves. KERAS_BACKEND chooses the backend;
XLA_FLAGS=--xla_cpu_multi_thread_eigen=false keeps JAX on one core. A first step that was compiled before is found in
the user's cache: JAX_COMPILATION_CACHE_DIR= (empty) measures without it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

import numpy as np

from undertone.models import MODELS
from undertone.models.backend import load_keras

CLASSES = 7


def measure(batch: int, steps: int) -> dict[str, float | int | str]:
    keras = load_keras()
    model = MODELS["article"].build((162, 1), CLASSES)
    model.compile(optimizer=keras.optimizers.Adam(5e-4), loss="categorical_crossentropy", metrics=["accuracy"])
    rng = np.random.default_rng(0)
    x = rng.standard_normal((batch, 162, 1)).astype(np.float32)
    y = np.eye(CLASSES, dtype=np.float32)[rng.integers(0, CLASSES, batch)]
    first, _ = timed(model, x, y)
    times = [timed(model, x, y) for _ in range(steps)]
    wall, processor = (statistics.median(column) for column in zip(*times, strict=True))
    return {
        "backend": keras.backend.backend(),
        "batch": batch,
        "first_step_s": round(first, 2),
        "clips_per_s": round(batch / wall, 1),
        "clips_per_core_s": round(batch / processor, 1),
    }


def timed(model: object, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    model.train_on_batch(x, y)
    return time.perf_counter() - wall, time.process_time() - processor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    result = measure(options.batch, options.steps)
    print(json.dumps(result) if options.json else "\n".join(f"{name:18} {value}" for name, value in result.items()))


if __name__ == "__main__":
    main()
