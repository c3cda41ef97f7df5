"""Draws the pictures of the README anew, or as a value for the test that compares them.

What is played and how it is held still is in `tools.show`. Textual reads its settings from
the environment when it is imported, so they are made here before that happens.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "screenshots"
SURROUNDINGS = {
    "COLORTERM": "truecolor",
    "TERM": "xterm-256color",
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_COLOR_SYSTEM": "truecolor",
    "TZ": "UTC",
}


def draw() -> Mapping[str, str]:
    """Every picture by its name, as SVG."""
    from tools.show import pictures

    return pictures()


def main() -> int:
    """Write the pictures into their folder, and take away those that are drawn no more."""
    os.environ.update(SURROUNDINGS)
    os.environ.pop("NO_COLOR", None)
    drawn = draw()
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.svg"):
        if old.stem not in drawn:
            old.unlink()
    for name, picture in drawn.items():
        (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8")
    print(f"{len(drawn)} SVG pictures in {FOLDER.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
