"""How little memory the compiled network needs: whole layers against rolled ones, and what rolling costs in time.

    python benchmarks/memory.py [--json] [--rounds 15] [--processes 5] [--only NETWORK]

For each network and element type: arena, the bound that no plan of its blocks can go below, code, constants and the
deepest stack as measured from the object (this machine's, and a Cortex-M4's), and the time of both forms in turns, in
one process, on one thread. Where stack, code and arena happen to lie can change a time by half, so a network is timed
in several processes: `ms` and `time_ratio` are their medians. The answers of both forms must have the same bits: both
sum convolutions directly. `winograd` is what whole layers take by fewer products (docs/decisions/0012-winograd.md),
`lean` what those of `--optimize ram` do: how they run on this machine, and `lean_ratio` is the time of the second over
the first's. The two may differ by 1e-5.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import numpy as np

from inference import TOLERANCE, in_turns, quartile
from networks import NETWORKS
from undertone.compiler import Graph, emit_c, optimise
from undertone.compiler.library import Library
from undertone.compiler.measure import measure
from undertone.compiler.passes.quantise import quantise
from undertone.compiler.planning.rolling import OPTIMIZE, plan_for

MACHINES = {"here": {}, "cortex_m4": {"triple": "thumb-linux-musleabi", "cpu": "cortex_m4"}}
CALIBRATION_ROWS = 32
FEWER = {"winograd": "speed", "lean": "ram"}  # forms of fewer products, and the goal of each


def whole(graph: Graph) -> Graph:
    return graph


def in_bytes(graph: Graph) -> Graph:
    """Quantise on random rows: memory and time do not depend on their values."""
    shape = graph.tensors[graph.inputs[0]].shape
    rows = np.random.default_rng(0).normal(size=(CALIBRATION_ROWS, *shape)).astype(np.float32)
    return quantise(graph, rows)


FORMS = {"f32": whole, "s8": in_bytes}


def compare(graph: Graph, rounds: int) -> dict[str, Any]:
    """Compare both forms of one network."""
    lean = optimise(graph)
    runs = {goal: Library(graph, optimize=goal, winograd=False) for goal in OPTIMIZE}
    runs |= {form: Library(graph, optimize=goal) for form, goal in FEWER.items()}
    x = np.random.default_rng(1).normal(size=graph.tensors[graph.inputs[0]].shape).astype(np.float32)
    if not np.array_equal(runs["speed"](x), runs["ram"](x)):
        raise SystemExit(f"{graph.name}: the rolled layers' answer differs")
    if np.abs(runs["winograd"](x) - runs["lean"](x)).max() > TOLERANCE:
        raise SystemExit(f"{graph.name}: the answer in little memory differs")
    times = {form: quartile(values) for form, values in in_turns(dict(runs), x, rounds).items()}
    made: dict[str, Any] = {}
    for goal in OPTIMIZE:
        plan = plan_for(lean, goal)
        made[goal] = {
            "arena_bytes": plan.arena_bytes,
            "bound_bytes": plan.bound_bytes,
            "rolled": [[lean.nodes[layer.index].name for layer in chain.layers] for chain in plan.chains],
            "ms": round(times[goal], 4),
            **sizes(graph, goal),
        }
    for form in FEWER:
        made[form] = {"arena_bytes": runs[form].arena_bytes, "ms": round(times[form], 4)}
    made["arena_ratio"] = round(made["ram"]["arena_bytes"] / made["speed"]["arena_bytes"], 3)
    made["time_ratio"] = round(times["ram"] / times["speed"], 3)
    made["lean_ratio"] = round(times["lean"] / times["winograd"], 3)
    return made


def sizes(graph: Graph, goal: str) -> dict[str, dict[str, int]]:
    """Measure the emitted C on each machine."""
    found = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in emit_c(graph, "network", optimize=goal).items():
            (folder / file).write_bytes(content.encode() if isinstance(content, str) else content)
        for machine, flags in MACHINES.items():
            made = measure(folder / "network.c", "network_run", include=[folder], **flags)
            found[machine] = {
                "code_bytes": made.code_bytes, "constant_bytes": made.constant_bytes, "stack_bytes": made.stack_bytes
            }  # fmt: skip
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--processes", type=int, default=5)
    parser.add_argument("--only", choices=NETWORKS)
    asked = parser.parse_args()
    made: dict[str, Any] = {"networks": {}}
    for name in [asked.only] if asked.only else NETWORKS:
        if asked.processes > 1:
            made["networks"][name] = in_processes(name, asked.rounds, asked.processes)
        else:
            made["networks"][name] = {f: compare(turn(NETWORKS[name]()), asked.rounds) for f, turn in FORMS.items()}
        for form, row in made["networks"][name].items():
            if not asked.json:
                show(name, form, row)
    if asked.json:
        print(json.dumps(made, indent=1))


def in_processes(network: str, rounds: int, processes: int) -> dict[str, Any]:
    """Compare one network in several processes; return the first one's findings with the medians of all times."""
    command = [sys.executable, __file__, "--json", "--processes", "1", "--rounds", str(rounds), "--only", network]
    told = [json.loads(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(processes)]
    found = [made["networks"][network] for made in told]
    for form, row in found[0].items():
        for goal in (*OPTIMIZE, *FEWER):
            row[goal]["ms"] = round(statistics.median(made[form][goal]["ms"] for made in found), 4)
        for name in ("time_ratio", "lean_ratio"):
            ratios = sorted(made[form][name] for made in found)
            row[name], row[f"{name}s"] = statistics.median(ratios), ratios
    return found[0]


def show(name: str, form: str, row: dict[str, Any]) -> None:
    """Print one network."""
    for goal in OPTIMIZE:
        r, m4 = row[goal], row[goal]["cortex_m4"]
        print(
            f"{name} {form} {goal}: arena {r['arena_bytes']:,} (bound {r['bound_bytes']:,}, "
            f"{r['arena_bytes'] / r['bound_bytes']:.3f}), {r['ms']} ms, Cortex-M4 code {m4['code_bytes']:,}, "
            f"constants {m4['constant_bytes']:,}, stack {m4['stack_bytes']:,}"
        )
    for fewer in FEWER:
        print(f"{name} {form} {fewer}: arena {row[fewer]['arena_bytes']:,}, {row[fewer]['ms']} ms")
    words = f"time x {row['time_ratio']}, by fewer products x {row['lean_ratio']}"
    print(f"{name} {form}: arena x {row['arena_ratio']}, {words}", flush=True)


if __name__ == "__main__":
    main()
