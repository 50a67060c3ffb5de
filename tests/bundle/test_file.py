"""A bundle as a file: whole, the same bytes for the same parts, refused when anything in it drifts."""

from __future__ import annotations

import dataclasses
import json
import random

import numpy as np
import pytest

from undertone.bundle import golden_vectors, load, save, score
from undertone.bundle.archive import seal, unseal
from undertone.bundle.golden import FEATURE_TOLERANCE, SCORE_TOLERANCE
from undertone.errors import BundleError
from undertone.evaluation import Doubt
from undertone.features import FEATURES


@pytest.fixture
def members(small_file):
    """Return the members of the small bundle."""
    return unseal(small_file.read_bytes(), where="small")


@pytest.fixture
def reload(tmp_path):
    """Return a loader of members that were changed and sealed again."""

    def reseal(members):
        path = tmp_path / "changed.undertone"
        path.write_bytes(seal(members))
        return load(path)

    return reseal


def edited(members, name, **changes):
    return members | {name: json.dumps(json.loads(members[name]) | changes).encode()}


def test_all_parts_read_back(small_bundle, small_file) -> None:
    bundle = load(small_file)
    assert (bundle.name, bundle.labels, bundle.temperature) == ("small", ("angry", "neutral", "sad"), 1.25)
    assert bundle.frontend == small_bundle.frontend
    assert bundle.card == small_bundle.card
    assert bundle.mean.tobytes() == small_bundle.mean.tobytes()
    assert bundle.inv_scale.tobytes() == small_bundle.inv_scale.tobytes()
    assert [golden.name for golden in bundle.golden] == ["glide", "calls", "breath"]
    assert len(bundle.golden[2].features) == 2, "one golden sound has several segments"
    assert len({golden.rate for golden in bundle.golden}) == 3
    clip = bundle.golden[1].clip
    assert score(bundle, clip).scores.tobytes() == score(small_bundle, clip).scores.tobytes()


def test_doubt_and_unknown_read_back(small_bundle, tmp_path) -> None:
    doubting = dataclasses.replace(small_bundle, doubt=Doubt(1.75, usual_s=1.25), unknown_below=0.4)
    bundle = save(doubting, tmp_path / "doubting.undertone")
    assert (bundle.doubt.limit, bundle.doubt.usual_s, bundle.doubt.mean.size) == (1.75, 1.25, 0)
    assert bundle.unknown_below == 0.4
    assert load(tmp_path / "doubting.undertone").sha256 == bundle.sha256
    usual = np.linspace(0.1, 1, 2 * 324, dtype=np.float32)
    wide = dataclasses.replace(small_bundle, doubt=Doubt(1.75, usual[:324], usual[324:]))
    again = save(wide, tmp_path / "wide.undertone").doubt
    assert (again.mean.tobytes(), again.inv_scale.tobytes()) == (usual[:324].tobytes(), usual[324:].tobytes())


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"doubt": Doubt(0.0)}, "a limit of 0.0 for strange segments"),
        ({"doubt": Doubt(1.0, usual_s=-1.0)}, "segments of usually -1.0 s; accepted: 0"),
        (
            {"doubt": Doubt(1.0, np.ones(66, np.float32), np.ones(66, np.float32))},
            "accepted: more than 0, with 0 or 324",
        ),
        (
            {"doubt": Doubt(1.0, statistics=50)},
            "looks at the last 50 numbers.*accepted for article.v1: 0, which is all",
        ),
        ({"unknown_below": 1.2}, "unknown_below=1.2; accepted: a score, 0 to 1"),
        ({"unknown_below": 0.2, "labels": ("angry", "sad", "unknown")}, "has a class 'unknown' of its own"),
    ],
)
def test_doubt_that_cannot_be(small_bundle, parts, message) -> None:
    with pytest.raises(BundleError, match=message):
        dataclasses.replace(small_bundle, **parts)


def test_same_parts_are_the_same_bytes(small_bundle, small_file, tmp_path) -> None:
    again = save(small_bundle, tmp_path / "other-name.undertone")
    assert (tmp_path / "other-name.undertone").read_bytes() == small_file.read_bytes()
    assert again.sha256 == load(small_file).sha256
    save(again, tmp_path / "twice.undertone")
    assert (tmp_path / "twice.undertone").read_bytes() == small_file.read_bytes(), "loading and saving keeps the bytes"


def test_a_flipped_bit_anywhere_is_refused(small_file, tmp_path) -> None:
    content = small_file.read_bytes()
    path = tmp_path / "flipped.undertone"
    places = [0, 1, len(content) // 2, len(content) - 200, len(content) - 50, len(content) - 1]
    for place in places + random.Random(5).sample(range(len(content)), 60):
        flipped = bytearray(content)
        flipped[place] ^= 1 << place % 8
        path.write_bytes(flipped)
        with pytest.raises(BundleError, match=r"flipped\.undertone: "):
            load(path)


@pytest.mark.parametrize("content", [b"", b"PK", b"\x89HDF\r\n\x1a\n" + bytes(400), b"dear diary\n" * 50])
def test_not_a_bundle(content, tmp_path) -> None:
    path = tmp_path / "x.undertone"
    path.write_bytes(content)
    with pytest.raises(BundleError, match=r"x\.undertone: not an undertone bundle"):
        load(path)


def test_a_newer_format_says_so(members, reload) -> None:
    with pytest.raises(BundleError, match=r"undertone 9\.1 in format 7; .* up to format 2: read it with a newer"):
        reload(edited(members, "manifest.json", format=7, undertone="9.1"))


def test_every_member_but_the_readable_cards_is_needed(members, reload) -> None:
    for name in members:
        rest = {other: content for other, content in members.items() if other != name}
        if name in ("CARD.md", "CARD.html"):
            reload(rest)
            continue
        with pytest.raises(BundleError, match=r"changed\.undertone: .*make it again with `undertone train`"):
            reload(rest)


@pytest.mark.parametrize(
    ("member", "changes", "message"),
    [
        ("manifest.json", {"labels": ["angry", "sad"]}, "2 labels, but the network"),
        ("manifest.json", {"temperature": 0.0}, "a temperature of 0.0; accepted: more than 0"),
        ("manifest.json", {"temperature": None}, "incomplete"),
        ("manifest.json", {"frontend": {"segmentation": "grit"}}, "did you mean 'grid'"),
        ("manifest.json", {"frontend": {"feature_set": "article.v2"}}, "did you mean 'article.v1'"),
        ("manifest.json", {"format": "new"}, "no usable manifest"),
        ("card.json", {"author": "me"}, "unknown key 'author'"),
    ],
)
def test_parts_that_do_not_fit(members, reload, member, changes, message) -> None:
    with pytest.raises(BundleError, match=message):
        reload(edited(members, member, **changes))


def test_a_scaler_of_another_size(members, reload) -> None:
    with pytest.raises(BundleError, match=r"gives 162 numbers a segment, the scaler has 161 and 161"):
        reload(members | {"scaler.f32": bytes(4 * 2 * 161)})


def test_a_changed_weight_is_caught_by_the_golden_sounds(members, reload) -> None:
    weights = np.frombuffer(members["network/weights.bin"], "<f4").copy()
    weights[: 162 * 3] *= -1
    with pytest.raises(BundleError, match=r"golden sound 'glide': a score is off by .*reinstall undertone or retrain"):
        reload(members | {"network/weights.bin": weights.tobytes()})


@pytest.mark.parametrize(("share", "accepted"), [(0.9, True), (1.1, False)])
def test_golden_scores_are_compared_at_their_tolerance(members, reload, share, accepted) -> None:
    scores = np.frombuffer(members["golden/0.scores"], "<f4").copy()
    scores[1] += np.float32(share * SCORE_TOLERANCE)
    changed = members | {"golden/0.scores": scores.tobytes()}
    if accepted:
        reload(changed)
    else:
        with pytest.raises(BundleError, match=r"golden sound 'glide': a score is off by 0\.0011, accepted 0\.001"):
            reload(changed)


@pytest.mark.parametrize("block", range(5))
@pytest.mark.parametrize(("share", "accepted"), [(0.9, True), (1.1, False)])
def test_golden_features_are_compared_at_the_tolerance_of_their_block(members, reload, block, share, accepted) -> None:
    blocks = FEATURES["article.v1"].blocks
    begin, (name, width) = sum(width for _, width in blocks[:block]), blocks[block]
    features = np.frombuffer(members["golden/2.features"], "<f4").reshape(2, -1).copy()
    smallest = begin + int(np.abs(features[1, begin : begin + width]).argmin())
    features[1, smallest] += share * FEATURE_TOLERANCE * np.abs(features[:, begin : begin + width]).max()
    changed = members | {"golden/2.features": features.tobytes()}
    if accepted:
        reload(changed)
    else:
        with pytest.raises(BundleError, match=rf"golden sound 'breath': {name} is off by .* of its largest value"):
            reload(changed)


def test_not_a_number_is_no_match(members, reload) -> None:
    scores = np.full(3, np.nan, "<f4")
    with pytest.raises(BundleError, match="off by nan"):
        reload(members | {"golden/0.scores": scores.tobytes()})


def test_a_bundle_without_golden_sounds_is_refused(members, reload) -> None:
    with pytest.raises(BundleError, match="no golden vectors"):
        reload(members | {"golden.json": b"[]"})


def test_golden_sounds_are_sound_and_stay_as_they_are(small_bundle) -> None:
    first, second = (golden_vectors(small_bundle).golden for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert one.pcm.tobytes() == other.pcm.tobytes()
        assert np.abs(one.clip.samples).max() > 0.1, f"{one.name} is too faint to show a drift"


def test_parts_that_do_not_fit_are_refused_before_they_are_saved(small_bundle) -> None:
    with pytest.raises(BundleError, match="2 labels"):
        dataclasses.replace(small_bundle, labels=("angry", "sad"))
    half = np.ones(81, np.float32)  # only a sequence has fewer columns than numbers
    with pytest.raises(BundleError, match=r"the scaler has 81 and 81 \(accepted: 162\)"):
        dataclasses.replace(small_bundle, mean=half, inv_scale=half)
