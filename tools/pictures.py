"""Makes a PNG beside every SVG of a folder, for places that show no SVG.

Drawn with resvg, which keeps to the monospaced grid. The font that the pictures name is
fetched by browsers and is not on most machines, so a common one of the same width is named
instead. Without resvg nothing is drawn, and that is said: the SVG files are the pictures.
"""

from __future__ import annotations

import sys
from pathlib import Path

FONT_NAMED = "Fira Code"
FONT_DRAWN = "DejaVu Sans Mono"


def draw(folder: Path) -> list[Path]:
    """Draw every SVG in `folder`; the paths of the PNG files. Raises ImportError without resvg."""
    import resvg_py

    drawn = []
    for picture in sorted(folder.glob("*.svg")):
        svg = picture.read_text(encoding="utf-8").replace(FONT_NAMED, FONT_DRAWN)
        target = picture.with_suffix(".png")
        target.write_bytes(bytes(resvg_py.svg_to_bytes(svg_string=svg)))
        drawn.append(target)
    return drawn


def main(arguments: list[str]) -> int:
    """Draw the pictures of the folder named on the command line."""
    if len(arguments) != 1:
        print("usage: python -m tools.pictures FOLDER", file=sys.stderr)
        return 2
    try:
        drawn = draw(Path(arguments[0]))
    except ImportError:
        print("resvg is not installed; only the SVG pictures were made", file=sys.stderr)
        return 0
    print(f"{len(drawn)} PNG pictures in {arguments[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
