"""The few signs that are not letters, and what stands for them on a plain terminal.

The set is chosen once, before anything is drawn: nothing else in the transcript asks what
the terminal can show.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """One sign for each purpose; every one is a single column wide unless it says so."""

    bar: str
    seam: str
    folded: str
    unfolded: str
    bullet: str
    quote: str
    rule: str
    column: str
    crossing: str
    task: str
    done: str
    dot: str
    ellipsis: str
    marks: tuple[tuple[str, str], ...] = ()
    """Signs in the text of marks and what replaces them."""

    def plain(self, text: str) -> str:
        """`text` of our own with its signs in this set."""
        for sign, substitute in self.marks:
            text = text.replace(sign, substitute)
        return text


UNICODE = Glyphs(
    bar="▌",
    seam="╌",
    folded="▸",
    unfolded="▾",
    bullet="•",
    quote="▎",
    rule="─",
    column="│",
    crossing="┼",
    task="☐",
    done="☑",
    dot="·",
    ellipsis="…",
)

ASCII = Glyphs(
    bar="|",
    seam="~",
    folded=">",
    unfolded="v",
    bullet="-",
    quote="|",
    rule="-",
    column="|",
    crossing="+",
    task="[ ]",
    done="[x]",
    dot="-",
    ellipsis="...",
    marks=(
        ("╌", "-"),
        ("■", "#"),
        ("✕", "x"),
        ("·", "-"),
        ("…", "..."),
        ("▸", ">"),
        ("▾", "v"),
        ("◆", "*"),
        ("─", "-"),
    ),
)


class _Choice:
    """Holds the set in use."""

    def __init__(self) -> None:
        self.current = UNICODE


_choice = _Choice()


def choose(glyphs: Glyphs) -> None:
    """Draw with `glyphs` from now on."""
    _choice.current = glyphs


def glyphs() -> Glyphs:
    """The set in use."""
    return _choice.current
