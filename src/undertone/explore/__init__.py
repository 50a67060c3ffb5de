"""Look before training: what is in a corpus, how it sounds, and what is wrong with it, on one page."""

from undertone.explore.report import explore

__all__ = ["explore"]
