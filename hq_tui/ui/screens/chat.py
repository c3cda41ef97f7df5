"""A session on the screen: transcript, banner, composer, and how things stand.

It puts the widgets in their places around the composer of the front, and hands values down
to them. What a person does goes up as messages and actions; nothing here talks to a network
or a disk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.containers import Vertical

from hq_tui.core.conversation import Conversation, Turn
from hq_tui.core.events import ToolResult
from hq_tui.ui import transcript_entries as view
from hq_tui.ui.screens.start import StartScreen
from hq_tui.ui.transcript import Entry, Transcript
from hq_tui.ui.view_state import ViewState
from hq_tui.ui.widgets.bars import KeyRow, QuestionRow, RuleRow, StatusRow, TitleRow
from hq_tui.ui.widgets.board_panel import BoardPanel
from hq_tui.ui.widgets.completion import Completer, OfferList
from hq_tui.ui.widgets.start_view import StartContent, StartView

Results = Sequence[ToolResult]


class ChatScreen:
    """A session on screen."""

    def __init__(self, front: StartScreen) -> None:
        self.transcript = Transcript(
            before_frame=self._take_in_words, settled=self._look_for_question
        )
        self.composer = front.composer
        self._offers = OfferList()
        self.completer = Completer(front.keymap, self._offers.offer)
        self.composer.completer = self.completer
        self._front = front
        self._start = StartView()
        self._title = TitleRow(id="title")
        self._question = QuestionRow(id="question")
        self._rule = RuleRow(id="rule")
        self._board = BoardPanel()
        self._status = StatusRow(id="status")
        self._keys = KeyRow(id="keys")
        self._drawn = Conversation()
        self._entries = 0
        self._previewed: list[Entry] = []
        self._now = ViewState()
        self._prepared: tuple[Sequence[Turn], list[Entry]] = (), []
        self._expected: Callable[[], Conversation] | None = None
        self.scrolls_alone: Callable[[], bool] = lambda: False
        """True if the terminal can scroll the text beside the panel and leave the panel alone."""
        self.transcript.scroll_anchor.panel_letters = self._panel_letters

    async def join(self) -> None:
        """Take the place of the first picture, around the composer that is there."""
        front = self._front
        if self._title.is_attached:
            return
        left, side = front.query_one("#left", Vertical), front.query_one("#side", Vertical)
        await front.query(".first").remove()
        await left.mount(self._start, self.transcript, self._question, self._offers)
        await side.mount(self._board)
        await front.mount(self._title, before="#body")
        await front.mount(self._rule, before="#written")
        await front.mount(self._status, self._keys)
        front.on_resized = self._fit

    def _fit(self) -> None:
        self.transcript.on_resize()
        self.show(self._now)

    def preview(self, turns: Sequence[Turn]) -> None:
        """Show the end of a session that is still being read."""
        self._previewed = view.exchanges(turns)
        self.transcript.load(self._previewed)
        self._front.set_class(not turns, "-empty")

    def wait(self, why: str) -> None:
        """Say why nothing can be done yet."""
        self.show(ViewState(message=why))

    def open(self, conversation: Conversation, start: StartContent, results: Results = ()) -> None:
        """Show another session from its end, or the whole of one that was previewed."""
        self._start.show(start)
        entries = self._entries_of(conversation, results)
        self._load(entries)
        self._entries = len(entries)
        self._drawn = conversation
        self._expected = None
        self._front.set_class(not entries, "-empty")
        asked = [turn.asked.text for turn in conversation.turns]
        self.composer.remember(asked, of_another=True)

    def prepare(self, conversation: Conversation) -> None:
        """Make the entries of what is finished, for `open`; any thread may call."""
        past = conversation.past
        entries = view.exchanges(list(conversation.turns))
        self._prepared = past, entries[: view.place_of(len(past) + 1)]

    def _entries_of(self, conversation: Conversation, results: Results) -> list[Entry]:
        (past, entries), self._prepared = self._prepared, ((), [])
        if not past or past is not conversation.past:
            return view.entries(conversation, results)
        live = [] if conversation.live is None else [conversation.live]
        return entries + view.exchanges(live, results) + view.queued(conversation)

    def _load(self, entries: list[Entry]) -> None:
        previewed, self._previewed = self._previewed, []
        keys = [entry.key for entry in entries]
        place = keys.index(previewed[0].key) if previewed and previewed[0].key in keys else -1
        if place < 0 or entries[place] != previewed[0]:
            self.transcript.load(entries)
            return
        self.transcript.prepend(entries[:place])
        for index in range(place, len(entries)):
            if previewed[index - place : index - place + 1] != [entries[index]]:
                self.transcript.put(index, entries[index])
        self.transcript.truncate(len(entries))

    def expect_words(self, look: Callable[[], Conversation]) -> None:
        """More words came: with the next frame, `look` tells how the conversation stands then."""
        self._expected = look
        self.transcript.pace.changed()

    @property
    def expects_words(self) -> bool:
        """True if the next frame will ask how the conversation stands by then."""
        return self._expected is not None

    def _take_in_words(self) -> None:
        if self._expected is not None:
            self.update_conversation(self._expected())

    def update_conversation(self, conversation: Conversation, results: Results = ()) -> None:
        """Draw what has changed in the conversation: the last turn, and what is queued.

        `results` tell what became of the calls of a reply that is over.
        """
        self._expected = None
        before, self._drawn = self._drawn, conversation
        if conversation.live is None or (
            conversation.live is before.live and conversation.queued == before.queued
        ):
            return
        place = view.place_of(conversation.live.number)
        if self._entries <= place:
            self._front.remove_class("-empty")
        first_new = before.live is None or before.live.number != conversation.live.number
        if first_new:
            if before.live is not None:
                last = view.answered(conversation.past[-1], conversation.live.asked.results)
                self._put(view.place_of(before.live.number) + 1, last)
            self._put(place, view.asked(conversation.live))
            self.composer.remember([turn.asked.text for turn in conversation.turns])
        self._put(place + 1, view.answered(conversation.live, results))
        if conversation.queued != before.queued or (first_new and conversation.queued):
            self._put_queue(place + 2, conversation)

    def _put(self, place: int, entry: Entry) -> None:
        self.transcript.put(place, entry)
        self._entries = max(self._entries, place + 1)

    def _put_queue(self, place: int, conversation: Conversation) -> None:
        waiting = view.queued(conversation)
        for offset, entry in enumerate(waiting):
            self._put(place + offset, entry)
        self.transcript.truncate(place + len(waiting))
        self._entries = place + len(waiting)

    @property
    def has_panel(self) -> bool:
        """True if the panel stands beside the text.

        By itself it does so only on a wide screen: beside it many a terminal cannot scroll
        the text on its own, and the text moves in steps there to cost few bytes.
        """
        if self._front.has_class("-wide"):
            return not self._front.has_class("-panel-hidden")
        return self._front.has_class("-middle") and self._front.has_class("-panel-shown")

    def _panel_letters(self) -> int:
        return self._board.letters if self.has_panel and not self.scrolls_alone() else 0

    def toggle_panel(self) -> bool:
        """Show the panel, or hide it; whether there is room for it at all."""
        if self._front.has_class("-narrow"):
            return False
        shown = not self.has_panel
        self._front.set_class(shown, "-panel-shown")
        self._front.set_class(not shown, "-panel-hidden")
        self.show(self._now)
        return True

    def show(self, now: ViewState) -> None:
        """Draw how things stand."""
        self._now = now
        self.composer.can_recall = bool(now.conversation.queued)
        self.composer.is_finding = bool(now.hits)
        bars = (self._title, self._question, self._rule, self._keys, self._status, self._board)
        for row in bars:
            row.show(now)

    def _look_for_question(self) -> None:
        """Other rows of the talk are in view: bring the question down, or let it go."""
        if self._question.place(
            in_sight=self.transcript.question_in_sight,
            at_end=self.transcript.scroll_anchor.follows,
        ):
            self._question.show(self._now)
