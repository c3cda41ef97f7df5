"""The one screen of a session: transcript, banner, composer, and how things stand.

It puts the widgets in their places and hands values down to them. What a person does
goes up as messages and actions; this screen talks to no network and no disk.
"""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from hq_tui.core.blocks import TextBlock
from hq_tui.core.conversation import Conversation
from hq_tui.inquiry.card import CardState, card_from
from hq_tui.inquiry.fence import visible_text
from hq_tui.inquiry.state import Inquiry
from hq_tui.ui import colours, view
from hq_tui.ui.board_panel import BoardPanel
from hq_tui.ui.composer import Composer
from hq_tui.ui.direct import DirectCompositor
from hq_tui.ui.lines import BannerRow, KeyRow, StatusRow, TitleRow
from hq_tui.ui.question_card import QuestionCard
from hq_tui.ui.situation import Situation
from hq_tui.ui.start_view import Start, StartView
from hq_tui.ui.status_panel import StatusPanel
from hq_tui.ui.transcript import Entry, Transcript


class ChatScreen(Screen[None]):
    """A session on screen."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual's own form
        (0, "-narrow"),
        (80, "-middle"),
        (120, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - Textual's own form
        (0, "-tiny"),
        (8, "-short"),
        (16, "-low"),
        (22, "-tall"),
        (32, "-roomy"),
    ]

    def __init__(self, *, blink: bool = False) -> None:
        super().__init__()
        self._compositor = DirectCompositor()
        self.transcript = Transcript()
        self.composer = Composer(blink=blink)
        self._start = StartView()
        self._title = TitleRow(id="title")
        self._banner = BannerRow(id="banner")
        self._card = QuestionCard()
        self._panel = StatusPanel()
        self._board = BoardPanel()
        self._status = StatusRow(id="status")
        self._keys = KeyRow(id="keys")
        self._drawn = Conversation()
        self._entries = 0
        self._now = Situation()
        self._folded_turn = 0

    def compose(self) -> ComposeResult:
        yield self._title
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield self._start
                yield self.transcript
                yield self._card
                yield self._banner
                yield self.composer
            with Vertical(id="side"):
                yield self._panel
                yield self._board
        yield self._status
        yield self._keys

    def on_mount(self) -> None:
        colours.make_readable(self.app)
        colours.go_without(self.app)
        self.composer.focus()

    def on_resize(self) -> None:
        self.show(self._now)

    def open(self, talk: Conversation, start: Start) -> None:
        """Show another session from its end."""
        self._start.show(start)
        entries = view.entries(talk)
        self.transcript.load(entries)
        self._entries = len(entries)
        self._drawn = talk
        self._folded_turn = 0
        self.set_class(not entries, "-empty")
        self.composer.remember([turn.asked.text for turn in talk.turns])

    def update_talk(self, talk: Conversation) -> None:
        """Draw what has changed in the conversation: the last turn, and what is queued."""
        before, self._drawn = self._drawn, talk
        if talk.live is None or (talk.live is before.live and talk.queued == before.queued):
            return
        place = view.place_of(talk.live.number)
        if self._entries <= place:
            self.remove_class("-empty")
        first_new = before.live is None or before.live.number != talk.live.number
        if first_new:
            if before.live is not None:
                self._put(view.place_of(before.live.number) + 1, view.answered(talk.past[-1]))
            self._put(place, view.asked(talk.live))
            self.composer.remember([turn.asked.text for turn in talk.turns])
        folded = self._folded_turn == talk.live.number
        self._put(place + 1, view.answered(talk.live, folded=folded))
        if talk.queued != before.queued or (first_new and talk.queued):
            self._put_queue(place + 2, talk)

    def fold_reply(self, turn: int) -> None:
        """Keep the reply of a turn out of sight until a guess is made; 0 shows every reply."""
        before, self._folded_turn = self._folded_turn, turn
        live = self._drawn.live
        if before != turn and live is not None and live.number in {before, turn}:
            self._put(view.place_of(live.number) + 1, view.answered(live, folded=bool(turn)))

    def _put(self, place: int, entry: Entry) -> None:
        self.transcript.put(place, entry)
        self._entries = max(self._entries, place + 1)

    def _put_queue(self, place: int, talk: Conversation) -> None:
        waiting = view.queued(talk)
        for offset, entry in enumerate(waiting):
            self._put(place + offset, entry)
        self.transcript.truncate(place + len(waiting))
        self._entries = place + len(waiting)

    @property
    def has_panel(self) -> bool:
        """Whether the panel stands beside the text.

        By itself it does so only on a wide screen: beside it a terminal cannot scroll the
        text on its own, and every line that comes costs several times the bytes.
        """
        if self.has_class("-wide"):
            return not self.has_class("-panel-hidden")
        return self.has_class("-middle") and self.has_class("-panel-shown")

    def turn_panel(self) -> bool:
        """Show the panel, or hide it; whether there is room for it at all."""
        if self.has_class("-narrow"):
            return False
        shown = not self.has_panel
        self.set_class(shown, "-panel-shown")
        self.set_class(not shown, "-panel-hidden")
        self.show(self._now)
        return True

    def show(self, now: Situation) -> None:
        """Draw how things stand."""
        self._now = now
        self.composer.can_recall = bool(now.talk.queued)
        self._title.show(now)
        self._banner.show(now)
        self._keys.show(now)
        self._card.show(with_early_card(now))
        if not self.has_panel:
            self._status.show(now)
            return
        self._panel.show(now)
        if self.has_class("-wide"):
            self._board.show(now.inquiry)


def with_early_card(now: Situation) -> Inquiry:
    """The inquiry, with the question already on the table once its text is whole.

    After its words a reply may still bring a tool call; nobody should wait for that.
    """
    inquiry, shown = now.inquiry, now.talk.reply.shown
    texts = [block for block in shown if isinstance(block, TextBlock)]
    if inquiry.card.state is not CardState.COMING or not texts or texts[-1].open:
        return inquiry
    return replace(inquiry, card=card_from(visible_text(texts[-1].text), (), inquiry.turns))
