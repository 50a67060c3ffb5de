"""The page about corpora shows code that works."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from undertone.config import read_toml
from undertone.corpora.published import Published, parse

PAGE = (Path(__file__).parents[2] / "docs" / "corpora.md").read_text(encoding="utf-8")


def test_python_of_the_page_runs():
    (split,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", split], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_data_file_of_the_page_reads_names(tmp_path):
    (shown,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "subesco.toml").write_text(shown, encoding="utf-8")
    corpus = read_toml(Published, tmp_path / "subesco.toml")
    code = parse(corpus, "F_10_FAHMEE_S_6_FEAR_5")
    assert (code.speaker, code.sex, code.sentence, code.label, code.take) == ("F_10", "female", "6", "fear", "5")
    assert parse(corpus, "M_03_ILIAS_S_8_SURPRISE_3").label == "surprise"
    assert parse(corpus, "03a01Fa") is None
