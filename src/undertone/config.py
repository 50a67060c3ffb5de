"""Frozen dataclasses to TOML and JSON values and back; a fingerprint that names a setting exactly.

A default is written once, in the dataclass. A key that no field answers to is an error that names the nearest one.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tomllib
import types as pytypes
import typing
from pathlib import Path
from typing import Any, TypeVar

from undertone.errors import ConfigError, NotFoundError, nearest

T = TypeVar("T")


def to_dict(config: Any) -> dict[str, Any]:
    """Turn a (nested) frozen dataclass into plain values: dicts, lists, numbers, strings."""
    return {f.name: _plain(getattr(config, f.name)) for f in dataclasses.fields(config)}


def from_dict(kind: type[T], values: dict[str, Any], *, where: str = "config") -> T:
    """Build a frozen dataclass from plain values.

    Parameters
    ----------
    kind : type
        A dataclass whose fields are numbers, strings, booleans, tuples of them, or dataclasses; optional or not.
    values : dict
        As ``tomllib`` or ``json`` give them. Fields that are absent keep their defaults.
    where : str
        What the error names: a file, a section.

    Raises
    ------
    ConfigError
        Unknown key, or a value of the wrong type.
    """
    hints = typing.get_type_hints(kind)
    names = [f.name for f in dataclasses.fields(kind)]  # type: ignore[arg-type]
    for key in values:
        if key not in names:
            raise ConfigError(f"{where}: unknown key {key!r}{nearest(key, names)}; accepted: {', '.join(names)}")
    arguments = {key: _typed(hints[key], value, f"{where}: {key}") for key, value in values.items()}
    try:
        return kind(**arguments)
    except TypeError as error:
        missing = [f.name for f in dataclasses.fields(kind) if f.name not in values and _required(f)]  # type: ignore[arg-type]
        raise ConfigError(f"{where}: missing {', '.join(missing)}") from error


def read_toml(kind: type[T], path: Path) -> T:
    """Read a dataclass from a TOML file; see `from_dict`."""
    return from_dict(kind, read_toml_values(path), where=str(path))


def read_toml_values(path: Path) -> dict[str, Any]:
    """Read a TOML file as plain values; a `ConfigError` names the line that is not TOML."""
    if not path.is_file():
        raise NotFoundError(f"no config file at {str(path)!r}")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error


def to_json(config: Any) -> str:
    """Write a dataclass as JSON with sorted keys, so that equal settings are equal bytes."""
    return json.dumps(to_dict(config), sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def to_toml(config: Any) -> str:
    """Write a dataclass as TOML: its own fields, then a table for each dataclass in it; what is None is left out.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Ring:
    ...     taps: int = 3
    ...     name: str | None = None
    >>> print(to_toml(Ring()), end="")
    taps = 3
    """
    values = {key: value for key, value in to_dict(config).items() if value is not None}
    lines = [f"{key} = {_toml(value)}" for key, value in values.items() if not isinstance(value, dict)]
    for key, table in values.items():
        if isinstance(table, dict):
            lines += ["", f"[{key}]", *(f"{k} = {_toml(v)}" for k, v in table.items() if v is not None)]
    return "\n".join(lines) + "\n"


def fingerprint(config: Any) -> str:
    """Name a setting by content: the first 16 hex digits of the SHA-256 of its JSON.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Ring:
    ...     taps: int = 3
    >>> fingerprint(Ring()) == fingerprint(Ring(taps=3)) != fingerprint(Ring(taps=4))
    True
    """
    return hashlib.sha256(to_json(config).encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return to_dict(value)
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return str(value) if isinstance(value, Path) else value


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)  # numbers, booleans and strings are written alike in both


def _required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _typed(hint: Any, value: Any, where: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, pytypes.UnionType):
        if value is None:
            return None
        return _typed(next(a for a in arguments if a is not type(None)), value, where)
    if dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return from_dict(hint, value, where=where)  # type: ignore[arg-type]
    if origin is tuple and isinstance(value, list | tuple):
        return tuple(_typed(arguments[0], v, where) for v in value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint is Path and isinstance(value, str):
        return Path(value)
    if origin is dict and isinstance(value, dict):
        return {k: _typed(arguments[1], v, f"{where}.{k}") for k, v in value.items()}
    expected = origin or hint
    if expected is Any or (isinstance(value, expected) and not (expected is int and isinstance(value, bool))):
        return value
    raise ConfigError(f"{where}: {value!r} is {type(value).__name__}, expected {getattr(hint, '__name__', hint)}")
