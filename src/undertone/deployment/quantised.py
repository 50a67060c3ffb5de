"""A network in integers: what its ranges are taken from, and what else of a bundle changes with it.

A bundle brings rows of its own: features of training segments, so that no speaker who judges it is among them. Another
corpus may be named instead; then its recordings go through the bundle's front end. A bare network knows no front end:
its rows come as an array of inputs.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from undertone.audio.read import read
from undertone.bundle import Bundle, golden_vectors, load, save
from undertone.bundle.model import network_inputs
from undertone.compiler import Graph
from undertone.compiler.passes.quantise import in_integers, quantise
from undertone.corpora import load as load_corpus
from undertone.errors import InputError, NotFoundError, UnknownNameError

DTYPES = ("f32", "s8")
MOST_CLIPS = 128
IN_INTEGERS = "Its network computes in integers of 8 bits; its figures were measured before, in float32."


def check_dtype(dtype: str, calibrate: str) -> None:
    """Refuse what is neither "f32" nor "s8", and rows that nothing asks for."""
    if dtype not in DTYPES:
        raise UnknownNameError("dtype", dtype, DTYPES)
    if calibrate and dtype != "s8":
        raise InputError(f"--calibrate {calibrate!r}: only --dtype s8 takes ranges; leave it out, or add --dtype s8")


def quantised_network(graph: Graph, calibrate: str) -> Graph:
    """Quantise a bare network by the inputs in a ``.npy`` file.

    Raises
    ------
    InputError, NotFoundError, ModelError
        No file is named, or it holds no rows that fit.
    """
    if not calibrate:
        raise InputError(
            "--dtype s8 takes its ranges from real inputs: name some with --calibrate FILE.npy, an array of shape "
            f"(n, ...) with n of 100 or more; each row is one input, {graph.tensors[graph.inputs[0]]}"
        )
    return quantise(graph, _array(calibrate))


def quantised_bundle(bundle: Bundle, calibrate: str = "") -> Bundle:
    """Quantise a bundle's network; its golden scores become those of the quantised one.

    Parameters
    ----------
    bundle : Bundle
        In float32; one in integers stays as it is.
    calibrate : str
        A corpus by name or folder, or a ``.npy`` file of features before scaling; empty: the bundle's own rows.

    Raises
    ------
    InputError, NotFoundError, CorpusError, ModelError
        The bundle has no rows and none are named, or they do not fit.
    """
    if in_integers(bundle.graph):
        return bundle
    if calibrate:
        rows = _array(calibrate) if calibrate.lower().endswith(".npy") else _features(bundle, calibrate)
    else:
        rows = bundle.rows
    if not rows.size:
        raise InputError(
            f"{bundle.name}: the bundle holds no rows to take ranges from (an older version made it); name some: "
            f"--calibrate CORPUS, best what it was trained on ({', '.join(d.corpus for d in bundle.card.data)})"
        )
    if rows.shape[1:] != (bundle.frontend.size,):
        raise InputError(f"--calibrate {calibrate}: rows of shape {rows.shape}; accepted: (n, {bundle.frontend.size})")
    graph = quantise(bundle.graph, network_inputs(bundle, rows))
    return golden_vectors(dataclasses.replace(bundle, graph=graph, personal=None))


def quantise_file(model: Path, out: Path, *, calibrate: str = "") -> Bundle:
    """Write a bundle in integers: a quarter of the weights, no rows, the answers of its program on every target.

    Parameters
    ----------
    model, out : Path
        A bundle, and the file to write.
    calibrate : str
        As `quantised_bundle` takes it.

    Returns
    -------
    Bundle
        What was written. Its card says that it is in integers; the figures on it stay those of the network in float32.

    Raises
    ------
    BundleError, NotFoundError
        No bundle there.
    InputError
        It is in integers already, or what `quantised_bundle` raises.
    """
    bundle = load(model)
    if in_integers(bundle.graph):
        raise InputError(f"{model}: its network is in integers already")
    made = quantised_bundle(bundle, calibrate)
    summary = f"{made.card.summary} {IN_INTEGERS}"
    card = dataclasses.replace(made.card, summary=summary)
    return save(dataclasses.replace(made, card=card, rows=np.zeros((0, 0), np.float32)), out)


def _array(path: str) -> NDArray[np.float32]:
    if not Path(path).is_file():
        raise NotFoundError(f"no file at {path!r}; --calibrate takes a .npy of shape (n, ...)")
    try:
        rows = np.load(path, allow_pickle=False)
        return np.asarray(rows, np.float32)
    except (ValueError, TypeError, EOFError, OSError) as error:
        raise InputError(f"{path}: not an array of numbers that numpy.save wrote: {error}") from error


def _features(bundle: Bundle, corpus: str) -> NDArray[np.float32]:
    """Return the features of a corpus's clips, spread evenly over it."""
    utterances = load_corpus(corpus).utterances
    chosen = np.linspace(0, len(utterances) - 1, min(MOST_CLIPS, len(utterances))).astype(int)
    return np.concatenate([bundle.frontend.transform(read(utterances[i].path))[1] for i in chosen])
