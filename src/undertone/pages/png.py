"""A PNG picture with a palette, written with zlib alone."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray


def png(levels: NDArray[np.uint8], palette: bytes) -> bytes:
    """Write a picture of 256 colours.

    Parameters
    ----------
    levels : ndarray of uint8, shape (rows, columns)
        Index into the palette, top row first.
    palette : bytes
        256 times red, green, blue.

    Returns
    -------
    bytes
        A PNG file (ISO/IEC 15948), colour type 3, no filter.
    """
    height, width = levels.shape
    rows = np.zeros((height, width + 1), dtype=np.uint8)  # each row starts with its filter: 0, none
    rows[:, 1:] = levels
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def data_uri(content: bytes, mime: str) -> str:
    """Write bytes as an address that holds them."""
    return f"data:{mime};base64,{base64.b64encode(content).decode('ascii')}"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
