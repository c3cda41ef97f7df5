"""Pictures made as small as the API takes them, by Pillow, which is an extra of its own."""

from __future__ import annotations

import io
from importlib import import_module

EDGE = 1_568
"""Pixels of the longer side beyond which the API scales a picture down itself."""


def scaled(data: bytes, most: int) -> bytes:
    """The picture at most `EDGE` pixels a side; empty for a damaged one.

    It is a PNG where it may be transparent and has no more than `most` bytes, else a JPEG.
    Raises ImportError where Pillow is not installed.
    """
    pillow = import_module("PIL.Image")
    made = io.BytesIO()
    try:
        with pillow.open(io.BytesIO(data)) as picture:
            picture.thumbnail((EDGE, EDGE))
            if picture.mode not in ("RGB", "L", "CMYK"):
                picture.convert("RGBA").save(made, "PNG")
            if not 0 < made.tell() <= most:
                made = io.BytesIO()
                picture.convert("RGB").save(made, "JPEG", quality=90)
    except (OSError, ValueError, SyntaxError, pillow.DecompressionBombError):
        return b""
    return made.getvalue()
