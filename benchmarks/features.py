# ruff: noqa: E402 (one thread must be asked for before NumPy is loaded)
"""How fast the front end is, and how equal: against librosa in one run, from files, and from a cold start.

    python benchmarks/features.py [--json] [--corpus ../shared/corpora/tess] [--quick]

One thread for the comparison; medians of runs in turns, so that both meet the same machine.

`floor_ms` is what no way to the 162 numbers can leave out: our windowed transforms, power and mel sums of the same
frames, and nothing else. `arithmetic_ms` is a bound for any code: the additions and multiplications of those transforms
(radix 4) and sums at the rate at which this processor does them when nothing waits for memory or another result.
`sets_ms`: each feature set on 2.5 s. `threads`: clips a second of one process with one and with two threads.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import ctypes
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import librosa
import numpy as np

from undertone.audio.read import read
from undertone.features import FEATURES, FrontEnd
from undertone.runtime import host, native

ROOT = Path(__file__).resolve().parents[1]
EMODB = sorted((ROOT / "data/emodb/wav").glob("*.flac"))
ARTICLE = FEATURES["article.v1"]
RATE, SECONDS = 22050, 2.5
PARTS = {"zcr": 0, "chroma": 1, "mfcc": 2, "rms": 3, "mel": 4, "floor": 5}

# As the article's notebooks call librosa.
LIBROSA: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "zcr": lambda y: librosa.feature.zero_crossing_rate(y=y),
    "chroma": lambda y: librosa.feature.chroma_stft(S=np.abs(librosa.stft(y)), sr=RATE),
    "mfcc": lambda y: librosa.feature.mfcc(y=y, sr=RATE),
    "rms": lambda y: librosa.feature.rms(y=y),
    "mel": lambda y: librosa.feature.melspectrogram(y=y, sr=RATE),
}


def librosa_162(y: np.ndarray) -> np.ndarray:
    return np.hstack([function(y).T.mean(axis=0) for function in LIBROSA.values()])


def at_rate(path: Path, rate: int = RATE) -> np.ndarray:
    clip = read(path)
    return host.resample(clip.samples, clip.rate, rate)


def median_ms(*functions: Callable[[], object], rounds: int) -> list[float]:
    """Medians of several functions, each run five times in turn: as in work on many clips, the caches are its own."""
    times: list[list[float]] = [[] for _ in functions]
    for _ in range(rounds // 5):
        for function, row in zip(functions, times, strict=True):
            for _ in range(5):
                begin = time.perf_counter()
                function()
                row.append(1e3 * (time.perf_counter() - begin))
    return [statistics.median(row[len(row) // 5 :]) for row in times]


def parts_library() -> ctypes.CDLL:
    """The features one by one, built with the flags and for the processor of the loaded library."""
    processor = {**native.variants(), "128-bit": native.variants()["baseline"]}[host.variant()]
    folder = Path(tempfile.mkdtemp())
    command = [sys.executable, "-m", "ziglang", "cc", "-target", native.target(), f"-mcpu={processor}", "-shared", "-s"]
    command += ["-nostdlib", "-fvisibility=hidden", *native.C_FLAGS, f"-I{native.include_dir()}"]
    command += [f"-I{native.C_DIR / 'frontend'}", str(ROOT / "benchmarks/feature_parts.c"), *map(str, native.sources())]
    subprocess.run([*command, "-o", str(folder / "parts.so")], check=True)
    library = ctypes.CDLL(str(folder / "parts.so"))
    library.parts_run.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
    library.parts_arithmetic.argtypes, library.parts_arithmetic.restype = [ctypes.c_size_t], ctypes.c_double
    library.parts_prepare()
    return library


def arithmetic_ms(library: ctypes.CDLL, samples: int) -> float:
    """Float operations of the frames of a clip over the processor's rate for them."""
    points, passes = 1024, 5  # a frame's complex transform
    butterflies = points // 4 * (passes * 16 + (passes - 1) * 18)  # additions, then rotations in all passes but one
    split, window, mel = 513 * 22, 2048, 2 * 2 * 1025
    rates = []
    for _ in range(9):
        begin = time.perf_counter()
        done = library.parts_arithmetic(200_000)
        rates.append(done / (time.perf_counter() - begin))
    return 1e3 * (1 + samples // 512) * (butterflies + split + window + mel) / max(rates)


def speed(rounds: int) -> dict[str, object]:
    y = np.resize(at_rate(EMODB[5]), int(RATE * SECONDS))
    library = parts_library()

    def part(name: str) -> None:
        library.parts_run(PARTS[name], y.ctypes.data, y.size)

    whole = median_ms(lambda: librosa_162(y), lambda: ARTICLE.compute(y), lambda: part("floor"), rounds=rounds)
    features = {}
    for name, function in LIBROSA.items():
        theirs, ours = median_ms(lambda f=function: f(y), lambda n=name: part(n), rounds=rounds)
        features[name] = {"librosa_ms": theirs, "undertone_ms": ours, "ratio": theirs / ours}
    return {
        "librosa_ms": whole[0],
        "undertone_ms": whole[1],
        "ratio": whole[0] / whole[1],
        "floor_ms": whole[2],
        "arithmetic_ms": arithmetic_ms(library, y.size),
        "variant": host.variant(),
        "features": features,
        "sets_ms": sets_ms(rounds),
    }


def sets_ms(rounds: int) -> dict[str, float]:
    """Every feature set on 2.5 s at its own rate."""
    times = {}
    for name in FEATURES:
        y = np.resize(at_rate(EMODB[5], FEATURES[name].rate), int(FEATURES[name].rate * SECONDS))
        times[name] = median_ms(lambda y=y, n=name: FEATURES[n].compute(y), rounds=rounds)[0]
    return times


def threads(rounds: int) -> dict[str, dict[str, float]]:
    """Clips a second of one process, by the number of its threads: the call lets go of the interpreter lock."""
    report = {}
    for name in FEATURES:
        clips = [np.resize(at_rate(p, FEATURES[name].rate), int(FEATURES[name].rate * SECONDS)) for p in EMODB[:40]]
        rates = {}
        for count in (1, 2):
            seconds = []
            with ThreadPoolExecutor(count) as pool:
                for _ in range(max(3, rounds // 10)):
                    begin = time.perf_counter()
                    list(pool.map(FEATURES[name].compute, clips * 5))
                    seconds.append(time.perf_counter() - begin)
            rates[count] = 5 * len(clips) / statistics.median(seconds)
        report[name] = {"clips_per_s_1": rates[1], "clips_per_s_2": rates[2], "ratio": rates[2] / rates[1]}
    return report


def max_rel_error(paths: list[Path]) -> dict[str, float]:
    """Per block, the largest deviation from librosa relative to the block's largest value."""
    worst = dict.fromkeys(LIBROSA, 0.0)
    for path in paths:
        y = at_rate(path)
        ours, theirs, at = ARTICLE.compute(y), librosa_162(y), 0
        for name, size in ARTICLE.blocks:
            a, b = ours[at : at + size], theirs[at : at + size]
            worst[name] = max(worst[name], float(np.abs(a - b).max() / np.abs(b).max()))
            at += size
    return worst


def from_files(paths: list[Path]) -> dict[str, float]:
    """Decode, resample, trim, features: all cores, a bounded queue; then the shares of the steps on one core."""
    front_end = FrontEnd(segmentation="whole")

    def one(path: Path) -> int:
        return len(front_end.transform(read(path))[1])

    def batches(items: Iterator[Path]) -> Iterator[list[Path]]:
        while batch := list(islice(items, 64)):
            yield batch

    peaks = []
    begin = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for batch in batches(iter(paths)):
            list(pool.map(one, batch))
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    seconds = time.perf_counter() - begin
    decoding = resampling = rest = 0.0
    for path in paths[:200]:
        times = [time.perf_counter()]
        clip = read(path)
        times.append(time.perf_counter())
        samples = host.resample(clip.samples, clip.rate, RATE)
        times.append(time.perf_counter())
        begin_, end = host.trim(samples, 40.0)
        ARTICLE.compute(samples[begin_:end])
        times.append(time.perf_counter())
        decoding, resampling, rest = (
            total + after - before
            for total, before, after in zip((decoding, resampling, rest), times, times[1:], strict=False)
        )
    total = decoding + resampling + rest
    return {
        "files": len(paths),
        "files_per_s": len(paths) / seconds,
        "decode_share": decoding / total,
        "resample_share": resampling / total,
        "features_share": rest / total,
        "peak_mb_after_first_quarter": peaks[len(peaks) // 4],
        "peak_mb_at_end": peaks[-1],
    }


def cold_start_s() -> float:
    """`import undertone`, then the first vector, in a new interpreter."""
    code = (
        "import time; t = time.perf_counter(); import undertone, numpy as np;"
        "from undertone.features import FEATURES; FEATURES['article.v1'].compute(np.zeros(55125, np.float32));"
        "print(time.perf_counter() - t)"
    )
    runs = [float(subprocess.run([sys.executable, "-c", code], stdout=-1, check=True).stdout) for _ in range(5)]
    return statistics.median(runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and clips")
    parser.add_argument("--corpus", type=Path, default=ROOT / "../shared/corpora/tess", help="folder of sound files")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    report = speed(rounds=20 if arguments.quick else 100)
    errors = max_rel_error(EMODB[:: 50 if arguments.quick else 8])
    report |= {"max_rel_error": max(errors.values()), "errors": errors, "cold_start_s": cold_start_s()}
    files = sorted(p for p in arguments.corpus.rglob("*") if p.suffix in (".flac", ".wav")) or EMODB
    report["threads"] = threads(rounds=20 if arguments.quick else 100)
    report["from_files"] = from_files(files[: 200 if arguments.quick else None])
    if arguments.json:
        print(json.dumps(report))
        return
    print(
        f"whole vector, {SECONDS} s: librosa {report['librosa_ms']:.2f} ms, undertone {report['undertone_ms']:.3f} ms,"
    )
    print(
        f"ratio {report['ratio']:.1f}, floor {report['floor_ms']:.3f} ms, arithmetic {report['arithmetic_ms']:.3f} ms, "
        f"largest error {report['max_rel_error']:.1e}"
    )
    for name, row in report["features"].items():
        print(f"  {name:7} {row['librosa_ms']:6.2f} -> {row['undertone_ms']:.3f} ms, ratio {row['ratio']:.0f}")
    for name, ms in report["sets_ms"].items():
        print(f"  {name:12} {ms:.3f} ms; two threads {report['threads'][name]['ratio']:.2f} times one")
    print(f"from files: {report['from_files']}\ncold start: {report['cold_start_s']:.3f} s")


if __name__ == "__main__":
    main()
