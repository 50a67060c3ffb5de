"""A file that notices every changed byte."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from undertone.bundle import archive
from undertone.bundle.archive import seal, unseal, write_whole
from undertone.errors import BundleError, NotFoundError

MEMBERS = {"manifest.json": b"{}\n", "b/weights": bytes(range(200)), "a": b"", "café": b"x"}
SEALED = seal(MEMBERS)


def test_members_read_back_in_alphabetical_order() -> None:
    read = unseal(SEALED, where="here")
    assert read == MEMBERS
    assert list(read) == sorted(MEMBERS)


def test_equal_members_are_equal_bytes_in_any_order() -> None:
    assert seal(dict(reversed(MEMBERS.items()))) == SEALED


def test_any_zip_tool_opens_it() -> None:
    with zipfile.ZipFile(io.BytesIO(SEALED)) as file:
        assert file.testzip() is None
        assert {name: file.read(name) for name in file.namelist()} == MEMBERS
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_every_flipped_bit_is_noticed() -> None:
    for place in range(8 * len(SEALED)):
        flipped = bytearray(SEALED)
        flipped[place // 8] ^= 1 << place % 8
        with pytest.raises(BundleError, match=r"^here: "):
            unseal(bytes(flipped), where="here")


@given(st.integers(0, len(SEALED) - 1))
def test_every_cut_is_noticed(length: int) -> None:
    with pytest.raises(BundleError, match=r"^here: "):
        unseal(SEALED[:length], where="here")


@given(st.binary(min_size=1, max_size=300))
def test_bytes_that_follow_are_noticed(surplus: bytes) -> None:
    with pytest.raises(BundleError):
        unseal(SEALED + surplus, where="here")


@given(st.binary(max_size=400))
def test_noise_is_not_a_bundle(noise: bytes) -> None:
    with pytest.raises(BundleError, match="not an undertone bundle"):
        unseal(noise, where="here")


def test_a_zip_of_someone_else_is_not_a_bundle() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("letter.txt", "hello")
    with pytest.raises(BundleError, match=r"not an undertone bundle; `undertone train` writes one"):
        unseal(buffer.getvalue(), where="here")


def test_a_cut_bundle_is_told_from_what_never_was_one() -> None:
    with pytest.raises(BundleError, match="damaged or cut short"):
        unseal(SEALED[:-10], where="here")


def test_a_forged_seal_over_a_broken_zip_is_refused() -> None:
    import hashlib

    body = SEALED[: -archive._SEAL_BYTES].replace(b"PK\x01\x02", b"PK\x01\x03")
    forged = body + archive._SEAL + hashlib.sha256(body).hexdigest().encode()
    with pytest.raises(BundleError, match=r"^here: "):
        unseal(forged, where="here")


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch) -> None:
    path = tmp_path / "deep" / "m.undertone"
    write_whole(path, b"old")
    with pytest.raises(TypeError):
        write_whole(path, "not bytes")  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert [p.name for p in path.parent.iterdir()] == ["m.undertone"]


def test_nothing_there(tmp_path) -> None:
    with pytest.raises(NotFoundError, match="no bundle at"):
        archive.read_whole(tmp_path / "none.undertone")


def test_a_folder_is_not_a_bundle(tmp_path) -> None:
    with pytest.raises(BundleError, match="a folder, not a bundle"):
        archive.read_whole(tmp_path)


def test_seal_covers_names_and_contents() -> None:
    seals = {seal(m)[-64:] for m in (MEMBERS, {**MEMBERS, "a": b"\0"}, {**MEMBERS, "z": b""}, {"z": b""})}
    assert len(seals) == 4
    assert np.unique([len(s) for s in seals]).tolist() == [64]


def test_a_bundle_that_would_unpack_to_gigabytes_is_not_unpacked(monkeypatch) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 150)
    with pytest.raises(BundleError, match=r"here: claims to unpack to 204 bytes; accepted: 150"):
        unseal(SEALED, where="here")
