"""Bare addresses in prose become links, as they do everywhere else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hq_tui.ui.transcript.layout.rows import Span

_EASTERN = "\u2e80-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
_ADDRESS = re.compile(
    rf"(?<![A-Za-z0-9_@/])(?:https?://|www\.(?=[\w-]+\.))[^\s<>\"`\\^{{}}|“”‘’«»…{_EASTERN}]+",
    re.IGNORECASE,
)
_PUNCTUATION = ".,;:!?*_~'"
_BRACKETS = {")": "(", "]": "["}


def may_have_any(text: str) -> bool:
    """True if it is worth looking for addresses in `text`."""
    return "://" in text or "www." in text


def linked(spans: Sequence[Span]) -> list[Span]:
    """`spans` with each bare address as a link to itself."""
    return [piece for span in spans for piece in _linked(span)]


def _linked(span: Span) -> Sequence[Span]:
    text, style = span
    if style.href or style.role == "code":
        return (span,)
    pieces: list[Span] = []
    place = 0
    for match in _ADDRESS.finditer(text):
        address = _trimmed(match[0])
        if address.endswith("//"):
            continue
        href = address if "://" in address else f"https://{address}"
        pieces.append((text[place : match.start()], style))
        pieces.append((address, style._replace(role="link", underline=True, href=href)))
        place = match.start() + len(address)
    pieces.append((text[place:], style))
    return [piece for piece in pieces if piece[0]]


def _trimmed(address: str) -> str:
    """`address` without the punctuation of the sentence that it stands in."""
    end = len(address)
    while end:
        last = address[end - 1]
        opening = _BRACKETS.get(last)
        if last not in _PUNCTUATION and (
            opening is None or address.count(last, 0, end) <= address.count(opening, 0, end)
        ):
            break
        end -= 1
    return address[:end]
