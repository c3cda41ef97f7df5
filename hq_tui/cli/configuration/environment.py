"""Corrects environment variables that libraries misread, before anything reads them.

Empty ones count as set, and terminals known by name for true colour are taken for 16 colours.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping

EMPTY_IS_UNSET = ("NO_COLOR", "HOME")
OF_THE_SDK = ("ANTHROPIC_", "AWS_")
"""Beginnings of names. The SDK takes an empty address or key for one that is set."""
TRUE_COLOUR = frozenset(
    "xterm-kitty xterm-ghostty ghostty alacritty wezterm foot foot-extra contour rio"
    " iterm2 mintty st-256color vte-256color konsole-256color".split()
)
"""Values of `TERM` whose terminals all have 16 million colours; ssh carries nothing else over."""


def put_right(environment: MutableMapping[str, str] = os.environ) -> None:
    """Take out what is empty and means nothing, and name the colours of known terminals."""
    for name in [name for name, value in environment.items() if value == ""]:
        if name in EMPTY_IS_UNSET or name.startswith(OF_THE_SDK):
            del environment[name]
    if not environment.get("COLORTERM") and has_true_colour(environment):
        environment["COLORTERM"] = "truecolor"


def has_true_colour(environment: Mapping[str, str]) -> bool:
    """True if the name of the terminal promises 16 million colours."""
    term = environment.get("TERM", "").lower()
    is_windows = bool(environment.get("WT_SESSION")) and term.startswith("xterm")
    return term in TRUE_COLOUR or term.endswith("-direct") or is_windows


def open_streams() -> None:
    """Open standard streams that the parent closed.

    Otherwise the next file opened would get the number of a stream, and its output.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            try:
                os.fstat(number)
            except OSError:
                os.dup2(os.open(os.devnull, os.O_RDWR), number)
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
