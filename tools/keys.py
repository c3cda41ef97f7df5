"""Writes the table of keys and commands in README.md anew from the table in the code."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from hq_tui.ui.actions import ACTIONS, key_words

README = Path(__file__).parent.parent / "README.md"
_TABLE = re.compile(r"(?<=### Keys\n\n)\| key \|.*?\n\n", re.DOTALL)


def table() -> str:
    """The table as Markdown."""
    rows = ["| key | command | what it does |", "|---|---|---|"]
    for action in ACTIONS:
        keys = " or ".join(key_words(key) for key in action.keys.split(",")[:2] if key)
        slash = f"`{f'{action.slash} {action.argument}'.strip()}`" if action.slash else ""
        rows.append(f"| {keys} | {slash} | {action.help} |")
    return "\n".join(rows) + "\n\n"


def main() -> int:
    """Rewrite the table."""
    text = README.read_text("utf-8")
    made = _TABLE.sub(lambda _found: table(), text)
    README.write_text(made, "utf-8")
    return 0 if table() in made else 1


if __name__ == "__main__":
    sys.exit(main())
