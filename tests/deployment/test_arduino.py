"""Arduino libraries keep the IDE's rules, and compile with their sketches as the IDE would compile them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from arduino_rules import faults

from undertone.bundle import save
from undertone.deployment import compile_model
from undertone.errors import UnsupportedError
from undertone.runtime import metal

CORE = Path(__file__).parent / "arduino_core"
ZIG = [sys.executable, "-m", "ziglang"]
BOARD = metal.BOARDS["cortex-m4"]
TARGET = ["-target", BOARD.triple, f"-mcpu={BOARD.processor}", "-ffreestanding", "-Os", "-w", "-c"]


def unpack(archive: Path, to: Path) -> Path:
    with zipfile.ZipFile(archive) as content:
        content.extractall(to)
    (root,) = to.iterdir()
    return root


@pytest.fixture(scope="module")
def library(small_file, tmp_path_factory) -> Path:
    made = compile_model(small_file, target="arduino", report=False, out=tmp_path_factory.mktemp("arduino") / "out")
    return unpack(made.program, tmp_path_factory.mktemp("unpacked"))


def test_a_bundle_becomes_a_library_that_keeps_the_rules(library):
    assert faults(library) == []
    assert {p.name for p in (library / "examples").iterdir()} == {"ReplayGolden", "Nano33BLESense", "ESP32I2S"}
    header = (library / "src/small_listener.h").read_text()
    assert "#define SMALL_MICROPHONE_RATE 16000u" in header and "#define SMALL_GOLDEN_COUNT 1\n" in header


def test_the_rules_can_be_broken(library, tmp_path):
    root = tmp_path / "other"
    shutil.copytree(library, root)
    (root / "examples/ReplayGolden/ReplayGolden.ino").rename(root / "examples/ReplayGolden/main.ino")
    text = (
        (root / "library.properties")
        .read_text()
        .replace("Signal Input/Output", "Sound")
        .replace("version=", "version=v")
    )
    (root / "library.properties").write_text(text)
    (root / "src/a b.h").touch()
    words = " ".join(faults(root))
    for fault in ("'other'", "category 'Sound'", "version 'v", "no ReplayGolden.ino", "'a b.h'"):
        assert fault in words


def test_a_network_becomes_a_library(tmp_path):
    onnx = pytest.importorskip("onnx")
    value = onnx.helper.make_tensor_value_info
    node = onnx.helper.make_node("Relu", ["x"], ["y"])
    graph = onnx.helper.make_graph([node], "n", [value("x", 1, [1, 6])], [value("y", 1, [1, 6])])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, tmp_path / "net.onnx")
    made = compile_model(tmp_path / "net.onnx", target="arduino", report=False, out=tmp_path / "out")
    root = unpack(made.program, tmp_path / "unpacked")
    assert faults(root) == [] and (root / "examples/RunNetwork/RunNetwork.ino").is_file()
    assert b"RunNetwork" in made.program.read_bytes() and made.program.name == "net.zip"


def test_segments_without_a_bound_are_refused(small_bundle, tmp_path):
    import dataclasses

    frontend = dataclasses.replace(small_bundle.frontend, segmentation="whole")
    save(dataclasses.replace(small_bundle, frontend=frontend), tmp_path / "whole.undertone")
    with pytest.raises(UnsupportedError, match="needs a bundle of segmentation 'grid'"):
        compile_model(tmp_path / "whole.undertone", target="arduino", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_library_and_sketches_compile_for_a_cortex_m4(library, tmp_path):
    """As the IDE does: C as gnu11, sketches as C++ with Arduino.h before them, src and the core as include folders."""
    include = [f"-I{library / 'src'}", f"-I{CORE}", f"-I{metal.METAL_DIR / 'include'}"]
    sources = sorted((library / "src").rglob("*.c"))
    for i, source in enumerate(sources):
        command = [*ZIG, "cc", *TARGET, "-std=gnu11", *include, str(source), "-o", str(tmp_path / f"{i}.o")]
        subprocess.run(command, check=True, timeout=300)
    sketches = sorted((library / "examples").rglob("*.ino"))
    assert len(sketches) == 3
    for sketch in sketches:
        plus = ["-std=gnu++17", "-fno-exceptions", "-fno-rtti", "-include", str(CORE / "Arduino.h"), "-x", "c++"]
        command = [*ZIG, "c++", *TARGET, *plus, *include, str(sketch), "-o", str(tmp_path / f"{sketch.stem}.o")]
        subprocess.run(command, check=True, timeout=300)


@pytest.mark.slow
def test_a_microphone_of_another_rate_is_refused_by_the_sketch(small_file, tmp_path):
    made = compile_model(small_file, target="arduino", rate=22_050, report=False, out=tmp_path / "out")
    root = unpack(made.program, tmp_path / "unpacked")
    include = [
        f"-I{root / 'src'}",
        f"-I{CORE}",
        f"-I{metal.METAL_DIR / 'include'}",
        "-include",
        str(CORE / "Arduino.h"),
    ]
    sketch = root / "examples/Nano33BLESense/Nano33BLESense.ino"
    command = [*ZIG, "c++", *TARGET, "-include", str(CORE / "Arduino.h"), "-x", "c++", *include, str(sketch)]
    command += ["-o", str(tmp_path / "sketch.o")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode and "compile the model with --rate 16000" in done.stderr


def test_the_same_model_gives_the_same_zip(small_file, tmp_path):
    made = [compile_model(small_file, target="arduino", report=False, out=tmp_path / n).program for n in ("a", "b")]
    assert np.array_equal(*(np.frombuffer(p.read_bytes(), np.uint8) for p in made))
