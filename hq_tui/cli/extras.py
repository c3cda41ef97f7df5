"""The command that adds an optional part of hq-tui, for the tool that installed it."""

from __future__ import annotations

import sys
from pathlib import PurePath

_TOOLS: dict[tuple[str, ...], str] = {
    ("pipx", "venvs"): "pipx install --force",
    ("uv", "tools"): "uv tool install --force",
}


def how_to_install(extra: str, prefix: str = sys.prefix) -> str:
    """A command line that adds `extra`; `prefix` is the folder of this Python's environment.

    pipx and uv have an environment for each program, without pip: `…/pipx/venvs/hq-tui` and
    `…/uv/tools/hq-tui`.
    """
    place = PurePath(prefix).parts[-3:-1]
    return f"{_TOOLS.get(place, 'pip install')} 'hq-tui[{extra}]'"
