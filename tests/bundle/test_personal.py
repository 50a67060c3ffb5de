"""The line for a known voice in a bundle: read back, needed where it is named, refused where nothing takes it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from undertone.bundle import PersonalLine, load, save
from undertone.bundle.archive import seal, unseal
from undertone.errors import BundleError


@pytest.fixture(scope="module")
def lined_file(lined_bundle, tmp_path_factory):
    path = tmp_path_factory.mktemp("lined") / "lined.undertone"
    save(lined_bundle, path)
    return path


def test_it_reads_back(lined_bundle, lined_file):
    read, made = load(lined_file).personal, lined_bundle.personal
    for name in ("inv_scale", "weights", "bias"):
        assert getattr(read, name).tobytes() == getattr(made, name).tobytes()
    assert read.limit == 1.5


def test_the_answer_does_not_ask_it(lined_bundle, lined_file, tmp_path):
    plain = save(dataclasses.replace(lined_bundle, personal=None), tmp_path / "plain.undertone")
    assert plain.personal is None
    assert [g.scores.tobytes() for g in plain.golden] == [g.scores.tobytes() for g in load(lined_file).golden]


def test_a_bundle_that_names_one_must_hold_it(lined_file, tmp_path):
    members = unseal(lined_file.read_bytes(), where="lined")
    (tmp_path / "x.undertone").write_bytes(seal({n: c for n, c in members.items() if n != "personal.f32"}))
    with pytest.raises(BundleError, match=r"'personal\.f32' is missing; make it again with `undertone train`"):
        load(tmp_path / "x.undertone")
    (tmp_path / "x.undertone").write_bytes(seal(members | {"personal.f32": members["personal.f32"][:-4]}))
    with pytest.raises(BundleError, match="incomplete: "):
        load(tmp_path / "x.undertone")


def test_one_that_does_not_fit_is_refused(lined_bundle, small_bundle):
    good = lined_bundle.personal
    with pytest.raises(BundleError, match=r"a personal line of shapes .*\(161,\).*accepted: \(\(162,\), \(162, 3\)"):
        dataclasses.replace(lined_bundle, personal=dataclasses.replace(good, inv_scale=np.ones(161, np.float32)))
    with pytest.raises(BundleError, match=r"a limit of 0; accepted: .* more than 0"):
        dataclasses.replace(lined_bundle, personal=dataclasses.replace(good, limit=0))
    with pytest.raises(BundleError, match=r"the network has no 'line_kernel' of shape \(162, 3\)"):
        dataclasses.replace(small_bundle, personal=good)


def test_bytes_are_little_endian_and_in_order():
    line = PersonalLine(np.float32([2, 3]), np.float32([[4, 5, 6], [7, 8, 9]]), np.float32([10, 11, 12]), 1.0)
    assert np.frombuffer(line.to_bytes(), "<f4").tolist() == [*range(2, 13)]
