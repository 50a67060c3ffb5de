"""`emit_c`: a graph to the files of its C."""

from __future__ import annotations

from undertone.compiler.emission import source, weights
from undertone.compiler.emission.names import identifier
from undertone.compiler.emission.own_math import with_own_curves, with_own_math
from undertone.compiler.graph import Graph
from undertone.compiler.passes import optimise
from undertone.compiler.passes.winograd import choose_winograd
from undertone.compiler.planning.lean import choose_lean


def emit_c(
    graph: Graph, name: str, *, own_math: bool = False, optimize: str = "speed", winograd: bool = False
) -> dict[str, str | bytes]:
    """Write a network as C11.

    Parameters
    ----------
    graph : Graph
        A legal one; the passes run here.
    name : str
        What files and functions are called; made an identifier.
    own_math : bool
        The house's functions instead of math.h's: the same bits on all machines, and no C library.
    optimize : str
        "speed", or "ram": layers are rolled through windows where the arena gets smaller by it.
    winograd : bool
        Fewer products in convolutions where that pays on processors with large caches; in little memory when
        ``optimize`` is "ram".

    Returns
    -------
    dict of str to str
        ``NAME.h``, ``NAME.c`` and ``NAME_weights.c``. The function is ``NAME_run(inputs..., outputs..., arena)``.

    Raises
    ------
    UnsupportedError
        A node that the C cannot do.
    """
    word = identifier(name)
    lean = optimise(graph)
    if winograd:
        lean = choose_winograd(lean) if optimize == "speed" else choose_lean(lean)
    e = source.prepare(lean, word, optimize=optimize)
    text = source.source(e)
    return {
        f"{word}.h": source.header(e),
        f"{word}.c": with_own_math(text) if own_math else with_own_curves(text),
        f"{word}_weights.c": weights.source(word, e.data),
    }
