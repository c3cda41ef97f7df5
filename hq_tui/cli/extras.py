"""The command that adds an optional part of hq-tui, for the tool that installed it."""

from __future__ import annotations

import shlex
import sys
from pathlib import PurePath

NEEDS = {"serve": "textual-serve>=1.1.3,<2", "pictures": "pillow>=11,<13"}
"""Packages that a part needs; a provider's part needs the SDK's own of that name."""


def how_to_install(extra: str, prefix: str = sys.prefix) -> str:
    """A command line that adds what `extra` needs; `prefix` is this Python's environment.

    hq-tui itself is not named as something to be fetched: it is in no package index, and a
    package of that name there would be somebody else's.
    """
    needs = shlex.quote(NEEDS.get(extra) or f"anthropic[{extra}]")
    place = PurePath(prefix).parts[-3:-1]
    if place == ("pipx", "venvs"):
        return f"pipx inject hq-tui {needs}"
    if place == ("uv", "tools"):
        return f"uv pip install --python {shlex.quote(prefix)} {needs}"
    return f"{shlex.quote(f'{prefix}/bin/python3')} -m pip install {needs}"
