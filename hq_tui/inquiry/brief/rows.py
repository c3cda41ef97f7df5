"""The rows of a page: items as lines, and what a section needs to know of the session."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from hq_tui.core.conversation import Conversation
from hq_tui.core.text.reply_notes import partner_of
from hq_tui.core.user_actions import JudgeItem
from hq_tui.inquiry.actions import Act, numbered
from hq_tui.inquiry.board.labels import label_of
from hq_tui.inquiry.board.model import Earlier, Item, Kind, Origin, Status
from hq_tui.inquiry.citations import Place, cited, place_of, place_of_quote, sourced, unquoted
from hq_tui.inquiry.state import Inquiry, Request
from hq_tui.inquiry.text.language import own_words, shorten, squeezed

MOST_CHARS = 600
"""The longest stretch of a message or reply that a page quotes at once."""
_STRUCK = {Status.RETRACTED: "taken back", Status.REJECTED: "found wrong"}
_DRAFT = re.compile(r"(?:I drop “.*?”\.(?:\s|$)|Both hold, because\s)\s*", re.DOTALL)
"""Words of the app's in a message that settles a contradiction, before the person's own."""
_STANDS_ALONE = frozenset({Kind.TENSION, Kind.OPEN_QUESTION, Kind.OPTION, Kind.DECISION})
SAID = (Kind.INSIGHT, Kind.CLAIM, Kind.EVIDENCE, Kind.CONSTRAINT, Kind.OPTION, Kind.TERM)
"""Kinds that say something, and wait for nothing."""
NOT_CONFIRMED = " (not confirmed yet)"
_SENTENCE = re.compile(r"(?:[.!?…]+[\"'”’)]*(?=\s)|[。！？])")
_ENDS = {
    Status.RETRACTED: "one side was taken back",
    Status.REFINED: "one side was put differently",
    Status.CONTESTED: "both hold, says the person",
}


class Page:
    """The material of the sections; an item that stands on the page is not said again."""

    def __init__(self, conversation: Conversation, inquiry: Inquiry, acts: Sequence[Act]) -> None:
        self.conversation = conversation
        self.inquiry = inquiry
        self.board = inquiry.board
        self.own = inquiry.mode.labels
        self.partner = partner_of(conversation.model)
        self._shown: set[str] = set()
        self._sides: set[str] = set()
        self._why: dict[str, str] = {}
        for act in acts:
            sent = numbered(act, conversation)
            if isinstance(act.action, JudgeItem) and (why := _DRAFT.sub("", act.action.why, 1)):
                place = Place(turn=sent.turn, board=sent.turn == act.turn)
                self._why[act.action.id] = cited(why, place)

    def status(self) -> str:
        """The first words for the reader if there is no result yet; else empty."""
        if self.inquiry.mode_name == "tutor" or self.results():
            return ""
        if self.inquiry.mode_name == "debug":
            return "The cause is not confirmed yet."
        decides = self.inquiry.mode_name in {"examine", "review"}
        return "Nothing has been decided yet." if decides else "Draft, not confirmed yet."

    def results(self) -> list[Item]:
        """The results: decisions taken or said, and confirmed causes."""
        return [
            item
            for item in self.board.live(Kind.DECISION, Kind.HYPOTHESIS)
            if item.status in {Status.ACCEPTED, Status.CONFIRMED}
            or (item.kind is Kind.DECISION and item.is_users and not item.is_settled)
        ]

    def fresh(self, items: Iterable[Item]) -> list[Item]:
        """The items that do not stand on the page yet; from now on they do."""
        found = {item.id: item for item in items if item.id not in self._shown}
        self._shown.update(found)
        return list(found.values())

    def rows(self, items: Iterable[Item], *, strip: bool = True) -> list[str]:
        """A row for each item that does not stand on the page yet, with what is against it."""
        return [
            row
            for item in self.fresh(items)
            for row in (
                f"- {self.line_of(self._named(item), self.own, strip=strip)}{self._rivals(item)}",
                *self.against(item),
            )
        ]

    def _rivals(self, item: Item) -> str:
        """The end of an option's line: the items that it is against."""
        is_option = item.kind is Kind.OPTION
        return opposing(one for one in self.opposed(item) if is_option and not one.is_struck)

    def _named(self, item: Item) -> Item:
        """A proposal with the words of the line that it is for, instead of that line's id."""
        goal = self.board.find(item.supports[0]) if item.supports else None
        if item.kind is not Kind.PROPOSAL or goal is None:
            return item
        return replace(item, text=re.sub(rf"\b{goal.id}\b", f"'{goal.text}'", item.text))

    def against(self, item: Item) -> list[str]:
        """The lines against an item that is not the result itself, to stand under it."""
        goals = self.goals()
        if item.id in goals or not (goals or item.kind is Kind.HYPOTHESIS):
            return []
        speaks = (
            one
            for one in self.live()
            if one.kind not in _STANDS_ALONE
            and item in self.opposed(one)
            and not goals & set(one.contradicts)
        )
        return [
            f"  - against it: {self.line_of(one)}{since_reworded(item, one)}"
            for one in self.fresh(speaks)
        ]

    def opposed(self, item: Item) -> list[Item]:
        """The items that an item speaks against, other than in a contradiction."""
        pairs = [set(one.contradicts) for one in self.board.of_kind(Kind.TENSION)]
        found = (self.board.find(one) for one in item.contradicts)
        return [
            one for one in found if one and not any({item.id, one.id} <= pair for pair in pairs)
        ]

    def goals(self) -> set[str]:
        """The results, and what they were made from."""
        return {one for item in self.results() for one in (item.id, *item.supports)}

    @property
    def found_in(self) -> int:
        """The message in which the cause of a fault was found; 0 where it was not."""
        causes = [item for item in self.results() if item.kind is Kind.HYPOTHESIS]
        return min((item.changed for item in [*causes, *self.labelled("Cause")]), default=0)

    def labelled(self, label: str) -> list[Item]:
        """The items with this label that hold."""
        return [item for item in self.live() if label_of(item, self.own) == label]

    def live(self, *kinds: Kind) -> list[Item]:
        """The items of these kinds that hold and wait for nobody."""
        return [item for item in self.board.live(*kinds) if item.status is not Status.PARKED]

    def tension(self, tension: Item) -> list[str]:
        """A contradiction: what it is, both its sides, and how it ended."""
        self._shown.add(tension.id)
        how = _ENDS.get(tension.status, str(tension.status))
        outcome = "still open"
        if tension.is_settled:
            outcome = f"{how} (message {tension.changed}){self._reason(tension)}"
        sides = [self.board.find(one) for one in tension.contradicts]
        read = dict(zip(tension.contradicts, tension.sides, strict=False))
        lines = [self._side(side, read.get(side.id, "")) for side in sides if side is not None]
        if len(lines) < 2 and tension.quote:
            lines.append(cited(tension.quote, place_of_quote(tension)))
        self._shown.update(side.id for side in sides if side is not None and side.is_struck)
        return [f"- {self.attributed(tension)}: {outcome}", *(f"  - {line}" for line in lines)]

    def struck(self, item: Item) -> str:
        """A line that no longer holds, with what became of it."""
        was_choice = item.kind is Kind.OPTION and item.status is Status.REJECTED
        end = "ruled out" if was_choice else _STRUCK[item.status]
        end += f" in message {item.struck}{self._reason(item)}"
        return f"~~{self.line_of(item)}~~ {end}"

    def _side(self, item: Item, text: str) -> str:
        """One side of a contradiction as it read then, and as it reads now, which is said once."""
        now = self.struck(item) if item.is_struck else self.line_of(item)
        first = next((one for one in item.earlier[:1] if one.quote), None)
        then = next((one for one in item.earlier if one.text == text), first)
        said_before = item.id in self._sides
        self._sides.add(item.id)
        self._shown.update({item.id} if item.kind in SAID else ())
        if then is None:
            return now
        return f"{self._then(item, then)}, later: {'as above' if said_before else now}"

    def _reason(self, item: Item) -> str:
        """The person's reason for ending it, in their words, where they gave one."""
        return f": {self._why[item.id]}" if item.id in self._why else ""

    def told(self, request: Request) -> list[str]:
        """Replies to messages that asked for the answer, or for the end."""
        rows = []
        for turn, asked in self.inquiry.requests:
            text = beginning(self.conversation.turn(turn).reply.text)
            if asked is request and text:
                rows.append(f"- {cited(text, Place(turn=turn, by='reply'))}")
        return rows

    def line_of(self, item: Item, own: Sequence[str] = (), *, strip: bool = True) -> str:
        """An item as a row; with `strip` without its label, which the heading has."""
        text = text_of(item, own) if strip else item.text
        open_decision = item.kind is Kind.DECISION and not item.is_settled
        answered = item.status is Status.ANSWERED and item.kind is not Kind.ACTION
        end = f" (answered in message {item.changed})" if answered else ""
        return sourced(item, text, self.partner) + (NOT_CONFIRMED if open_decision else end)

    def attributed(self, tension: Item) -> str:
        """The words of a contradiction, and who worded it."""
        place = place_of(tension)
        return (
            cited(tension.text, place)
            if place.board
            else f"{unquoted(tension.text)} ({self.partner})"
        )

    def _then(self, item: Item, then: Earlier) -> str:
        """A former wording of an item."""
        place = Place(
            turn=then.said,
            board=then.typed or then.typed_quote,
            session=item.session,
            file=then.source,
        )
        words = then.quote or (then.text if then.typed else "")
        return cited(words, place) if words else f"{unquoted(then.text)} ({self.partner})"


def opposing(items: Iterable[Item]) -> str:
    """The end of a line that is against these items."""
    named = "; ".join(unquoted(text_of(one)) for one in items)
    return f", against: {named}" if named else ""


def since_reworded(item: Item, about: Item) -> str:
    """A remark where the person reworded `item` after `about` was filed for or against it."""
    later = item.origin is Origin.USER and any(one.turn > about.changed for one in item.earlier)
    return " (of its former wording)" if later else ""


def text_of(item: Item, own: Sequence[str] = ()) -> str:
    """The text of an item without its label."""
    return (item.text.partition(":")[2].strip() if label_of(item, own) else "") or item.text


def beginning(text: str) -> str:
    """The beginning of a text up to the end of a sentence, short enough to be quoted whole."""
    own = own_words(text)
    text = squeezed(text if own == text else own.strip().partition("\n\n")[0])
    if len(text) <= MOST_CHARS:
        return text
    ends = [found.end() for found in _SENTENCE.finditer(text, 0, MOST_CHARS)]
    return text[: ends[-1]] if ends else shorten(text)
