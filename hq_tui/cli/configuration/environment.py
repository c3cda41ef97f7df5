"""The process's environment, put right before anything reads it.

Libraries read some variables by themselves, and differently from what the variables mean:
an empty one counts as set, and a terminal whose colours are known by its name alone is taken
for one with sixteen.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping

EMPTY_IS_UNSET = ("NO_COLOR", "HOME")
TRUE_COLOUR = frozenset(
    "xterm-kitty xterm-ghostty ghostty alacritty wezterm foot foot-extra contour rio"
    " iterm2 mintty st-256color vte-256color konsole-256color".split()
)
"""Values of `TERM` whose terminals all have 16 million colours; ssh carries nothing else over."""


def put_right(environment: MutableMapping[str, str] = os.environ) -> None:
    """Take out what is empty and means nothing, and name the colours of known terminals."""
    for name in EMPTY_IS_UNSET:
        if environment.get(name) == "":
            del environment[name]
    if not environment.get("COLORTERM") and has_true_colour(environment):
        environment["COLORTERM"] = "truecolor"


def has_true_colour(environment: Mapping[str, str]) -> bool:
    """True if the name of the terminal promises 16 million colours."""
    term = environment.get("TERM", "").lower()
    is_windows = bool(environment.get("WT_SESSION")) and term.startswith("xterm")
    return term in TRUE_COLOUR or term.endswith("-direct") or is_windows


def open_streams() -> None:
    """Give the process all three of its streams, where whoever started it closed one.

    Else the next file that is opened would get the stream's number, and words with it.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            try:
                os.fstat(number)
            except OSError:
                os.dup2(os.open(os.devnull, os.O_RDWR), number)
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
