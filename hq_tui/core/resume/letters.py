"""Texts compared without their white space, and the letters that two of them begin with."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=16)
def letters_and_places(text: str) -> tuple[str, tuple[int, ...]]:
    """The letters of a text without its white space, and where each of them stands."""
    places = tuple(at for at, letter in enumerate(text) if not letter.isspace())
    return "".join(map(text.__getitem__, places)), places


@lru_cache(maxsize=16)
def folded(text: str) -> str:
    """The letters of a text without its white space, in one case; as many as there are."""
    return "".join(letter.lower()[:1] for letter in text if not letter.isspace())


def in_common(left: str, right: str) -> int:
    """The number of letters that two texts begin with alike."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(left), len(right)))
