"""What the article's network costs before it is flashed: the numbers of its reports, by type and goal.

    python benchmarks/flashing.py [--rate HZ] [--json]

All is measured on what the compiler makes for a Cortex-M4 (code, constants, stack) or counted under its emulator
(instructions); nothing is timed.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from networks import ARTICLE
from undertone.deployment import compile_model

FORMS = (("f32", "speed"), ("f32", "ram"), ("s8", "ram"))


def measure(dtype: str, optimize: str, rate: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        made = compile_model(ARTICLE, target="c", dtype=dtype, optimize=optimize, rate=rate, out=Path(folder) / "out")
        values = json.loads((made.folder / "report.json").read_text())
    network, m4 = values["network"], values["cortex_m4"]
    return {
        "macs": network["macs"],
        "weight_bytes": network["weight_bytes"],
        "arena_bytes": network["arena_bytes"],
        "arena_bound_bytes": network["arena_bound_bytes"],
        "state_bytes": values["sound"]["state_bytes"],
        "code_bytes": m4["code_bytes"],
        "constant_bytes": m4["constant_bytes"],
        "stack_bytes": m4["stack_bytes"],
        "network_instructions": m4["network_instructions"],
        "flash_bytes": values["needs"]["flash_bytes"],
        "ram_bytes": values["needs"]["ram_bytes"],
        "largest_error": values["error"]["largest"],
        "fits": [b["name"] for b in values["boards"] if b["fits"]],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rate", type=int, default=22_050, help="of the microphone; 22050 needs no resampler")
    asked = parser.parse_args()
    rows = {f"{dtype} {optimize}": measure(dtype, optimize, asked.rate) for dtype, optimize in FORMS}
    if asked.json:
        print(json.dumps({"microphone_rate": asked.rate, "forms": rows}))
        return
    names = list(next(iter(rows.values())))
    print(f"| {ARTICLE.stem}, {asked.rate} Hz | {' | '.join(rows)} |\n|---|{'---:|' * len(rows)}")
    for name in names:
        cells = (_cell(row[name]) for row in rows.values())
        print(f"| {name.replace('_', ' ')} | {' | '.join(cells)} |")


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "none"
    if isinstance(value, float):
        return f"{value:.1e}"
    return "not counted" if value is None else f"{value:,}"


if __name__ == "__main__":
    main()
