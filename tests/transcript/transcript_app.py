"""An app with nothing in it but a transcript, and entries to put there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from hq_tui.ui.transcript import Entry, Mark, MarkKind, Part, Prose, Role, Thought, Transcript
from tools.show import draw_all


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class TranscriptApp(App[None]):
    """Holds one transcript and hears what it says."""

    CSS = "Transcript { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.transcript = Transcript(clock=self.clock)
        self.links: list[str] = []
        self.unseen: list[int] = []

    def compose(self) -> ComposeResult:
        yield self.transcript

    def on_mount(self) -> None:
        self.transcript.focus()

    def on_transcript_link_clicked(self, event: Transcript.LinkClicked) -> None:
        self.links.append(event.href)

    def on_transcript_unseen_changed(self, event: Transcript.UnseenChanged) -> None:
        self.unseen.append(event.lines)


@asynccontextmanager
async def staged(
    *entries: Entry, size: tuple[int, int] = (80, 20)
) -> AsyncIterator[tuple[TranscriptApp, Pilot[None]]]:
    """A stage that shows `entries`, drawn to their end."""
    stage = TranscriptApp()
    async with stage.run_test(size=size) as pilot:
        stage.transcript.load(entries)
        draw_all(stage.transcript)
        await pilot.pause()
        yield stage, pilot


def asked(turn: int, text: str, *, queued: bool = False) -> Entry:
    """What the user said."""
    parts: tuple[Part, ...] = (Prose(text=text),)
    return Entry(key=f"u{turn}", role=Role.USER, turn=turn, parts=parts, queued=queued)


def answered(turn: int, *parts: Part | str, still_open: bool = False) -> Entry:
    """What came back."""
    made = tuple(Prose(text=part) if isinstance(part, str) else part for part in parts)
    return Entry(key=f"a{turn}", role=Role.ASSISTANT, turn=turn, parts=made, open=still_open)


def session(turns: int) -> list[Entry]:
    """Some turns that can be told apart by their words."""
    entries = []
    for turn in range(1, turns + 1):
        entries.append(asked(turn, f"Question {turn} about the matter."))
        body = f"Answer {turn} begins here.\n\n- one of {turn}\n- two of {turn}\n\n"
        entries.append(answered(turn, body + f"What follows from {turn}?"))
    return entries


def numbered(count: int, word: str = "line") -> str:
    """As many paragraphs of one row."""
    return "\n\n".join(f"{word} {number}" for number in range(1, count + 1))


THOUGHT = Thought(text="first I weigh it\nthen I ask", tokens=340)
STOPPED = Mark(kind=MarkKind.STOPPED, text="■ stopped by you · Ctrl+R goes on")
