"""What a plain installation weighs and does: the wheel in a fresh environment, with nothing but its dependencies.

    python benchmarks/install.py [--json]

Builds the wheel and the source archive, installs the wheel with the pinned versions, and asks the installed command.
Minutes, most of them pip's. The environment that runs this needs hatchling and ziglang, as for any build.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CLIP = ROOT / "data/emodb/wav/03a01Fa.flac"
UNCOUNTED = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence.pth")
HEAVY = ("keras", "jax", "tensorflow", "torch", "scipy", "onnx", "h5py", "librosa", "sklearn")

# What needs an extra, with arguments that get as far as asking for it.
NEED_AN_EXTRA = {
    "demo": ["demo", "--out", "demo"],
    "train": ["train", "emodb", "--out", "run"],
    "compile a bundle": ["compile", "model.undertone", "--out", "out"],
    "compile .h5": ["compile", "model.h5", "--out", "out"],
    "compile .onnx": ["compile", "model.onnx", "--out", "out"],
}


def build(folder: Path) -> tuple[Path, Path]:
    """The wheel and the source archive."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl")), next(folder.glob("*.tar.gz"))


def install(wheel: Path, folder: Path) -> Path:
    """A fresh environment with the wheel; answers its folder of programs."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(programs / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "-c", str(ROOT / "constraints.txt"), str(wheel)], check=True)
    return programs


def mib_by_package(folder: Path) -> dict[str, float]:
    """MiB of each folder and file of site-packages that counts, as the files' bytes."""
    site = next(folder.rglob("site-packages"))
    sizes = {}
    for entry in site.iterdir():
        if entry.name.split("-")[0] in UNCOUNTED:
            continue
        files = entry.rglob("*") if entry.is_dir() else [entry]
        sizes[entry.name] = sum(file.stat().st_size for file in files if file.is_file()) / 2**20
    return sizes


def ask(programs: Path, folder: Path, *words: str, data: bool = False) -> tuple[int, str, float]:
    """Status, all that the command says, and seconds; in a folder far from any checkout."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "UNDERTONE_DATA")}
    if data:
        environment["UNDERTONE_DATA"] = str(ROOT / "data")
    begin = time.perf_counter()
    done = subprocess.run(
        [str(programs / "undertone"), *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split()), time.perf_counter() - begin


def heavy_modules(programs: Path) -> list[str]:
    code = (
        "import sys; from undertone.cli import main; sys.argv = ['undertone', 'predict', sys.argv[1]]\n"
        "try: main()\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    command = [str(programs / "python"), "-c", code, str(CLIP)]
    out = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    return [name for name in HEAVY if f"{name!r}" in out.splitlines()[-1]]


def measure(folder: Path) -> dict[str, object]:
    wheel, archive = build(folder)
    with zipfile.ZipFile(wheel) as opened:
        in_wheel = sum(name.endswith(".flac") for name in opened.namelist())
    with tarfile.open(archive) as opened:
        in_archive = sum(name.endswith(".flac") for name in opened.getnames())
    programs = install(wheel, folder / "environment")
    sizes = mib_by_package(folder / "environment")
    ask(programs, folder, "predict", str(CLIP))  # the first run writes Python's bytecode
    status, words, seconds = ask(programs, folder, "predict", str(CLIP))
    for ending in ("h5", "onnx"):
        (folder / f"model.{ending}").write_bytes(b"x")
    bundle = next((folder / "environment").rglob("emodb.undertone"))
    (folder / "model.undertone").write_bytes(bundle.read_bytes())
    asked = {verb: ask(programs, folder, *arguments, data=True)[1] for verb, arguments in NEED_AN_EXTRA.items()}
    return {
        "wheel_mib": round(wheel.stat().st_size / 2**20, 2),
        "archive_mib": round(archive.stat().st_size / 2**20, 2),
        "clips_in_wheel": in_wheel,
        "clips_in_archive": in_archive,
        "installed_mib": round(sum(sizes.values()), 1),
        "largest_mib": {name: round(size, 1) for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:6]},
        "predict_status": status,
        "predict_says": words,
        "predict_s": round(seconds, 2),
        "heavy_modules_loaded": heavy_modules(programs),
        "demo_without_corpus_says": ask(programs, folder, "demo")[1],
        "without_extras": asked,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder))
    if given.json:
        print(json.dumps(found))
    else:
        for key, value in found.items():
            print(f"{key:26}{value}")
    right = found["predict_status"] == 0 and not found["heavy_modules_loaded"] and not found["clips_in_wheel"]
    if not right or found["installed_mib"] > 150:
        raise SystemExit("install: the plain package does not keep its promise")


if __name__ == "__main__":
    main()
