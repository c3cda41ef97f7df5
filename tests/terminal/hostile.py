"""Text that means harm, and the question whether any of it is still dangerous."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).parent.parent / "data" / "hostile.jsonl"

KEPT_FORMATS = frozenset("\u200c\u200d")
"""Invisible, and needed: they join letters and emoji."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """One string that someone may send."""

    name: str
    kind: str
    text: str
    must_show: str = ""


def corpus() -> list[Hostile]:
    """All of them."""
    records = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
    return [
        Hostile(
            name=record["name"],
            kind=record["class"],
            text=record["text"],
            must_show=record.get("must_show", ""),
        )
        for record in records
    ]


def offences(text: str) -> list[str]:
    """The characters of `text` that a terminal would obey or nobody could see."""
    found = []
    for position, character in enumerate(text):
        kind = unicodedata.category(character)
        flag = text[max(0, position - 7) : position + 1].rfind("\U0001f3f4") >= 0
        is_tag = 0xE0000 <= ord(character) <= 0xE0FFF
        if is_tag and flag:
            continue
        hidden = kind in ("Cc", "Cf", "Cs", "Zl", "Zp") or is_tag or _is_noncharacter(character)
        prepended = "ARABIC" in unicodedata.name(character, "") and "MARK" not in unicodedata.name(
            character, ""
        )
        if hidden and character not in KEPT_FORMATS and character != "\n" and not prepended:
            found.append(f"U+{ord(character):04X}")
    return found


def _is_noncharacter(character: str) -> bool:
    return ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
