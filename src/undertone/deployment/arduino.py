"""An Arduino library: a zip that the IDE takes by "Add .ZIP Library", with sketches that listen to a microphone."""

from __future__ import annotations

import dataclasses
import shutil
import zipfile
from importlib import resources
from pathlib import Path

from undertone import __version__
from undertone.deployment.library import write_library
from undertone.deployment.request import Request

#: What the microphones of small boards give.
MICROPHONE_RATE = 16_000
SKETCHES = {True: ("ReplayGolden", "Nano33BLESense", "ESP32I2S"), False: ("RunNetwork",)}
_DATE = (2020, 1, 1, 0, 0, 0)


def make_arduino(request: Request, folder: Path) -> Path:
    """Write ``NAME.zip`` beside the C.

    Raises
    ------
    UnsupportedError
        The bundle's segments have no bounded length, so that no memory is enough.
    """
    request.need_bounded_segments()
    root = folder / request.word
    _write_sources(request, root / "src")
    for sketch in SKETCHES[request.hears]:
        (root / "examples" / sketch).mkdir(parents=True)
        (root / "examples" / sketch / f"{sketch}.ino").write_text(_sketch(request, sketch), encoding="utf-8")
    (root / "library.properties").write_text(_properties(request), encoding="utf-8", newline="\n")
    (root / "README.md").write_text(_readme(request), encoding="utf-8", newline="\n")
    archive = folder / f"{request.word}.zip"
    _pack(root, archive)
    shutil.rmtree(root)
    lines = (
        f"# In the Arduino IDE: Sketch > Include Library > Add .ZIP Library, {archive.name}; then File > Examples.\n"
    )
    (folder / "build.txt").write_text(lines, encoding="utf-8", newline="\n")
    return archive


def _write_sources(request: Request, src: Path) -> None:
    """Write the library, its public headers at the top where the IDE looks; of golden sounds, those it can feed."""
    if request.parts:
        golden = tuple(g for g in request.parts.golden if g.rate == request.parts.rate)
        request = dataclasses.replace(request, parts=dataclasses.replace(request.parts, golden=golden))
    write_library(request, src)
    if (src / "include").is_dir():
        for header in (src / "include").iterdir():
            header.rename(src / header.name)
        (src / "include").rmdir()


def _sketch(request: Request, name: str) -> str:
    text = resources.files("undertone.deployment").joinpath(f"sketches/{name}.ino").read_text(encoding="utf-8")
    return text.replace("MODEL_", f"{request.word.upper()}_").replace("model_", f"{request.word}_")


def _properties(request: Request) -> str:
    what = "Says which emotion a voice sounds like" if request.hears else "Runs a trained network"
    fields = {
        "name": request.word,
        "version": _version(),
        "author": "undertone",
        "maintainer": "undertone",
        "sentence": f"{what}, on the board itself.",
        "paragraph": _paragraph(request),
        "category": "Signal Input/Output" if request.hears else "Data Processing",
        "url": "https://example.org/undertone",  # Arduino wants an address, and undertone has none yet
        "architectures": "*",
        "includes": f"{request.word}_listener.h" if request.hears else f"{request.word}.h",
    }
    return "".join(f"{key}={value}\n" for key, value in fields.items())


def _version() -> str:
    """Return undertone's version as Arduino writes it: three numbers."""
    return ".".join([*__version__.split("+")[0].split("."), "0", "0"][:3])


def _paragraph(request: Request) -> str:
    if not request.parts:
        return "Compiled by undertone: plain C, no allocation, no system calls."
    labels = ", ".join(request.parts.labels)
    return f"Compiled by undertone: sound at {request.parts.rate} Hz to scores of {labels}. Plain C, no allocation."


def _readme(request: Request) -> str:
    lines = [f"# {request.word}", "", _paragraph(request), "", "Examples:", ""]
    words = {
        "ReplayGolden": "replays sounds that were recorded with the model, and says whether the board answers rightly",
        "Nano33BLESense": "listens to the microphone of an Arduino Nano 33 BLE Sense",
        "ESP32I2S": "listens to an I2S microphone on an ESP32, ESP32-S3 or ESP32-C3",
        "RunNetwork": "replays inputs that were recorded with the network, and says whether the board answers rightly",
    }
    lines += [f"- {sketch}: {words[sketch]}" for sketch in SKETCHES[request.hears]]
    return "\n".join([*lines, "", "`report.html`, beside this library's zip, says whether it fits your board.", ""])


def _pack(root: Path, archive: Path) -> None:
    """Pack a folder; the same files give the same bytes."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(root.parent).as_posix(), _DATE)
            entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            out.writestr(entry, path.read_bytes())
