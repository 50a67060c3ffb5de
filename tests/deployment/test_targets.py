"""What is built for other machines gives the host's answers there; a test whose emulator is missing is skipped."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import subprocess
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread

import numpy as np
import pytest

from undertone.audio.read import read
from undertone.audio.write import write
from undertone.compiler import evaluate, toolchain
from undertone.compiler.elf import read_object
from undertone.compiler.instructions import count_instructions
from undertone.compiler.passes.quantise import quantise
from undertone.compiler.targets import LISTED, TARGETS, can_run, run
from undertone.compiler.targets.target import KINDS
from undertone.deployment import Request, compile_model, compile_request
from undertone.deployment.ask import ask_network, ask_sound
from undertone.errors import ToolchainError, UnknownNameError
from undertone.recognition.predict import predict_file
from undertone.recognition.shipped import SHIPPED, load_or_shipped
from undertone.runtime import metal

ROOT = Path(__file__).parents[2]
CLIP = ROOT / "data/emodb/wav/03a01Fa.flac"
RUN = [t.name for t in LISTED if t.run_by]
BUILT = [t.name for t in LISTED if not t.run_by]


def networks():
    """benchmarks/target_networks.py, from its file."""
    spec = importlib.util.spec_from_file_location("target_networks", ROOT / "benchmarks/target_networks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def runnable(name):
    if not can_run(TARGETS[name]):
        pytest.skip(f"{TARGETS[name].run_by} is not on this machine")
    return TARGETS[name]


def made(graph, name, folder, profile="fast"):
    return compile_request(Request(graph, None, graph.name, TARGETS[name], profile), folder)


def test_targets_are_told_and_the_nearest_is_named():
    assert [t.name for t in LISTED if t.kind not in KINDS] == []
    assert {t.kind for t in LISTED} == set(KINDS)
    with pytest.raises(UnknownNameError, match="did you mean 'cortex-m4'"):
        TARGETS["cortexm4"]
    with pytest.raises(UnknownNameError, match="did you mean 'reproducible'"):
        compile_model(SHIPPED, profile="reproduceable", out=Path("none"))


def test_sources_alone_are_written_for_any_compiler(tmp_path):
    artefact = made(networks().conv(), "c", tmp_path / "out")
    assert artefact.program == tmp_path / "out/build.txt" and artefact.program.read_text().count("\ncc ") == 2
    assert sorted(p.name for p in (tmp_path / "out/c").glob("conv*.c")) == ["conv.c", "conv_golden.c", "conv_weights.c"]


@pytest.mark.slow
def test_what_is_only_built_says_so(tmp_path):
    artefact = made(networks().gru(), "android-arm64", tmp_path / "out")
    assert "built here, not run" in artefact.summary()[0]
    with pytest.raises(ToolchainError, match="built here, not run"):
        ask_network(artefact, np.zeros(4, np.float32))


@pytest.mark.slow
@pytest.mark.parametrize("name", RUN)
def test_a_network_gives_the_interpreters_numbers_everywhere(name, tmp_path):
    runnable(name)
    book = networks()
    for label in ("conv", "gru"):
        graph = book.NETWORKS[label]()
        x = book.inputs(graph)
        y = np.frombuffer(ask_network(made(graph, name, tmp_path / label), x), np.float32)
        expected = [evaluate(graph, {graph.inputs[0]: row})[graph.outputs[0]].ravel() for row in x]
        assert np.abs(y - np.concatenate(expected)).max() < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("name", RUN)
def test_a_bundle_hears_the_same_everywhere(name, tmp_path):
    target, clip = runnable(name), read(CLIP)
    file = tmp_path / "clip.wav"
    write(file, clip)
    (here,) = compile_model(SHIPPED, out=tmp_path / "here").answer([file])
    artefact = compile_model(SHIPPED, target=name, rate=clip.rate, out=tmp_path / "there")
    if target.kind == "program":
        (told,) = artefact.answer([file])
        scores = told.scores
    else:
        scores = ask_sound(artefact, clip)
    assert artefact.labels[int(np.argmax(scores))] == here.label
    assert np.abs(scores - here.scores).max() < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("label", ["conv", "depthwise", "gru", "attention", "curves", "article"])
def test_the_reproducible_profile_has_one_hash(label, tmp_path):
    """Ordinary numbers, tiny ones and denormals: to the last bit, on all that can be run here."""
    book = networks()
    graph = book.NETWORKS[label]()
    x = book.inputs(graph)[:: 3 if label == "article" else 1]  # of the large one ordinary numbers and denormals
    expected = np.concatenate([evaluate(graph, {graph.inputs[0]: row})[graph.outputs[0]].ravel() for row in x])
    hashes = {}
    for name in (n for n in RUN if can_run(TARGETS[n])):
        out = ask_network(made(graph, name, tmp_path / name, "reproducible"), x)
        hashes[name] = hashlib.sha256(out).hexdigest()
        gap = np.abs(np.frombuffer(out, np.float32) - expected)
        assert (gap <= 1e-5 * (1 + np.abs(expected)))[np.isfinite(gap)].all()
    assert len(hashes) >= 2 and len(set(hashes.values())) == 1, hashes


@pytest.mark.slow
def test_integers_and_front_end_are_the_same_to_the_last_bit(tmp_path):
    """The shipped bundle in bytes, from samples to scores: other routines of whole sums on each of these machines."""
    clip, told = read(CLIP), {}
    write(tmp_path / "clip.wav", clip)
    for name in ("native", "wasm32", "cortex-m4"):
        target, how = runnable(name), {"dtype": "s8", "profile": "reproducible", "rate": clip.rate, "report": False}
        artefact = compile_model(SHIPPED, target=name, out=tmp_path / name, **how)
        hears = target.kind == "program"
        scores = artefact.answer([tmp_path / "clip.wav"])[0].scores if hears else ask_sound(artefact, clip)
        told[name] = scores.tobytes()
    assert len(set(told.values())) == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", BUILT)
def test_the_others_are_built(name, tmp_path):
    artefact = made(networks().conv(), name, tmp_path / "out")
    starts = {".exe": b"MZ", ".so": b"\x7fELF", "": b"\xcf\xfa\xed\xfe", ".txt": b"#", ".zip": b"PK"}
    assert artefact.program.read_bytes().startswith(starts[artefact.program.suffix])


@pytest.mark.slow
def test_the_shared_library_asks_for_no_other(tmp_path):
    if not shutil.which("readelf"):
        pytest.skip("readelf is not on this machine")
    artefact = made(networks().attention(), "android-arm64", tmp_path / "out")
    told = subprocess.run(
        ["readelf", "-dW", "--dyn-syms", artefact.program], capture_output=True, text=True, check=True
    )
    symbols = [line.split() for line in told.stdout.splitlines() if " FUNC " in line or " NOTYPE " in line]
    assert "NEEDED" not in told.stdout
    assert [s[-1] for s in symbols if s[6] == "UND" and len(s) > 7] == []
    assert "attention_run" in {s[-1] for s in symbols}


@pytest.mark.slow
def test_firmware_replays_its_golden_vectors_and_counts(tmp_path):
    target = runnable("cortex-m4")
    artefact = made(networks().conv(), "cortex-m4", tmp_path / "out")
    status, out, _ = run(target, artefact.program)
    assert status == 0 and out.startswith(b"golden vectors: right\ninstructions ")
    counted = count_instructions(networks().conv())
    assert 0.99 * counted.total < sum(counted.nodes.values()) <= counted.total
    assert next(iter(counted.nodes)) == "conv1"
    assert 48 * 5 * 20 * 40 < counted.nodes["conv1"] < 6 * 48 * 5 * 20 * 40
    assert 100 < counted.stack_bytes < 4000


@pytest.mark.slow
def test_the_object_is_the_whole_model_for_firmware_of_ones_own(tmp_path):
    """Linked with the start-up of the board and a main, and with nothing else of ours, it gives the golden answers."""
    target, board = runnable("cortex-m4"), metal.BOARDS["cortex-m4"]
    out = made(networks().conv(), "cortex-m4", tmp_path / "out").folder
    assert "_start" not in {f.name for f in read_object((out / "conv.o").read_bytes()).functions}, "no board in it"
    toolchain.build(
        [out / "program/main.c", *metal.sources(board), out / "conv.o"],
        tmp_path / "own.elf",
        include=[out / "c", out / "program"],
        flags=metal.options(board),
        triple=board.triple,
        cpu=board.processor,
    )
    status, told, _ = run(target, tmp_path / "own.elf")
    assert status == 0 and told.startswith(b"golden vectors: right")


@pytest.mark.slow
def test_integers_take_fewer_instructions_than_floats(tmp_path):
    """A product and a sum of floats take two; SMLAD takes one for two of integers, unless loads become calls."""
    runnable("cortex-m4")
    graph = networks().conv()
    rows = np.random.default_rng(1).normal(size=(8, *graph.tensors[graph.inputs[0]].shape)).astype(np.float32)
    floats, integers = count_instructions(graph), count_instructions(quantise(graph, rows))
    assert integers.nodes["conv1"] < floats.nodes["conv1"]


@pytest.mark.slow
def test_the_page_answers_a_recording(tmp_path):
    """In a real browser, without a window: the page loads the module, replays its golden sounds, takes a file."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium is on this machine")
    artefact = compile_model(SHIPPED, target="wasm32", out=tmp_path / "site")
    write(tmp_path / "site/clip.wav", read(CLIP))
    page = artefact.folder / "index.html"
    page.write_text(page.read_text() + (Path(__file__).parent / "open_a_file.html").read_text())
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    with serving(artefact.folder) as (address, told):
        window = subprocess.Popen([browser, *options, address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            page = told.get(timeout=120)
        finally:
            window.terminate()
            window.wait()
    expected = predict_file(load_or_shipped(None), str(CLIP))
    shares = {label: f"{round(100 * score)} %" for label, score in zip(expected.labels, expected.scores, strict=True)}
    assert page["answer"] == expected.label
    assert page["rows"] == [[name, "best" if name == expected.label else "", share] for name, share in shares.items()]


@pytest.mark.slow
def test_the_script_is_small_and_names_what_it_takes(tmp_path):
    artefact = made(networks().conv(), "wasm32", tmp_path / "out")
    script = (artefact.folder / "conv.mjs").read_text()
    assert len(script) < 8192 and "import " not in script.replace("await import(", "").replace("import.meta", "")
    assert json.loads(script.split("const MODEL = ")[1].split(";\n")[0])["inputs"] == 48 * 20


@contextmanager
def serving(folder):
    """A server on the folder, and a queue of what its pages post."""
    told = Queue()

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_POST(self):
            told.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", told
    server.shutdown()
