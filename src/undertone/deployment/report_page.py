"""A report as a page that a person likes to read before flashing a board."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from undertone.deployment.boards import kilobytes
from undertone.deployment.report import as_json, report
from undertone.deployment.request import Request
from undertone.pages import Html, bars_svg, columns, details, note, page, section, table, tag, tiles, write


def report_page(values: dict[str, Any]) -> Html:
    """Write the page of what `undertone.deployment.report.report` measured."""
    model, made = values["model"], values["artefact"]
    fitting = [b for b in values["boards"] if b["fits"]]
    return page(
        f"{model['name']}, before it is flashed",
        [
            section("At a glance", _glance(values), *_verdict(values)),
            section("Where it fits", _boards(values), lead=f"{len(fitting)} of {len(values['boards'])} boards."),
            *_integers(values["integers"]),
            section("Memory", _memory(values), *_memory_notes(values)),
            section("Node by node", *_nodes(values), lead="In the order in which they run."),
            section("How this was measured", *_method(values)),
        ],
        subtitle=f"{made['file']}, compiled for {made['target']}, profile {made['profile']}, optimised for "
        f"{made['optimize']}, in {made['dtype']}",
        footer=f"Made by undertone from {model['source'] or 'a network'}. The same numbers are in report.json.",
    )


def write_report(request: Request, folder: Path, built: Path) -> None:
    """Measure what was compiled; put ``report.json`` and ``report.html`` beside it."""
    values = report(request, built)
    write(folder / "report.json", as_json(values))
    write(folder / "report.html", report_page(values))


def _integers(values: dict[str, Any] | None) -> list[Html]:
    if not values:
        return []
    stay = ", ".join(values["float32"])
    lines = [note(f"In float32 stays {stay}." if stay else "Nothing stays in float32.")]
    found = values["unseen_speakers"]
    if found.get("uar_s8") is not None:
        lines.append(
            note(
                f"On {found['clips']} clips of the speakers that training held out ({', '.join(found['speakers'])}): "
                f"UAR {100 * found['uar_f32']:.1f} % in float32, {100 * found['uar_s8']:.1f} % in integers; the label "
                f"is the same for {100 * found['agreement']:.1f} %, a score moves by {found['error']:.4f} on average."
            )
        )
    elif found:
        lines.append(note(f"UAR before and after is not given: {found['why']}."))
    return [section("In integers", *lines)]


def _glance(values: dict[str, Any]) -> Html:
    network, needs, error = values["network"], values["needs"], values["error"]
    largest = "not measured" if error["largest"] is None else f"{error['largest']:.1e}" if error["largest"] else "none"
    return tiles(
        [
            ("Multiply-adds", _millions(network["macs"]), "a run of the network"),
            ("Instructions", *_instructions(values["cortex_m4"])),
            ("Weights", _millions(network["weights"]), _short(network["weight_bytes"])),
            ("Flash", _short(needs["flash_bytes"]), "code, constants, weights"),
            ("RAM", _short(needs["ram_bytes"]), "stream and stack" if values["sound"] else "arena and stack"),
            ("Largest error", largest, error.get("against") or error["why"]),
        ]
    )


def _verdict(values: dict[str, Any]) -> list[Html]:
    small = [b for b in values["boards"] if b["flash_bytes"]]
    fitting = [b["name"] for b in small if b["fits"]]
    if fitting:
        return [note(f"Fits these microcontrollers: {', '.join(fitting)}.")]
    needs = values["needs"]
    flash = min(needs["flash_bytes"] / b["program_flash_bytes"] for b in small)
    ram = min(needs["ram_bytes"] / b["program_ram_bytes"] for b in small)
    why = [f"{kilobytes(needs['flash_bytes'])} of flash"] if flash > 1 else []
    why += [f"{kilobytes(needs['ram_bytes'])} of RAM"] if ram > 1 else []
    what = " and ".join(why) or "flash and RAM together"
    return [note(f"No microcontroller of the table holds it: {what} is more than any of them has.", kind="limit")]


def _boards(values: dict[str, Any]) -> Html:
    rows = []
    needs = values["needs"]
    for b in sorted(values["boards"], key=lambda b: not b["fits"]):
        name = tag("a", b["name"], href=b["source"], rel="noreferrer", title="data sheet")
        clock = f"{b['clock_hz'] / 1e6:,.0f}\u00a0MHz"
        flash = _share(needs["flash_bytes"], b["program_flash_bytes"]) if b["flash_bytes"] else "on its card"
        ram = _share(needs["ram_bytes"], b["program_ram_bytes"])
        verdict = tag("strong", "fits") if b["fits"] else "too\u00a0small"
        rows.append((name, _chip(b), clock, flash, ram, verdict))
    head = ("Board", "Processor and memory layout", "Clock", "Flash that it takes", "RAM that it takes", "Verdict")
    return table(head, rows)


def _chip(board: dict[str, Any]) -> Html:
    """Say what computes and hears on a board, and whose memory layout it is judged by."""
    hears = [] if board["microphone"] == "none" else [f"microphone: {board['microphone']}"]
    layout = tag("a", "layout", href=board["layout_source"], rel="noreferrer")
    small = tag("div", layout, f": {board['layout']}", class_="small")
    return tag("div", "; ".join([board["processor"], *hears]), small)


def _share(need: int, has: int) -> Html:
    """Draw how much of a memory is taken."""
    percent = 100 * need / has
    over = " over" if need > has else ""
    words = f"{percent:,.0f} %" if percent >= 1 else "under 1 %"
    bar = tag("span", tag("span", style=f"width:{min(percent, 100):.0f}%"), class_=f"share{over}", aria_hidden="true")
    return tag("div", bar, tag("span", f"{words} of {_short(has)}", class_="small"))


def _memory(values: dict[str, Any]) -> Html:
    m4, network, sound = values["cortex_m4"], values["network"], values["sound"]
    flash = {
        "weights": network["weight_bytes"] / 1024,
        "code": m4["code_bytes"] / 1024,
        "constants": m4["constant_bytes"] / 1024,
    }
    ram = {"arena of the network": network["arena_bytes"] / 1024, "stack": m4["stack_bytes"] / 1024}
    if sound and sound["state_bytes"]:
        rates = sound["resampler_bytes"]
        hearing = sound["state_bytes"] - network["arena_bytes"] - rates
        ram = {"sound and features": hearing / 1024, "resampler's table": rates / 1024, **ram}
    return columns(bars_svg(flash, title="Flash, KB", unit="KB"), bars_svg(ram, title="RAM, KB", unit="KB"))


def _memory_notes(values: dict[str, Any]) -> list[Html]:
    network, sound = values["network"], values["sound"]
    notes = [
        note(
            f"The network works in an arena of {network['arena_bytes']:,} bytes. No plan of its blocks can need less "
            f"than {network['arena_bound_bytes']:,}."
        )
    ]
    if sound and not sound["streams"]:
        notes.append(note("Its segments have no bounded length: whole clips alone, no stream.", kind="limit"))
    elif sound and sound["state_bytes"] > 5 * network["arena_bytes"]:
        notes.append(
            note(
                f"Hearing takes most of the RAM: {sound['feature_set']} looks at the whole segment of "
                f"{sound['segment_s']:g} s, so its samples are kept. Where that is too much, train on shorter "
                f"segments; a microphone at {sound['rate']} Hz needs no resampler, and one at twice that a small one.",
                kind="limit",
            )
        )
    return notes


def _nodes(values: dict[str, Any]) -> list[Html]:
    nodes = values["nodes"]
    counted = all(n["instructions"] is not None for n in nodes if n["macs"])
    heavy = {n["name"]: n["instructions" if counted else "macs"] or 0 for n in nodes if n["macs"]}
    charts = [
        (
            {k: v / 1e6 for k, v in heavy.items()},
            "Instructions, millions" if counted else "Multiply-adds, millions",
            "",
        ),
        ({n["name"]: n["arena_bytes"] / 1024 for n in nodes}, "Arena while it runs, KB", "KB"),
        ({n["name"]: n["weight_bytes"] / 1024 for n in nodes if n["weight_bytes"]}, "Weights, KB", "KB"),
        ({**{n["name"]: n["code_bytes"] or 0 for n in nodes}, **values["shared_code_bytes"]}, "Code, bytes", ""),
    ]
    parts = [columns(*(bars_svg(bars, title=title, unit=unit) for bars, title, unit in charts if bars))]
    told = {name: [cell(n) for n in nodes] for name, cell in _COLUMNS.items()}
    told = {name: cells for name, cells in told.items() if any(cells)}
    parts.append(table(tuple(told), list(zip(*told.values(), strict=True))))
    shared = ", ".join(f"{name} {size:,} bytes" for name, size in values["shared_code_bytes"].items())
    parts += [_small(f"Code that nodes share: {shared}.")] if shared else []
    if rolled := [n["name"] for n in nodes if n["rolled"]]:
        parts.append(_small(f"Rolled, a few rows at a time, all in one arena: {', '.join(rolled)}."))
    if values["integers"]:
        parts.append(_small("Nodes have errors in float32 alone: integers are the interpreter's to the last bit."))
    return parts


#: What the table of nodes says in its columns. Bytes, apart from counts.
_COLUMNS: dict[str, Callable[[dict[str, Any]], str]] = {
    "Node": lambda n: n["name"],
    "Operator": lambda n: n["op"],
    "Gives": lambda n: n["gives"].replace(" ", "\u00a0"),
    "Multiply-adds": lambda n: f"{n['macs']:,}",
    "Instructions": lambda n: _count(n["instructions"]),
    "Weights": lambda n: f"{n['weight_bytes']:,}",
    "Arena": lambda n: f"{n['arena_bytes']:,}",
    "Stack": lambda n: _count(n["stack_bytes"]),
    "Code": lambda n: _count(n["code_bytes"]),
    "Error": lambda n: "" if n["error"] is None else f"{n['error']:.0e}",
}


def _small(words: str) -> Html:
    return tag("p", words, class_="small")


def _method(values: dict[str, Any]) -> list[object]:
    sound = values["sound"]
    return [
        "Code, constants and stack are read from what the compiler makes for a Cortex-M4 with floating point: the "
        "whole model, linked without what it never calls; other cores differ by tens of per cent. The stack is that "
        "of the deepest path of calls. Golden vectors are left out; a program that replays them carries them too.",
        "A board fits when what its usual tool chain leaves for one program, in one piece, is enough for the model "
        "alone: less than the maker's figure where a bootloader, a cache or a second bank of RAM takes a part. The "
        "code and data of that tool chain, such as Arduino's core, come on top.",
        "Instructions are counted one by one under an emulator of the Cortex-M4, for the network alone. Most take one "
        "clock, those that wait for memory more: divided by a board's clock they are the least time of a run.",
        "A node's arena is all that is in use of it while the node runs: what it reads and gives, its scratch, and "
        "what waits for later nodes. Its stack is that of its function and what it calls. Code, stack and "
        "instructions are the Cortex-M4's, with a function a node.",
        "The largest error is that of a score or output over the golden vectors, on the machine that compiled. A "
        "node's error is the largest difference between what its C gives and what the source model gives there in "
        "numpy, for drawn inputs, divided by the largest value; it carries those of the nodes before it.",
        details("Sizes of a stream's state", _widths(sound)) if sound and sound["streams"] else None,
    ]


def _widths(sound: dict[str, Any]) -> Html:
    rows = [(f"{w} frames at once", kilobytes(size)) for w, size in sound["state_bytes_by_width"].items()]
    return table(("Vectors", "State"), rows)


def _instructions(m4: dict[str, Any]) -> tuple[str, str]:
    if m4["network_instructions"] is None:
        return "not counted", m4["why"]
    return _millions(m4["network_instructions"]), "a run of the network on a Cortex-M4"


def _short(count: int) -> str:
    if count >= 1 << 30:
        return f"{count / (1 << 30):.0f} GB"
    return f"{count / (1 << 20):.1f} MB" if count >= 1 << 20 else kilobytes(count)


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def _millions(count: int) -> str:
    return f"{count / 1e6:,.1f} M" if count >= 1e5 else f"{count:,}"
