"""Named members to one file and back: a zip that any tool opens, sealed with a digest over every byte.

The digest stands in the zip's comment, the last bytes of the file, and covers all that is before it: names, times
and lengths of the zip's own directory too. One flipped bit anywhere is noticed. Members are deflated, in alphabetical
order, with one fixed date: equal members are equal bytes, with one version of zlib.
"""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from undertone.errors import BundleError, NotFoundError

_SEAL = b"undertone bundle, sha256 of all before: "
_SEAL_BYTES = len(_SEAL) + 64
_DATE = (1980, 1, 1, 0, 0, 0)
_LEVEL = 9
#: A bundle that claims to unpack to more is not unpacked; ours have a few megabytes.
MOST_BYTES = 1 << 30


def seal(members: Mapping[str, bytes]) -> bytes:
    """Pack members into the bytes of a sealed zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, members[name], zipfile.ZIP_DEFLATED, _LEVEL)
        archive.comment = b" " * _SEAL_BYTES
    body = buffer.getvalue()[:-_SEAL_BYTES]
    return body + _SEAL + hashlib.sha256(body).hexdigest().encode()


def unseal(content: bytes, *, where: str) -> dict[str, bytes]:
    """Check the seal and unpack the members.

    Raises
    ------
    BundleError
        Not a bundle, or not the bytes that were written.
    """
    body, tail = content[:-_SEAL_BYTES], content[-_SEAL_BYTES:]
    if not content.startswith(b"PK") or not tail.startswith(_SEAL[:9]):
        if content.startswith(b"PK\x03\x04") and b"manifest.json" in content:
            raise BundleError(f"{where}: the bundle is damaged or cut short (no seal at its end); fetch it again")
        raise BundleError(f"{where}: not an undertone bundle; `undertone train` writes one (RUN/model.undertone)")
    if tail != _SEAL + hashlib.sha256(body).hexdigest().encode():
        raise BundleError(
            f"{where}: the bundle is damaged (its SHA-256 is not the one it was sealed with); fetch it again"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            claimed = sum(member.file_size for member in archive.infolist())
            if claimed > MOST_BYTES:
                raise BundleError(f"{where}: claims to unpack to {claimed} bytes; accepted: {MOST_BYTES}")
            return {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error) as error:
        raise BundleError(f"{where}: sealed, but not by undertone: {error}; fetch it again") from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read_whole(path: Path) -> bytes:
    """Read a bundle's bytes; a path that leads nowhere is a `NotFoundError`, a folder a `BundleError`."""
    if path.is_dir():
        inside = next(iter(sorted(path.glob("*.undertone"))), None)
        raise BundleError(f"{path}: a folder, not a bundle" + (f"; did you mean {inside}?" if inside else ""))
    if not path.is_file():
        raise NotFoundError(f"no bundle at {str(path)!r}; `undertone train` writes one (RUN/model.undertone)")
    return path.read_bytes()
