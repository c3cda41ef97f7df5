"""The few signs that are not letters, one for each purpose.

Each is one column wide. A terminal that lacks them is shown plain characters of the same
width by `terminal.signs`, which is none of the transcript's business.
"""

from __future__ import annotations

from typing import Final

BAR: Final = "▌"
QUESTION: Final = "?"
SEAM: Final = "╌"
FOLDED: Final = "▸"
UNFOLDED: Final = "▾"
BULLET: Final = "•"
QUOTE: Final = "▎"
RULE: Final = "─"
COLUMN: Final = "│"
CROSSING: Final = "┼"
TASK: Final = "☐"
DONE: Final = "☑"
DOT: Final = "·"
ELLIPSIS: Final = "…"
