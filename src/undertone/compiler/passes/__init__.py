"""The passes, one small file each, in the order in which they run.

Each takes a legal graph and gives a legal graph with the same answer: the law is checked after each, and tests
compare the numpy interpreter's answers before and after.
"""

from __future__ import annotations

from collections.abc import Callable

from undertone.compiler.graph import Graph
from undertone.compiler.passes.affine import split_batch_normalization
from undertone.compiler.passes.channels_last import put_channels_last
from undertone.compiler.passes.constants import fold_constants
from undertone.compiler.passes.dead_code import drop_dead_code
from undertone.compiler.passes.dense import lower_gemm
from undertone.compiler.passes.fold_scale import fold_scale, fuse_affine
from undertone.compiler.passes.fuse_activation import fuse_activation
from undertone.compiler.passes.fuse_bias import fuse_bias
from undertone.compiler.passes.fuse_pool import fuse_pool
from undertone.compiler.passes.identities import drop_identities
from undertone.compiler.passes.shapes import infer_shapes
from undertone.compiler.passes.transposes import remove_transposes
from undertone.compiler.passes.trim_kernels import trim_kernels
from undertone.compiler.spec import check

PASSES: tuple[Callable[[Graph], Graph], ...] = (
    infer_shapes,
    fold_constants,
    drop_identities,
    lower_gemm,
    put_channels_last,
    split_batch_normalization,
    remove_transposes,
    drop_identities,
    fuse_bias,
    fold_scale,
    fuse_bias,
    fuse_activation,
    fuse_affine,
    fuse_pool,
    trim_kernels,
    drop_dead_code,
)


def optimise(graph: Graph) -> Graph:
    """Run all passes.

    Parameters
    ----------
    graph : Graph
        As an importer gave it.

    Returns
    -------
    Graph
        What the C is emitted from.
    """
    for step in PASSES:
        graph = check(step(graph), after=step.__name__)
    return graph
