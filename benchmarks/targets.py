"""What is built for which machine, how large its code is, and whether its answers are the same bits everywhere.

    python benchmarks/targets.py [--json] [--only TARGET ...]     build and run everything (a quarter of an hour)
    python benchmarks/targets.py --cost [--json]                  what the reproducible profile costs on this machine
    python benchmarks/targets.py --instructions [--json]          the article's network on a Cortex-M4, by node

`hash` is the SHA-256 of the outputs of six networks (target_networks.py) in the reproducible profile, on ordinary
numbers, tiny ones and denormals, and of the shipped bundle's scores for one clip. `code_bytes` is the machine code of
the article's network, without weights and front end, where the target's objects are ELF. `gap` is how far the fast
profile's scores for the clip lie from those that Python gives.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import numpy as np

from networks import ARTICLE
from target_networks import NETWORKS, article, inputs
from undertone.audio.read import read
from undertone.audio.write import write
from undertone.bundle import load
from undertone.compiler.instructions import count_instructions
from undertone.compiler.library import Library
from undertone.compiler.measure import measure
from undertone.compiler.targets import LISTED, TARGETS, Target, can_run, profile_flags
from undertone.deployment import Artefact, Request, compile_model, compile_request
from undertone.deployment.ask import ask_network, ask_sound
from undertone.deployment.quantised import quantised_bundle
from undertone.errors import ToolchainError
from undertone.recognition import predict_file
from undertone.recognition.shipped import SHIPPED

CLIP = Path(__file__).parents[1] / "data/emodb/wav/03a01Fa.flac"

# LLVM knows that VFMA takes a Cortex-M4 three cycles, and VMUL and VADD two; this makes it forget.
WITH_VFMA = f"{TARGETS['cortex-m4'].cpu}-slowfpvfmx-slowfpvmlx"


def examine(target: Target, folder: Path) -> dict[str, Any]:
    """Build all for one target, and run it where it can be."""
    runs = can_run(target)
    digest = hashlib.sha256()
    for name, make in NETWORKS.items():
        graph = make()
        made = compile_request(Request(graph, None, name, target, "reproducible"), folder / name)
        if runs:
            x = inputs(graph)
            digest.update(ask_network(made, x[::3] if name == "article" else x))
    made = compile_model(
        SHIPPED, target=target.name, profile="reproducible", rate=16000, report=False, out=folder / "b"
    )
    row = {
        "kind": target.kind,
        "run_by": target.run_by if runs else None,
        "code_bytes": code_bytes(target, folder / "article") if target.kind != "sources" else None,
        "file_bytes": made.program.stat().st_size if target.kind != "sources" else None,
    }
    if runs:
        digest.update(scores(made, folder).tobytes())
        fast = compile_model(SHIPPED, target=target.name, rate=16000, report=False, out=folder / "f")
        here = predict_file(load(SHIPPED), str(CLIP)).scores
        row |= {"hash": digest.hexdigest(), "gap": float(np.abs(scores(fast, folder) - here).max())}
    return row


def scores(made: Artefact, folder: Path) -> np.ndarray:
    """What a compiled bundle answers to the clip."""
    clip = read(CLIP)
    if TARGETS[made.target].kind != "program":
        return ask_sound(made, clip)
    write(folder / "clip.wav", clip)
    return made.answer([folder / "clip.wav"])[0].scores


def code_bytes(target: Target, folder: Path) -> int | None:
    """Machine code of the article's network; None where objects are not ELF or nothing is compiled."""
    try:
        return measure(
            folder / "c/article.c",
            "article_run",
            include=[folder / "c"],
            flags=[*profile_flags("fast"), *(f for f in target.flags if f.startswith(("-I", "-f", "-m")))],
            triple=target.triple,
            cpu=target.cpu or "native",
        ).code_bytes
    except ToolchainError:
        return None


def table(names: list[str]) -> dict[str, Any]:
    rows = {}
    for target in (t for t in LISTED if t.name in names):
        print(f"{target.name} ...", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            rows[target.name] = examine(target, Path(folder))
    return {"targets": rows, "hashes": sorted({row["hash"] for row in rows.values() if "hash" in row})}


def cost(rounds: int = 200) -> dict[str, Any]:
    """Time of the article's network in both profiles, and of the fast one summing directly: the least of each."""
    graph = article()
    runs = {
        "fast": Library(graph),
        "direct": Library(graph, winograd=False),
        "reproducible": Library(graph, profile="reproducible"),
    }
    x = inputs(graph)[0]
    times: dict[str, list[float]] = {form: [] for form in runs}
    for _ in range(rounds):
        for form, run in runs.items():
            times[form].append(timed(run, x, calls=5))
    told = {f"{form}_ms": min(row) * 1e3 for form, row in times.items()}
    return {**told, "ratio": told["reproducible_ms"] / told["fast_ms"]}


def timed(run: Library, x: np.ndarray, *, calls: int = 10) -> float:
    begin = time.perf_counter()
    for _ in range(calls):
        run(x)
    return (time.perf_counter() - begin) / calls


def instructions() -> dict[str, Any]:
    """The article's network on a Cortex-M4: both profiles, the fast one made to use VFMA as neighbours do, integers."""
    graph, macs = article(), 98_570_000
    told = {p: count_instructions(graph, profile=p) for p in ("fast", "reproducible")}
    told["fast, with VFMA"] = count_instructions(graph, cpu=WITH_VFMA)
    told["s8"] = count_instructions(quantised_bundle(load(ARTICLE), "").graph)
    return {
        **{p: {"total": t.total, "per_mac": t.total / macs, "stack_bytes": t.stack_bytes} for p, t in told.items()},
        "nodes": told["fast"].nodes,
        "nodes_s8": told["s8"].nodes,
    }


def show(told: dict[str, Any]) -> None:
    """Print rows as a table of the report, and anything else line by line."""
    for name, row in told.pop("targets", {}).items():
        code, size = (f"{row[key]:,}" if row[key] else "-" for key in ("code_bytes", "file_bytes"))
        same, gap = (row["hash"][:8], f"{row['gap']:.0e}") if "hash" in row else ("-", "-")
        how = row["run_by"] or ("written" if row["kind"] == "sources" else "built, not run")
        print(f"| {name} | {row['kind']} | {how} | {code} | {size} | {same} | {gap} |")
    for name, value in told.items():
        print(f"{name}: {value}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", nargs="+", default=[t.name for t in LISTED], choices=[t.name for t in LISTED])
    parser.add_argument("--cost", action="store_true")
    parser.add_argument("--instructions", action="store_true")
    asked = parser.parse_args()
    told = cost() if asked.cost else instructions() if asked.instructions else table(asked.only)
    if asked.json:
        print(json.dumps(told, indent=1))
    else:
        show(told)


if __name__ == "__main__":
    main()
