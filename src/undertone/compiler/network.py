"""A network that answers in the quickest way that this machine has: compiled where that pays, else interpreted."""

from __future__ import annotations

import threading
import warnings

import numpy as np
from numpy.typing import NDArray

from undertone.compiler import library_cache
from undertone.compiler.graph import Graph
from undertone.compiler.interpreter import run
from undertone.compiler.library import Library
from undertone.errors import MissingExtraError, UndertoneError

BUILD_AFTER = 64  # answers: about as long as a build takes


class Network:
    """A graph of one float32 input and one float32 output, to be asked many times.

    A library that an earlier process built is used from the first answer on. Without one the first `BUILD_AFTER`
    answers come from the interpreter, so that a question about one clip never waits for a compiler (a build takes as
    long as those answers, so that no one waits more than twice as long as they would have to); then it is built.
    Where there is no compiler, or a build fails, the interpreter goes on. Both agree within 1e-5.

    Parameters
    ----------
    graph : Graph
        The network.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._library: Library | None = None
        self._answers = 0
        self._lock = threading.Lock()

    def __call__(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Answer one input; the axes of one step may be missing."""
        library = self._library or self._compiled()
        return run(self.graph, x) if library is None else library(x)

    @property
    def compiled(self) -> bool:
        """Whether answers come from compiled code by now."""
        return self._library is not None

    def _compiled(self) -> Library | None:
        """Look for a library at the first answer, build it when enough have been given."""
        with self._lock:
            self._answers += 1
            if self._library is None and self._answers in (1, BUILD_AFTER):
                self._library = self._find_or_build(build=self._answers == BUILD_AFTER)
            return self._library

    def _find_or_build(self, *, build: bool) -> Library | None:
        try:
            return library_cache.find(self.graph) or (library_cache.build(self.graph) if build else None)
        except MissingExtraError:
            return None
        except (UndertoneError, OSError) as error:
            warnings.warn(f"the network is interpreted, which is slower: {error}", stacklevel=3)
            return None
