"""The rows of a page: items as lines, and what a section needs to know of the session."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from hq_tui.core.conversation import Conversation
from hq_tui.core.user_actions import JudgeItem
from hq_tui.inquiry.actions import Act
from hq_tui.inquiry.board.labels import label_of
from hq_tui.inquiry.board.model import Item, Kind, Status
from hq_tui.inquiry.citations import Place, cited, place_of, place_of_quote, sourced, unquoted
from hq_tui.inquiry.state import Inquiry, Request
from hq_tui.inquiry.text.language import own_words, shorten, squeezed

MOST_CHARS = 600
"""The longest stretch of a message or reply that a page quotes at once."""
_STRUCK = {Status.RETRACTED: "taken back", Status.REJECTED: "found wrong"}
_SENTENCE = re.compile(r"(?:[.!?…]+[\"'”’)]*(?=\s)|[。！？])")
_ENDS = {
    Status.RETRACTED: "one side was taken back",
    Status.REFINED: "one side was put differently",
    Status.CONTESTED: "both hold, says the person",
}


class Page:
    """What sections are made from; an item that stands on the page is not said again."""

    def __init__(self, conversation: Conversation, inquiry: Inquiry, acts: Sequence[Act]) -> None:
        self.conversation = conversation
        self.inquiry = inquiry
        self.board = inquiry.board
        self.own = inquiry.mode.labels
        self._shown: set[str] = set()
        self._why = {
            act.action.id: cited(act.action.why, Place(turn=act.turn, board=True))
            for act in acts
            if isinstance(act.action, JudgeItem) and act.action.why
        }

    def status(self) -> str:
        """What the reader has to know first: that there is no result yet."""
        if self.inquiry.mode_name == "tutor" or self.results():
            return ""
        if self.inquiry.mode_name == "debug":
            return "The cause is not confirmed yet."
        decides = self.inquiry.mode_name in {"examine", "review"}
        return "Nothing has been decided yet." if decides else "Draft, not confirmed yet."

    def results(self) -> list[Item]:
        """What was decided or found: decisions taken or said, and confirmed causes."""
        return [
            item
            for item in self.board.live(Kind.DECISION, Kind.HYPOTHESIS)
            if item.status in {Status.ACCEPTED, Status.CONFIRMED}
            or (item.kind is Kind.DECISION and item.is_users and not item.is_settled)
        ]

    def fresh(self, items: Iterable[Item]) -> list[Item]:
        """The items that do not stand on the page yet; from now on they do."""
        found = [item for item in items if item.id not in self._shown]
        self._shown.update(item.id for item in found)
        return found

    def rows(self, items: Iterable[Item], *, strip: bool = True) -> list[str]:
        """A row for each item that does not stand on the page yet."""
        return [f"- {line_of(item, self.own, strip=strip)}" for item in self.fresh(items)]

    def labelled(self, label: str) -> list[Item]:
        """The items with this label that hold."""
        return [item for item in self.live() if label_of(item, self.own) == label]

    def live(self, *kinds: Kind) -> list[Item]:
        """The items of these kinds that hold and wait for nobody."""
        return [item for item in self.board.live(*kinds) if item.status is not Status.PARKED]

    def find(self, ids: Iterable[str]) -> list[Item]:
        """The items with these ids that hold."""
        found = [self.board.find(one) for one in ids]
        return [item for item in found if item is not None and not item.is_struck]

    def tension(self, tension: Item) -> list[str]:
        """A contradiction: what it is, both its sides, and how it ended."""
        self._shown.add(tension.id)
        how = _ENDS.get(tension.status, str(tension.status))
        outcome = "still open"
        if tension.is_settled:
            outcome = f"{how} (message {tension.changed}){self._reason(tension)}"
        sides = [self.board.find(one) for one in tension.contradicts]
        lines = [self._side(side) for side in sides if side is not None]
        if len(lines) < 2 and tension.quote:
            lines.append(cited(tension.quote, place_of_quote(tension)))
        self._shown.update(side.id for side in sides if side is not None and side.is_struck)
        return [f"- {named_by(tension)}: {outcome}", *(f"  - {line}" for line in lines)]

    def struck(self, item: Item) -> str:
        """A line that no longer holds, with what became of it."""
        end = f"{_STRUCK[item.status]} in message {item.struck}{self._reason(item)}"
        return f"~~{line_of(item)}~~ {end}"

    def _side(self, item: Item) -> str:
        """One side of a contradiction; where it was reworded since, as it was said first."""
        now = self.struck(item) if item.is_struck else line_of(item)
        if not item.earlier or not item.earlier[0].quote:
            return now
        first = item.earlier[0]
        place = Place(
            turn=first.said, board=first.typed_quote, session=item.session, file=first.source
        )
        said = cited(first.quote, place)
        return f"{said}, later: {now}"

    def _reason(self, item: Item) -> str:
        """Why the person ended it, in their words, where they gave a reason."""
        return f": {self._why[item.id]}" if item.id in self._why else ""

    def told(self, request: Request) -> list[str]:
        """Replies to messages that asked for the answer, or for the end."""
        rows = []
        for turn, asked in self.inquiry.requests:
            text = beginning(self.conversation.turn(turn).reply.text)
            if asked is request and text:
                rows.append(f"- {cited(text, Place(turn=turn, by='reply'))}")
        return rows


def line_of(item: Item, own: Sequence[str] = (), *, strip: bool = True) -> str:
    """An item as a row; with `strip` without its label, which the heading has."""
    text = text_of(item, own) if strip else item.text
    open_decision = item.kind is Kind.DECISION and not item.is_settled
    return sourced(item, text) + (" (not confirmed yet)" if open_decision else "")


def text_of(item: Item, own: Sequence[str] = ()) -> str:
    """What an item says, without its label."""
    return (item.text.partition(":")[2].strip() if label_of(item, own) else "") or item.text


def named_by(tension: Item) -> str:
    """What a contradiction is, and whose words for it that is."""
    place = place_of(tension)
    return cited(tension.text, place) if place.board else f"{unquoted(tension.text)} (Claude)"


def beginning(text: str) -> str:
    """The beginning of a text up to the end of a sentence, short enough to be quoted whole."""
    own = own_words(text)
    text = squeezed(text if own == text else own.strip().partition("\n\n")[0])
    if len(text) <= MOST_CHARS:
        return text
    ends = [found.end() for found in _SENTENCE.finditer(text, 0, MOST_CHARS)]
    return text[: ends[-1]] if ends else shorten(text)
