"""What a comparison of two statements found, as a value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Why two statements were put side by side; `strong` when the words themselves clash."""

    strong: bool
    score: float
    why: str


def stronger(one: Finding | None, other: Finding | None) -> Finding | None:
    """Of two findings the one that says more; None is no finding."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda each: (each.strong, each.score))
