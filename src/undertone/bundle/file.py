"""The bundle's file: which member holds what.

==================  =====================================================================
manifest.json       format, name, labels, front end, calibration, version of undertone
network/…           the graph and its weights, as the compiler packs them
scaler.f32          mean, then 1/scale, little-endian float32
doubt.f32           what training sequences were like: means, then 1/scales; of vectors and in older bundles none
personal.f32        of models with a line: the line for a known voice (1/scale, weights, bias); older bundles have none
rows.f16            features of some training segments, little-endian float16; format 1 has rows.f32 or none
golden.json         name, rate and shape of each golden sound
golden/N.…          its PCM (int16), features (of a sequence every eighth frame) and scores (float32), little-endian
card.json           the card for programs; CARD.md and CARD.html for people
==================  =====================================================================
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from undertone import __version__
from undertone.bundle import archive
from undertone.bundle.card import Card
from undertone.bundle.card_page import to_html
from undertone.bundle.card_text import to_markdown
from undertone.bundle.golden import golden_vectors, replay
from undertone.bundle.model import Bundle, Golden
from undertone.bundle.normalisation import normalisation_words
from undertone.bundle.personal import PersonalLine
from undertone.compiler import pack, unpack
from undertone.config import from_dict, to_dict
from undertone.errors import BundleError, UndertoneError
from undertone.evaluation import Doubt
from undertone.features.frontend import FrontEnd

FORMAT = 2

_MEND = "make it again with `undertone train`"


def save(bundle: Bundle, path: Path) -> Bundle:
    """Record golden vectors, write the file whole, and return the bundle with its SHA-256."""
    content = archive.seal(_members(golden_vectors(bundle)))
    archive.write_whole(path, content)
    return load(path)


def load(path: Path) -> Bundle:
    """Read a bundle and replay its golden vectors.

    Parameters
    ----------
    path : Path
        A file that `save` wrote.

    Raises
    ------
    NotFoundError
        Nothing is there.
    BundleError
        Not a bundle, damaged, made by a newer version, or this machine computes other numbers than its maker's.
    """
    content = archive.read_whole(path)
    members = archive.unseal(content, where=str(path))
    manifest = _manifest(members, where=str(path))
    try:
        bundle = _from_members(manifest, members, hashlib.sha256(content).hexdigest())
    except (KeyError, TypeError, UndertoneError, ValueError) as error:
        lack = f"{error} is missing" if isinstance(error, KeyError) else error
        raise BundleError(f"{path}: the bundle is incomplete: {lack}; {_MEND}") from error
    replay(bundle, where=str(path))
    return bundle


def _manifest(members: dict[str, bytes], *, where: str) -> dict[str, Any]:
    """Read the manifest of a format that this version knows."""
    try:
        manifest: dict[str, Any] = json.loads(members["manifest.json"])
        format_, maker = int(manifest["format"]), str(manifest["undertone"])
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(f"{where}: the bundle has no usable manifest.json ({error}); {_MEND}") from error
    if format_ > FORMAT:
        raise BundleError(
            f"{where}: made by undertone {maker} in format {format_}; this version reads up to format {FORMAT}: "
            "read it with a newer undertone (in its checkout: git pull, then make setup)"
        )
    return manifest


def _members(bundle: Bundle) -> dict[str, bytes]:
    manifest = {
        "format": FORMAT,
        "undertone": __version__,
        "name": bundle.name,
        "labels": list(bundle.labels),
        "frontend": to_dict(bundle.frontend),
        "temperature": bundle.temperature,
    }
    if bundle.doubt is not None:
        manifest |= {"usual_limit": bundle.doubt.limit, "usual_s": bundle.doubt.usual_s}
    if bundle.unknown_below is not None:
        manifest["unknown_below"] = bundle.unknown_below
    if bundle.personal is not None:
        manifest["personal_limit"] = bundle.personal.limit
    members = {f"network/{name}": content for name, content in pack(bundle.graph).items()}
    members["manifest.json"] = _json(manifest)
    members["scaler.f32"] = np.concatenate([bundle.mean, bundle.inv_scale]).astype("<f4").tobytes()
    if bundle.doubt is not None and bundle.doubt.mean.size:
        members["doubt.f32"] = np.concatenate([bundle.doubt.mean, bundle.doubt.inv_scale]).astype("<f4").tobytes()
    if bundle.personal is not None:
        members["personal.f32"] = bundle.personal.to_bytes()
    if bundle.rows.size:
        members["rows.f16"] = bundle.rows.astype("<f2").tobytes()
    members["card.json"] = _json(to_dict(bundle.card))
    words = normalisation_words(bundle)
    members["CARD.md"] = to_markdown(bundle.card, bundle.labels, normalisation=words).encode()
    members["CARD.html"] = to_html(bundle.card, bundle.labels, normalisation=words).encode()
    sounds = [{"name": g.name, "rate": g.rate, "segments": len(g.features)} for g in bundle.golden]
    members["golden.json"] = _json(sounds)
    for index, golden in enumerate(bundle.golden):
        members[f"golden/{index}.pcm"] = golden.pcm.astype("<i2").tobytes()
        members[f"golden/{index}.features"] = golden.features.astype("<f4").tobytes()
        members[f"golden/{index}.scores"] = golden.scores.astype("<f4").tobytes()
    return members


def _from_members(manifest: dict[str, Any], members: dict[str, bytes], sha256: str) -> Bundle:
    network = {name.removeprefix("network/"): data for name, data in members.items() if name.startswith("network/")}
    graph = unpack(network)
    scaler = np.frombuffer(members["scaler.f32"], "<f4").reshape(2, -1)
    old = "rows.f32" in members
    rows = np.frombuffer(members["rows.f32"] if old else members.get("rows.f16", b""), "<f4" if old else "<f2")
    frontend = from_dict(FrontEnd, manifest["frontend"], where="manifest.json: frontend")
    return Bundle(
        name=manifest["name"],
        graph=graph,
        frontend=frontend,
        labels=tuple(manifest["labels"]),
        mean=scaler[0],
        inv_scale=scaler[1],
        temperature=float(manifest["temperature"]),
        card=from_dict(Card, json.loads(members["card.json"]), where="card.json"),
        golden=tuple(_golden(members, index, entry) for index, entry in enumerate(json.loads(members["golden.json"]))),
        rows=rows.reshape(-1, graph.tensors[graph.inputs[0]].size).astype(np.float32),
        sha256=sha256,
        doubt=_doubt(manifest, members, statistics=frontend.statistics_size if frontend.columns else 0),
        unknown_below=manifest.get("unknown_below"),
        personal=_personal(manifest, members),
    )


def _personal(manifest: dict[str, Any], members: dict[str, bytes]) -> PersonalLine | None:
    if "personal_limit" not in manifest:
        return None
    classes, limit = len(manifest["labels"]), float(manifest["personal_limit"])
    return PersonalLine.from_bytes(members["personal.f32"], classes=classes, limit=limit)


def _doubt(manifest: dict[str, Any], members: dict[str, bytes], *, statistics: int) -> Doubt | None:
    if "usual_limit" not in manifest:
        return None
    usual = np.frombuffer(members.get("doubt.f32", b""), "<f4").reshape(2, -1)
    return Doubt(float(manifest["usual_limit"]), usual[0], usual[1], statistics, float(manifest.get("usual_s", 0.0)))


def _golden(members: dict[str, bytes], index: int, entry: dict[str, Any]) -> Golden:
    return Golden(
        name=entry["name"],
        rate=entry["rate"],
        pcm=np.frombuffer(members[f"golden/{index}.pcm"], "<i2"),
        features=np.frombuffer(members[f"golden/{index}.features"], "<f4").reshape(entry["segments"], -1),
        scores=np.frombuffer(members[f"golden/{index}.scores"], "<f4"),
    )


def _json(values: Any) -> bytes:
    return (json.dumps(values, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
