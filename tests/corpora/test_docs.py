"""The page that shows how to add a corpus shows code that works."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "corpora.md"

USE = """
import pathlib, tempfile
from undertone.corpora import load
with tempfile.TemporaryDirectory() as folder:
    for name in ("DC_sa03", "JE_su12", "KL_a01"):
        pathlib.Path(folder, name + ".wav").write_bytes(name.encode())
    print([(u.corpus, u.speaker, u.label, u.sentence) for u in load(folder).utterances])
"""


def test_python_of_the_page_runs():
    split, importer = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    done = subprocess.run([sys.executable, "-c", importer + split + USE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "('savee', 'DC', 'sad', '03')" in done.stdout
