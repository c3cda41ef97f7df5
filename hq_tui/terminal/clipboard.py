"""The way of a copied text to the clipboard, and what we know of its arrival.

Where there is a display, its own tool is asked. Without one, as over ssh, tmux keeps a
buffer of its own and may pass it on. Else the terminal is asked by an escape sequence,
which never answers: then nobody can say whether the text arrived, and neither do we.

The environment, the runner of programs and the terminal are passed in. Running a program
takes a moment, so the caller does this off the loop.
"""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hq_tui.core.text.sanitize import storable

Runner = Callable[[Sequence[str], bytes], bool]
"""Runs a program with this input; whether it was found and succeeded in time."""

MAX_ENCODED = 100 * 1024
"""The longest escape sequence for a clipboard, in characters; more upsets terminals."""

PATIENCE = 2.0
"""Seconds a clipboard tool may take."""

_SCREEN_CHUNK = 512


class CopyMethod(StrEnum):
    """The way in which a text left for the clipboard."""

    NATIVE = "clipboard"
    TMUX = "tmux buffer"
    TERMINAL = "terminal"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyResult:
    """The outcome of copying a text."""

    way: CopyMethod
    is_certain: bool
    """True if it is known to be there."""

    tool: str = ""
    """The program that took it, if one did."""

    reason: str = ""
    """The reason that nothing was copied, if so."""


def copy(
    text: str, *, environment: Mapping[str, str], run: Runner, write: Callable[[str], None]
) -> CopyResult:
    """Copy `text` by the best way there is; `write` sends to the terminal."""
    data = storable(text).encode()
    for command in native_tools(environment):
        if run(command, data):
            return CopyResult(way=CopyMethod.NATIVE, is_certain=True, tool=command[0])
    if environment.get("TMUX"):
        # Since 3.2 tmux passes the text on to the terminal's clipboard, if it is let.
        for command in (["tmux", "load-buffer", "-w", "-"], ["tmux", "load-buffer", "-"]):
            if run(command, data):
                return CopyResult(way=CopyMethod.TMUX, is_certain=True, tool="tmux")
    sequence = osc52(data)
    if len(sequence) > MAX_ENCODED:
        return CopyResult(way=CopyMethod.NONE, is_certain=True, reason="too long for this terminal")
    write(wrapped(sequence, environment))
    return CopyResult(way=CopyMethod.TERMINAL, is_certain=False)


def native_tools(environment: Mapping[str, str]) -> list[list[str]]:
    """The commands that reach the clipboard in front of the person, likeliest first."""
    is_remote = bool(environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))
    display = environment.get("DISPLAY", "")
    commands = []
    if environment.get("WAYLAND_DISPLAY") and not is_remote:
        commands.append(["wl-copy"])
    # Over ssh, a display without a host is the one of a screen far away.
    if display and not (is_remote and display.startswith(":")):
        commands.append(["xclip", "-selection", "clipboard"])
        commands.append(["xsel", "--input", "--clipboard"])
    if not is_remote and "WAYLAND_DISPLAY" not in environment and not display:
        commands.append(["pbcopy"])
    return commands


def osc52(data: bytes) -> str:
    """The sequence that asks a terminal to put `data` into its clipboard."""
    return f"\x1b]52;c;{base64.b64encode(data).decode('ascii')}\x07"


def wrapped(sequence: str, environment: Mapping[str, str]) -> str:
    """`sequence` as it gets through tmux or GNU screen to the terminal outside."""
    if environment.get("TMUX"):
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if environment.get("STY"):
        pieces = range(0, len(sequence), _SCREEN_CHUNK)
        return "".join(f"\x1bP{sequence[at : at + _SCREEN_CHUNK]}\x1b\\" for at in pieces)
    return sequence


def run_tool(command: Sequence[str], data: bytes) -> bool:
    """Run a clipboard tool with `data` as its input, within `PATIENCE`."""
    try:
        done = subprocess.run(  # noqa: S603  # the commands are the constants above
            command,
            input=data,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def copied_words(copied: CopyResult) -> str:
    """The words for the way a copy went, claiming no more than is known."""
    match copied.way:
        case CopyMethod.NATIVE:
            return f"copied with {copied.tool}"
        case CopyMethod.TMUX:
            return "copied to the tmux buffer"
        case CopyMethod.TERMINAL:
            return "sent to the terminal (OSC 52); it does not say whether it took it"
        case CopyMethod.NONE:
            return f"not copied: {copied.reason}"
