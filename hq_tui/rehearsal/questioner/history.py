"""Reads a session back from a list of API messages.

The partner has no state of its own, so the same history leads to the same reply, and a history
that Claude began can be continued.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hq_tui.rehearsal.questioner.ladders import LADDERS
from hq_tui.rehearsal.questioner.quoting import quotable
from hq_tui.rehearsal.server.turns import blocks_of

_TAG = re.compile(
    r"\s*(?:<session\b([^<>]*?)/?>(?:\s*</session>)?|<(board_edit|summary|files?)\b[^<>]*(?:/>|>.*?</\2>))\s*",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*\"([^\"]*)\"")
_MODE_LINE = re.compile(r"^\s*mode:\s*([^\n.:;]*)", re.IGNORECASE | re.MULTILINE)
_MODE_WORDS = {"learn": "tutor", "duck": "debug", **{mode: mode for mode in LADDERS}}
"""Words in the mode's line of the instructions, and the mode that each means."""
_ABOUT_THE_SESSION = frozenset({"hint", "answer_now", "close", "skip"})
"""Requests whose words, if there are any, are not about the subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTurn:
    """One message of the user without the app's tags, and the partner's reply to it."""

    number: int
    text: str
    quote: str = ""
    """The words of it that can be quoted and that no message before it brought."""
    request: str = ""
    level: int = 0
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A session so far. The last turn is the one to answer."""

    turns: tuple[PastTurn, ...]
    mode: str = "examine"
    lost: bool = False
    """True if the previous board update did not arrive."""

    @property
    def now(self) -> PastTurn:
        """The turn to answer."""
        return self.turns[-1]

    @property
    def before(self) -> tuple[PastTurn, ...]:
        """The turns that were answered."""
        return self.turns[:-1]

    @property
    def about(self) -> str:
        """The subject: the first words that can be quoted."""
        return next((turn.quote for turn in self.turns if turn.quote), "")

    @property
    def lines(self) -> tuple[PastTurn, ...]:
        """The turns that brought something to quote."""
        return tuple(turn for turn in self.turns if turn.quote)


def read_history(messages: Sequence[Mapping[str, object]], system: str = "") -> History:
    """The session in `messages`; always with at least one turn."""
    turns: list[PastTurn] = []
    mode, attributes = _mode_of(system), dict[str, str]()
    quoted: set[str] = set()
    for message in messages:
        texts = [str(b.get("text", "")) for b in blocks_of(message) if b.get("type") == "text"]
        if message.get("role") != "assistant":
            if texts or not turns:
                attributes, text = _without_tags(texts)
                mode = attributes.get("mode", "") if attributes.get("mode") in LADDERS else mode
                turns.append(_turn(text, attributes, len(turns) + 1, quoted))
        elif turns:
            turns[-1] = replace(turns[-1], reply=turns[-1].reply + "".join(texts))
    turns = turns or [PastTurn(number=1, text="")]
    return History(turns=tuple(turns), mode=mode, lost="board_error" in attributes)


def _mode_of(system: str) -> str:
    found = _MODE_LINE.search(system)
    line = found.group(1).lower() if found else ""
    return next((mode for word, mode in _MODE_WORDS.items() if word in line), "examine")


def _without_tags(texts: Sequence[str]) -> tuple[dict[str, str], str]:
    """The attributes of the app's leading tags, and the user's own words after them."""
    attributes: dict[str, str] = {}
    own: list[str] = []
    for text in texts:
        rest = text
        while (tag := _TAG.match(rest)) is not None:
            attributes.update(_ATTRIBUTE.findall(tag.group(1) or ""))
            rest = rest[tag.end() :]
        own += [rest] if rest.strip() else []
    return attributes, "\n".join(own)


def _turn(text: str, attributes: Mapping[str, str], number: int, quoted: set[str]) -> PastTurn:
    """One turn; `quoted` holds what has been quoted before it, and grows."""
    request = attributes.get("request", "")
    quote = "" if request in _ABOUT_THE_SESSION else quotable(text)
    if quote.casefold() in quoted:
        quote = ""
    quoted.add(quote.casefold())
    return PastTurn(
        number=_whole(attributes.get("turn", ""), number),
        text=text,
        quote=quote,
        request=request,
        level=_whole(attributes.get("level", ""), 0),
    )


def _whole(text: str, otherwise: int) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else otherwise
