"""The C that ships inside the package, and its host loader."""

from undertone.runtime.native import C_FLAGS, include_dir, source_hash, sources

__all__ = ["C_FLAGS", "include_dir", "source_hash", "sources"]
