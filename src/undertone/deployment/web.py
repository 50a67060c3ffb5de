"""A WebAssembly module, the JavaScript that loads it in browsers and node, and a page that listens."""

from __future__ import annotations

import html
import json
from importlib.resources import files
from pathlib import Path

import numpy as np

from undertone.deployment.library import arena_bytes
from undertone.deployment.request import Request

ONE_VOICE = ("{word}_new_voice", "{word}_voice_clip")
NETWORK = ("{word}_run", "{word}_check", "__heap_base")
LISTENER = (
    *("{word}_model", "{word}_golden", "{word}_clip", "{word}_clip_segments", "{word}_clip_bytes", "__heap_base"),
    *("ut_clip_place", "ut_wav_open", "ut_wav_read", "ut_mix", "ut_finite", "ut_inspect"),
    *("ut_note_text", "ut_status_text"),
)


def make_module(request: Request, folder: Path) -> Path:
    """Build ``NAME.wasm`` and write ``NAME.mjs``, and of a bundle ``index.html``."""
    word = request.word
    kind = "listener" if request.parts else "network"
    (folder / f"{word}.mjs").write_text(_script(request, kind), encoding="utf-8", newline="\n")
    if request.parts:
        page = _read("listener.html").replace("{{name}}", html.escape(request.parts.name)).replace("{{word}}", word)
        (folder / "index.html").write_text(page, encoding="utf-8", newline="\n")
    (folder / "build.txt").write_text(_example(request), encoding="utf-8", newline="\n")
    exported = NETWORK if request.parts is None else (*LISTENER, *(ONE_VOICE if request.parts.voice else ()))
    names = [name.format(word=word) for name in exported]
    return request.build(folder, folder / f"{word}.wasm", tuple(f"-Wl,--export={name}" for name in names))


def _script(request: Request, kind: str) -> str:
    """Join the constants of the model and the code that knows them."""
    model: dict[str, object] = {"word": request.word}
    if request.parts:
        parts = request.parts
        model |= {"name": parts.name, "sha256": parts.sha256, "labels": list(parts.labels)}
        model |= {"rate": parts.settings.rate, "golden": len(parts.golden)}
        model |= {"unknownBelow": float(np.float32(parts.unknown_below))}
        if parts.voice is not None:  # as the struct of NAME_one_voice.h: a count, a mean of statistics, one of logits
            model |= {"voiceBytes": 4 * (1 + len(parts.voice.within) + len(parts.labels))}
    else:
        graph = request.graph
        sizes = {"inputs": graph.inputs[0], "outputs": graph.outputs[0]}
        model |= {"name": graph.name, "arena": arena_bytes(request)}
        model |= {key: graph.tensors[name].size for key, name in sizes.items()}
    constants = f"const MODEL = {json.dumps(model, ensure_ascii=False)};"
    code = [_read("head.mjs"), _read(f"{kind}.mjs")]
    if request.parts and request.parts.voice is not None:
        code.append(_read("one_voice.mjs"))
    return "\n".join([f"// {request.word}.mjs: made by undertone.", constants, "", *code])


def _example(request: Request) -> str:
    word = request.word
    if not request.parts:
        call = "const network = await load();\nconsole.log(network.run(input)); // a Float32Array"
        return f'# In a browser or in node:\nimport {{ load }} from "./{word}.mjs";\n{call}\n'
    call = "const listener = await load();\nconsole.log(listener.predict(samples, 48000)); // a Float32Array, its rate"
    page = (
        "# The page needs a server, as all pages with modules do: python -m http.server, then http://localhost:8000\n"
    )
    return f'{page}# In a browser or in node:\nimport {{ load }} from "./{word}.mjs";\n{call}\n'


def _read(name: str) -> str:
    return (files("undertone.deployment") / "browser" / name).read_text(encoding="utf-8")
