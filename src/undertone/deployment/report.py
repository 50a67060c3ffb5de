"""What a compiled model costs, before anyone flashes a board: measured numbers, as one value."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from undertone.compiler import optimise, toolchain
from undertone.compiler.account import NodeCost, node_costs, total_macs
from undertone.compiler.instructions import Instructions, count_instructions
from undertone.compiler.passes.quantise import islands
from undertone.compiler.planning.rolling import plan_for
from undertone.compiler.targets import TARGETS, can_run
from undertone.deployment.boards import fits
from undertone.deployment.footprint import Footprint, footprint, weight_bytes
from undertone.deployment.library import write_library
from undertone.deployment.node_errors import node_errors
from undertone.deployment.program import make_sources
from undertone.deployment.request import Request
from undertone.deployment.sizes import state_bytes
from undertone.errors import ToolchainError
from undertone.runtime import host

#: A microcontroller computes one frame at a time.
SCALAR = 1


def report(request: Request, built: Path) -> dict[str, Any]:
    """Measure a model as boards run it: convolutions sum directly, whatever the target's own C does.

    Parameters
    ----------
    request : Request
        What was compiled.
    built : Path
        The file that came out.

    Returns
    -------
    dict
        Plain values for JSON; bytes, multiply-adds, and reasons where a number is absent.
    """
    graph, size = optimise(request.graph), footprint(replace(request, target=TARGETS["cortex-m4"]))
    memory = plan_for(graph, request.optimize)
    costs = node_costs(request.graph, optimize=request.optimize)
    counted, why = _instructions(request)
    weights = weight_bytes(request)
    errors = node_errors(request.graph) if request.dtype == "f32" else {}
    sound = _sound(request, max(memory.arena_bytes, 64))
    ram = (sound["state_bytes"] if sound else memory.arena_bytes) + size.stack_bytes
    flash = size.code_bytes + size.constant_bytes + weights
    return {
        "model": {
            "name": request.parts.name if request.parts else request.graph.name,
            "source": request.graph.source,
            "sha256": request.parts.sha256 if request.parts else None,
        },
        "artefact": {
            "file": built.name,
            "bytes": built.stat().st_size,
            "target": request.target.name,
            "profile": request.profile,
            "optimize": request.optimize,
            "dtype": request.dtype,
        },
        "integers": _integers(request),
        "network": {
            "macs": total_macs(costs),
            "weights": sum(a.size for a in graph.constants.values()),
            "weight_bytes": weights,
            "arena_bytes": memory.arena_bytes,
            "arena_bound_bytes": memory.bound_bytes,
        },
        "sound": sound,
        "nodes": [_node(cost, size, counted, errors) for cost in costs],
        "shared_code_bytes": {n: b for n, b in size.nodes.items() if not n.startswith(("do_", "network_run"))},
        "cortex_m4": {
            "code_bytes": size.code_bytes,
            "constant_bytes": size.constant_bytes,
            "stack_bytes": size.stack_bytes,
            "network_stack_bytes": size.network_stack_bytes,
            "network_instructions": counted.total if counted else None,
            "why": why,
        },
        "needs": {"flash_bytes": flash, "ram_bytes": ram},
        "error": _error(request),
        "boards": [
            {**asdict(fit.board), "fits": not fit.reasons, "reasons": list(fit.reasons)} for fit in fits(flash, ram)
        ],
    }


def _integers(request: Request) -> dict[str, Any] | None:
    """Say what of a network in integers stays float32, and what it changed in the answers; None for float32."""
    if request.dtype != "s8":
        return None
    stay = [f"{n.name or n.outputs[0]} ({n.op})" for n in islands(optimise(request.graph))]
    return {"float32": stay, "unseen_speakers": dict(request.changed)}


def as_json(values: dict[str, Any]) -> str:
    """Write a report's numbers."""
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def _sound(request: Request, arena: int) -> dict[str, Any] | None:
    """Say what hearing takes; None for a bare network."""
    if not request.parts:
        return None
    settings = request.parts.settings
    sizes = state_bytes(settings, request.parts.rate, arena) if settings.streams else {}
    return {
        "feature_set": settings.feature_set,
        "segment_s": settings.segment_s,
        "microphone_rate": request.parts.rate,
        "rate": settings.rate,
        "labels": list(request.parts.labels),
        "streams": settings.streams,
        "state_bytes": sizes.get(SCALAR, 0),
        "resampler_bytes": int(host.resample_plan(request.parts.rate, settings.rate).size),
        "state_bytes_by_width": {str(width): size for width, size in sizes.items()},
    }


def _instructions(request: Request) -> tuple[Instructions | None, str | None]:
    """Count a run of the network under the emulator, or say why not."""
    if not can_run(TARGETS["cortex-m4"]):
        return None, f"{TARGETS['cortex-m4'].run_by} is not installed"
    try:
        return count_instructions(request.graph, profile=request.profile, optimize=request.optimize), None
    except ToolchainError as error:
        return None, str(error).splitlines()[0]


def _node(cost: NodeCost, size: Footprint, counted: Instructions | None, errors: dict[str, float]) -> dict[str, Any]:
    return {
        "name": cost.name,
        "op": cost.op,
        "gives": str(cost.gives),
        "macs": cost.macs,
        "weight_bytes": cost.weight_bytes,
        "output_bytes": cost.gives.nbytes,
        "arena_bytes": cost.arena_bytes,
        "rolled": cost.rolled,
        "code_bytes": size.nodes.get(cost.function),
        "stack_bytes": size.node_stacks.get(cost.function),
        "instructions": counted.nodes.get(cost.function.removeprefix("do_")) if counted else None,
        "error": errors.get(cost.function),
    }


def _error(request: Request) -> dict[str, Any]:
    """Build the test that lies in the folder for this machine, run it, and read its largest error."""
    network = "the network in integers" if request.dtype == "s8" else "the source model"
    against = f"scores recorded with {network}" if request.parts else f"{network} under the numpy interpreter"
    if request.parts and not request.parts.settings.streams:
        return {"largest": None, "why": f"segments of {request.parts.settings.segmentation!r} have no bounded length"}
    native = TARGETS["native"]
    here = replace(request, target=native if request.winograd else replace(native, kind="sources"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_library(here, folder / "c")
        make_sources(here, folder)
        _, out, words = toolchain.run(here.build(folder, folder / "test", main="test.c"))
    told = json.loads(out) if out else {"largest_error": None, "wrong": None}
    return {"largest": told["largest_error"], "wrong": told["wrong"], "against": against, "why": words.strip() or None}
