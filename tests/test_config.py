from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from undertone.config import fingerprint, from_dict, read_toml, to_dict, to_toml
from undertone.errors import ConfigError, NotFoundError


@dataclass(frozen=True)
class Inner:
    level: float = 1.0
    name: str | None = None


@dataclass(frozen=True)
class Outer:
    corpus: str
    seeds: tuple[int, ...] = (0, 1)
    strict: bool = True
    inner: Inner = field(default_factory=Inner)


def test_toml_reads_back_what_was_written(tmp_path: Path) -> None:
    config = Outer('quo"te ü', seeds=(3,), inner=Inner(level=2.5, name="x"))
    path = tmp_path / "config.toml"
    path.write_text(to_toml(config), encoding="utf-8")
    assert read_toml(Outer, path) == config


def test_plain_values_read_back() -> None:
    config = Outer("emodb")
    assert from_dict(Outer, to_dict(config)) == config


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"my\.toml: inner: unknown key 'levle' \(did you mean 'level'\?\)"):
        from_dict(Outer, {"corpus": "x", "inner": {"levle": 1}}, where="my.toml")


@pytest.mark.parametrize(("key", "value"), [("seeds", ["a"]), ("strict", 1), ("corpus", 3), ("inner", 4)])
def test_a_wrong_type_is_named(key: str, value: object) -> None:
    with pytest.raises(ConfigError, match=key):
        from_dict(Outer, {"corpus": "x", key: value})


def test_a_missing_key_is_named() -> None:
    with pytest.raises(ConfigError, match="missing corpus"):
        from_dict(Outer, {})


def test_a_missing_file_and_a_broken_one(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no config file"):
        read_toml(Outer, tmp_path / "none.toml")
    (tmp_path / "broken.toml").write_text("corpus = ")
    with pytest.raises(ConfigError, match="not TOML"):
        read_toml(Outer, tmp_path / "broken.toml")


def test_equal_settings_have_equal_fingerprints() -> None:
    assert fingerprint(Outer("a")) == fingerprint(Outer("a")) != fingerprint(Outer("b"))
