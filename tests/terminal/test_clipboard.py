"""A copied text takes the best way there is, and the answer claims no more than is known."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from hq_tui.terminal.clipboard import (
    MAX_ENCODED,
    CopyMethod,
    CopyResult,
    copy,
    native_tools,
    osc52,
    run_tool,
)

TEXT = "copied ünïcode"


@dataclass
class Clipboards:
    """The programs that work here, and what was done."""

    working: tuple[str, ...] = ()
    ran: list[list[str]] = field(default_factory=list)
    given: list[bytes] = field(default_factory=list)
    written: str = ""

    def run(self, command: Sequence[str], data: bytes) -> bool:
        self.ran.append(list(command))
        works = " ".join(command).startswith(self.working) if self.working else False
        if works:
            self.given.append(data)
        return works

    def write(self, data: str) -> None:
        self.written += data

    def copy(self, text: str, environment: dict[str, str]) -> CopyResult:
        return copy(text, environment=environment, run=self.run, write=self.write)


@pytest.mark.parametrize(
    ("environment", "working", "way", "tool", "is_certain"),
    [
        ({"WAYLAND_DISPLAY": "wayland-0"}, ("wl-copy",), CopyMethod.NATIVE, "wl-copy", True),
        ({"DISPLAY": ":0"}, ("xclip",), CopyMethod.NATIVE, "xclip", True),
        ({"DISPLAY": ":0"}, ("xsel",), CopyMethod.NATIVE, "xsel", True),
        ({}, ("pbcopy",), CopyMethod.NATIVE, "pbcopy", True),
        ({"TMUX": "/tmp/t"}, ("tmux",), CopyMethod.TMUX, "tmux", True),
        ({"TMUX": "/tmp/t"}, ("tmux load-buffer -",), CopyMethod.TMUX, "tmux", True),
        ({"DISPLAY": ":0", "TMUX": "/tmp/t"}, ("tmux", "xclip"), CopyMethod.NATIVE, "xclip", True),
        (
            {"SSH_TTY": "x", "DISPLAY": ":0", "TMUX": "t"},
            ("tmux", "x"),
            CopyMethod.TMUX,
            "tmux",
            True,
        ),
        (
            {"SSH_TTY": "x", "DISPLAY": "localhost:10.0"},
            ("xclip",),
            CopyMethod.NATIVE,
            "xclip",
            True,
        ),
        ({"SSH_CONNECTION": "a b"}, ("pbcopy",), CopyMethod.TERMINAL, "", False),
        ({"DISPLAY": ":0"}, (), CopyMethod.TERMINAL, "", False),
    ],
)
def test_the_best_way_that_works_is_taken(
    environment: dict[str, str],
    working: tuple[str, ...],
    way: CopyMethod,
    tool: str,
    is_certain: bool,
) -> None:
    clipboards = Clipboards(working)
    copied = clipboards.copy(TEXT, environment)
    assert (copied.way, copied.tool, copied.is_certain) == (way, tool, is_certain)
    if way is CopyMethod.TERMINAL:
        assert clipboards.written == osc52(TEXT.encode())
    else:
        assert clipboards.given == [TEXT.encode()]
        assert clipboards.written == ""


def test_tmux_is_asked_to_pass_it_on_first() -> None:
    clipboards = Clipboards(("tmux",))
    clipboards.copy(TEXT, {"TMUX": "t"})
    assert [command for command in clipboards.ran if command[0] == "tmux"] == [
        ["tmux", "load-buffer", "-w", "-"]
    ]


def payload(sequence: str) -> str:
    encoded = sequence.partition("52;c;")[2].rstrip("\x07")
    return base64.b64decode(encoded).decode()


def test_through_tmux_the_sequence_is_wrapped() -> None:
    clipboards = Clipboards()
    clipboards.copy(TEXT, {"TMUX": "t"})
    assert clipboards.written.startswith("\x1bPtmux;\x1b\x1b]52;c;")
    inner = (
        clipboards.written.removeprefix("\x1bPtmux;")
        .removesuffix("\x1b\\")
        .replace("\x1b\x1b", "\x1b")
    )
    assert payload(inner) == TEXT


def test_through_screen_the_sequence_is_wrapped_in_pieces() -> None:
    clipboards = Clipboards()
    text = "long " * 300
    clipboards.copy(text, {"STY": "1.x"})
    pieces = clipboards.written.split("\x1b\\")[:-1]
    assert len(pieces) > 2
    assert all(piece.startswith("\x1bP") and len(piece) < 768 for piece in pieces)
    assert payload("".join(piece[2:] for piece in pieces)) == text


def test_a_text_that_upsets_terminals_is_not_sent() -> None:
    clipboards = Clipboards()
    copied = clipboards.copy("x" * MAX_ENCODED, {})
    assert (copied.way, clipboards.written) == (CopyMethod.NONE, "")
    assert copied.reason


@pytest.mark.parametrize(("text", "arrives"), [("a\ud800b", "a\ufffdb"), ("\ud83d\ude00", "😀")])
def test_half_a_surrogate_pair_does_not_stop_a_copy(text: str, arrives: str) -> None:
    clipboards = Clipboards()
    assert clipboards.copy(text, {}).way is CopyMethod.TERMINAL
    assert payload(clipboards.written) == arrives


def test_a_text_cannot_leave_its_sequence() -> None:
    clipboards = Clipboards()
    clipboards.copy("\x07\x1b]0;title\x07", {})
    assert clipboards.written.count("\x1b") == 1
    assert clipboards.written.count("\x07") == 1


@pytest.mark.parametrize(
    ("command", "works"),
    [(["cat"], True), (["false"], False), (["no-such-program-here"], False)],
)
def test_a_tool_is_run_and_believed(command: list[str], works: bool) -> None:
    assert run_tool(command, b"data") is works


def test_a_tool_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hq_tui.terminal.clipboard.PATIENCE", 0.05)
    assert run_tool(["sleep", "30"], b"") is False


def test_the_tools_of_a_display_are_told_which_clipboard_is_meant() -> None:
    assert native_tools({"DISPLAY": ":0", "WAYLAND_DISPLAY": "w"}) == [
        ["wl-copy"],
        ["xclip", "-selection", "clipboard"],
        ["xsel", "--input", "--clipboard"],
    ]


def test_a_far_display_is_not_mistaken_for_the_persons() -> None:
    assert native_tools({"SSH_TTY": "x", "DISPLAY": ":0", "WAYLAND_DISPLAY": "w"}) == []
