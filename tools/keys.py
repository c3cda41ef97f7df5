"""Writes docs/keys.md, the keys and commands, from the table in the code."""

from __future__ import annotations

from hq_tui.ui.actions import ACTIONS, key_words
from tools.survey import ROOT

PAGE = ROOT / "docs/keys.md"
_ABOUT = """\
# Keys and commands

A line that begins with a slash is a command; begin with two slashes to send one. Any action can
be given another key in the [settings](settings.md).

"""


def page() -> str:
    """The page as Markdown."""
    rows = ["| key | command | what it does | name in settings |", "|---|---|---|---|"]
    for action in ACTIONS:
        keys = " or ".join(key_words(key) for key in action.keys.split(",")[:2] if key)
        slash = f"`{f'{action.slash} {action.argument}'.strip()}`" if action.slash else ""
        rows.append(f"| {keys} | {slash} | {action.help} | `{action.name}` |")
    return _ABOUT + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
