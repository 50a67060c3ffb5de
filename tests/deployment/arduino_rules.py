"""The rules of arduino-lint that a library in a zip can break, as one function that names what is wrong.

From the library specification (https://docs.arduino.cc/arduino-cli/library-specification) and arduino-lint's list of
rules (LP: library.properties, LS: layout, LD: documentation).
"""

from __future__ import annotations

import re
from pathlib import Path

CATEGORIES = {
    "Display", "Communication", "Signal Input/Output", "Sensors", "Device Control", "Timing", "Data Storage",
    "Data Processing", "Other",
}  # fmt: skip
FIELDS = ("name", "version", "author", "maintainer", "sentence", "paragraph", "category", "url", "architectures")
FIELDS_KNOWN = {*FIELDS, "depends", "dot_a_linkage", "includes", "precompiled", "ldflags", "license"}


def faults(root: Path) -> list[str]:
    """Return what arduino-lint would refuse or warn about in a library's folder."""
    path = root / "library.properties"
    if not path.is_file():
        return ["LP: no library.properties"]
    fields = dict(line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines() if line)
    return [*_property_faults(fields, root), *_layout_faults(root), *_sketch_faults(root)]


def _property_faults(fields: dict[str, str], root: Path) -> list[str]:
    found = [f"LP: {field} is missing or empty" for field in FIELDS if not fields.get(field, "").strip()]
    name = fields.get("name", "")
    checks = {
        f"LP: name {name!r}": re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _.-]{0,62}", name),
        f"LP: name {name!r} is Arduino's own": not re.match("arduino", name, re.I),
        f"LS: the folder is {root.name!r}, the name {name!r}": root.name == name.replace(" ", "_"),
        f"LP: version {fields.get('version')!r}": re.fullmatch(r"\d+\.\d+\.\d+", fields.get("version", "")),
        "LP: sentence repeats the name": not fields.get("sentence", "").startswith(name + " "),
        "LP: paragraph repeats the sentence": fields.get("sentence") not in fields.get("paragraph", ""),
        f"LP: category {fields.get('category')!r}": fields.get("category") in CATEGORIES,
        f"LP: url {fields.get('url')!r}": re.fullmatch(r"https?://\S+", fields.get("url", "")),
        f"LP: unknown fields {set(fields) - FIELDS_KNOWN}": set(fields) <= FIELDS_KNOWN,
    }
    found += [fault for fault, right in checks.items() if not right]
    for header in filter(None, fields.get("includes", "").split(",")):
        if not (root / "src" / header.strip()).is_file():
            found.append(f"LP: includes {header}, which is not in src")
    return found


def _layout_faults(root: Path) -> list[str]:
    found = []
    if not list((root / "src").glob("*.h")):
        found.append("LS: no header at the top of src")
    for path in root.rglob("*"):
        if path.is_symlink() or path.suffix in (".exe", ".o", ".a", ".so") or path.name == ".development":
            found.append(f"LS: {path.name} does not belong into a library")
        if re.search(r"[^A-Za-z0-9_.-]", path.name):
            found.append(f"LS: {path.name!r} has letters that not every system takes")
    strays = {p.name for p in root.iterdir()} - {"library.properties", "README.md", "src", "examples"}
    found += [f"LS: {name} at the top" for name in sorted(strays)]
    return found if (root / "README.md").is_file() else [*found, "LD: no README.md"]


def _sketch_faults(root: Path) -> list[str]:
    sketches = sorted(p for p in (root / "examples").glob("*") if p.is_dir())
    missing = [f"LS: sketch {p.name} has no {p.name}.ino" for p in sketches if not (p / f"{p.name}.ino").is_file()]
    return missing if sketches else ["LD: no examples"]
