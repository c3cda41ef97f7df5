"""The field for a message.

It grows with its text, sends on Enter, and takes a new line from every key that a
terminal may send for one, over ssh and in tmux too. What was sent can be fetched back
with Up at the first row; the draft that was being written waits below it.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual import events
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import EditResult

from hq_tui.ui.actions import ACTIONS, keys_in_force
from hq_tui.ui.rendering.textual_private import Edit, Location
from hq_tui.ui.widgets.composer_texts import MessageHistory, Pastes, is_big

if TYPE_CHECKING:
    from hq_tui.core.text.mentions import Mention
    from hq_tui.ui.widgets.completion import Completer

FINDS = {"find_next": "find", "find_previous": "find_previous"}
WHEN_EMPTY = {"leave": "quit", "question_mark": "help", **FINDS}
"""Actions in place of an action or a key while nothing is written."""
PLACEHOLDER = "in your own words"
PATIENCE = 1.0
"""Seconds that an action waits at most for the keys before it to be written."""


def is_written(character: str) -> bool:
    """True if a character that no text field takes for printable belongs to writing all the same.

    A joiner holds an emoji or a Persian word together; a wide space parts Japanese ones.
    """
    is_one = len(character) == 1 and character > " "
    return is_one and unicodedata.category(character) in {"Cf", "Co", "Zs"}


class Composer(TextArea):
    """A text that is being written. Speaks when it is to be sent."""

    @dataclass
    class Sent(Message):
        """The person sent a message that is not blank.

        One that begins with a chip is `literal`: what was pasted is never a command.
        """

        text: str
        literal: bool = False
        written: str = ""
        """It without what was pasted, where files may be mentioned."""

        def named(self) -> tuple[Mention, ...]:
            """The files that the person mentioned."""
            from hq_tui.core.text.mentions import mentions

            return mentions(self.written)

    @dataclass
    class Recalled(Message):
        """The person asked for the queued messages back."""

    def __init__(self, keymap: Mapping[str, str] | None = None) -> None:
        super().__init__(
            id="composer",
            soft_wrap=True,
            show_line_numbers=False,
            placeholder=PLACEHOLDER,
            highlight_cursor_line=False,
            tab_behavior="focus",
        )
        self.cursor_blink = False
        names = [action.name for action in ACTIONS if action.in_composer]
        keymap = keymap or keys_in_force({})
        self._keys = {key: name for name in names for key in keymap[name].split(",")}
        self.message_history = MessageHistory()
        self._asked_at: str | None = None
        """The text at which Up asked for messages of other sessions; None if nobody waits."""
        self.find_earlier: Callable[[], object] = lambda: None
        """Called for it, to be told to `remember_earlier`."""
        self.can_recall = False
        self.on_key_written: Callable[[], None] = lambda: None
        """Called before a key is written."""
        self._looked_at = ""
        self.completer: Completer | None = None
        """Offers commands and paths, once there is a session."""
        self.is_finding = False
        """True while n and N go from hit to hit, where nothing is written."""
        self.pastes = Pastes()
        self.on_paths: Callable[[str], None] = lambda _text: None
        """Told of a paste that may be the paths of files which were dropped here."""
        self._sent_as = ("", "", self.pastes)
        self._pasted: tuple[Location, str] = (0, 0), ""
        self._writer: asyncio.Task[object] | None = None
        """The task that the keys are written in."""

    @property
    def message(self) -> str:
        """The text that is written, every chip as the text it stands for."""
        return self.pastes.whole(self.text)

    @property
    def unsent(self) -> str:
        """All that would be lost: what is written, and the draft that waits for its place."""
        if not self.message_history.is_open:
            return self.message
        waiting, pastes = self.message_history.waiting
        now = self.message
        is_kept = now in self.message_history or now.startswith("/")
        parts = (pastes.whole(waiting), "" if is_kept else now)
        return "\n\n".join(part for part in parts if part.strip())

    def remember(self, sent: Sequence[str], *, of_another: bool = False) -> None:
        """The messages that Up goes back through, oldest first; perhaps of another session."""
        if of_another and self.message_history.is_open:
            self._keep_changes()
            self._bring_draft_back()
        self.message_history.remember(sent, of_another=of_another)

    def remember_earlier(self, asked: Sequence[str]) -> None:
        """Take the messages of other sessions, the newest first; Up goes on to them."""
        self.message_history.take_earlier(asked)
        if self.text == self._asked_at:
            self._older()
        self._asked_at = None

    def put(self, text: str) -> None:
        """Replace what is written, with the cursor at its end. A heavy text becomes a chip.

        What was just sent comes back as it stood, chips and all.
        """
        if text == self._sent_as[0] and self._sent_as[1]:
            _, text, self.pastes = self._sent_as
            self.text = text
            self.move_cursor(self.document.end)
            return
        self.text = self.pastes.fitting(text)
        self.move_cursor(self.document.end)

    def put_back(self, draft: str) -> None:
        """Put an unsent text of before above what is written now, unless it is there already."""
        now = self.message
        is_there = now.startswith(draft) or f"\n\n{draft}\n\n" in f"\n\n{now}\n\n"
        if draft.strip() and not is_there:
            self.put(f"{draft}\n\n{now}" if now.strip() else draft)

    def offer(self, text: str) -> None:
        """Put a text here to be completed or sent again; what is being written is not lost.

        A command stands alone, and the draft comes back after it; any other text stands above.
        An empty one takes out what is written and what waits.
        """
        sent, form, _ = self._sent_as
        if f"/{text}" == sent:  # the slash that told it from a command
            text = sent
        first = form if text == sent else text
        if not text:
            self.message_history.close()
        elif not first.startswith("/") or first.startswith("//"):
            now = self.message
            text = f"{text}\n\n{now}" if now.strip() and now != text else text
        elif self.text.strip():
            self._keep_changes()
            self.message_history.lay_aside(self.text, self.pastes)
            self.pastes = Pastes()
        self.put(text)

    def edit(self, edit: Edit) -> EditResult:
        """Change the text; a change that would cut a chip takes it whole, or stands behind it."""
        return super().edit(_around_chips(self, edit))

    def get_cursor_left_location(self) -> Location:
        """One grapheme to the left: where Backspace and the arrow key go."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        if column == 0 or line.isascii():
            return super().get_cursor_left_location()
        from hq_tui.ui.widgets.graphemes import start_before

        return row, start_before(line, column)

    def get_cursor_right_location(self) -> Location:
        """One grapheme to the right: where Delete and the arrow key go."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        if column >= len(line) or line.isascii():
            return super().get_cursor_right_location()
        from hq_tui.ui.widgets.graphemes import end_after

        return row, end_after(line, column)

    def action_delete_to_start_of_line(self) -> None:
        """Delete to the start of the line as it was written, whatever rows it takes."""
        row, column = self.cursor_location
        if column and self.selection.is_empty:
            self.delete((row, 0), (row, column))
        else:
            super().action_delete_to_start_of_line()

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        text = event.text
        put = self.insert(self.pastes.keep(text) if is_big(text) else text.replace("\r\n", "\n"))
        self._pasted = (put.end_location, text)
        if text.lstrip("'\"")[:1] in ("/", "~", "f"):
            self.on_paths(text)

    def attach(self, name: str, mention: str) -> None:
        """Put a chip for a file here, which stands for its mention."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        space = " " if before and not before.endswith(" ") else ""
        self.insert(f"{space}{self.pastes.keep_file(name, mention)} ")

    def take_out(self, text: str) -> bool:
        """Take a text that was just pasted out again; False where it is not there."""
        (row, column), pasted = self._pasted
        start = (row, column - len(text))
        if pasted != text or "\n" in text or self.get_text_range(start, (row, column)) != text:
            return False
        self.delete(start, (row, column))
        return True

    async def _on_key(self, event: events.Key) -> None:
        self._writer = asyncio.current_task()
        self.on_key_written()
        if await self._does(event.key):
            event.prevent_default()
            event.stop()
        elif is_written(event.character or ""):
            event.prevent_default()
            event.stop()
            self.replace(event.character or "", *self.selection, maintain_selection_offset=False)
        else:
            await super()._on_key(event)

    async def catch_up(self) -> None:
        """Wait until every key that came before is written; for none where a key itself asks."""
        written = asyncio.Event()
        if asyncio.current_task() is not self._writer and self.call_later(written.set):
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await written.wait()

    def on_text_area_changed(self) -> None:
        """Offer what fits the text of now."""
        if self.completer is not None and self.text != self._looked_at:
            self._looked_at = self.text
            row, column = self.cursor_location
            self.completer.look(self.text, self.document.get_line(row)[:column])

    def completes(self, key: str) -> bool:
        """Do what a key is for in the list of what fits; False for any other."""
        # Several keys may come before the message that the text has changed.
        self.on_text_area_changed()
        if self.completer is None or not self.completer.is_open:
            return False
        match self._keys.get(key, key):
            case "up" | "down":
                self.completer.move(-1 if key == "up" else 1)
            case "escape":
                self.completer.close()
            case "send" if chosen := self.completer.chosen():
                if not chosen.startswith("/"):
                    return self.completes("tab")
                self.text = chosen
                self.completer.close()
                self._enter()
            case "tab":
                replaced, text = self.completer.completed()
                row, column = self.cursor_location
                self.replace(text, (row, column - replaced), (row, column))
            case _:
                return False
        return True

    async def _does(self, key: str) -> bool:
        """Do what a key is for here; False for one that is written or moves the cursor."""
        if self.completes(key):
            return True
        match self._keys.get(key, key):
            case "send":
                self._enter()
            case "newline":
                self.insert("\n")
            case "undo_typing":
                self.action_undo()
            case "up" if self.cursor_location[0] == 0 and _at_first_row(self):
                self._older()
            case "down" if self.message_history.is_open and _at_last_row(self):
                self._newer()
            case name if name in WHEN_EMPTY and not self.text:
                if name in FINDS and not self.is_finding:
                    return False
                await self.run_action(f"app.do('{WHEN_EMPTY[name]}')")
            case _:
                return False
        return True

    def _enter(self) -> None:
        if self.text.endswith("\\") and self.cursor_location == self.document.end:
            row, column = self.cursor_location
            self.replace("\n", (row, column - 1), (row, column))
            return
        text = self.text.strip("\n")
        chips = self.pastes.texts_in(text)
        if chips and self.pastes.without(text).strip() == "/paste":
            self.put(" ".join(chip for chip, _ in chips))
            self.post_message(self.Sent("/paste"))
        elif text.strip():
            whole, written = self.pastes.whole(text), self.pastes.mentioning(text)
            self._sent_as = (whole, text, self.pastes)
            self.pastes = Pastes()
            # Not to be undone where there were chips: what they stood for is forgotten.
            self.load_text("") if chips else self.clear()
            literal = bool(chips) and text.startswith(chips[0][0])
            self.post_message(self.Sent(whole, literal, written))
            if self.message_history.is_open and self.message_history.waiting[0]:
                self._bring_draft_back()
            self.message_history.close()

    def _older(self) -> None:
        history = self.message_history
        if self.can_recall and not history.is_open and not self.text:
            self.can_recall = False
            self.post_message(self.Recalled())
        elif history.has_older:
            self._keep_changes()
            history.lay_aside(self.text, self.pastes)
            self.pastes = Pastes()
            self.put(history.older())
        elif history.asks_for_earlier():
            self._asked_at = self.text
            self.find_earlier()

    def _newer(self) -> None:
        self._keep_changes()
        if (text := self.message_history.newer()) is None:
            self._bring_draft_back()
        else:
            self.pastes = Pastes()
            self.put(text)

    def _keep_changes(self) -> None:
        """Let what was changed in the place of the draft wait with it."""
        history = self.message_history
        pastes = Pastes()
        if history.is_open and self.unsent != history.waiting[1].whole(history.waiting[0]):
            history.waiting = (pastes.fitting(self.unsent), pastes)

    def _bring_draft_back(self) -> None:
        self.message_history.close()
        self.text, self.pastes = self.message_history.waiting
        self.move_cursor(self.document.end)


def _around_chips(area: Composer, edit: Edit) -> Edit:
    """An edit that takes every chip it touches whole."""
    (top, left), (bottom, right) = sorted((edit.from_location, edit.to_location))
    if begun := area.pastes.chip_around(_line(area, top), left):
        left = begun[1] if (top, left) == (bottom, right) else begun[0]
    if (top, left) > (bottom, right):
        right = left
    elif ended := area.pastes.chip_around(_line(area, bottom), right):
        right = ended[1]
    if {(top, left), (bottom, right)} == {edit.from_location, edit.to_location}:
        return edit
    return replace(edit, from_location=(top, left), to_location=(bottom, right))


def _line(area: TextArea, row: int) -> str:
    """A line of the text; deleting at its end reaches one past the last, which is empty."""
    return area.document.get_line(row) if row < area.document.line_count else ""


def _at_first_row(area: TextArea) -> bool:
    return area.wrapped_document.location_to_offset(area.cursor_location).y == 0


def _at_last_row(area: TextArea) -> bool:
    offset = area.wrapped_document.location_to_offset(area.cursor_location)
    return bool(offset.y >= area.wrapped_document.height - 1)
