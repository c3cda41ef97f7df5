"""A list of API messages read back as a session: what was said, asked, requested and filed.

The partner keeps no state of its own. Whatever it needs to know it reads from
the messages, including what it asked before, so the same history always leads
to the same reply, and a history that another partner began can be continued.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hq_tui.inquiry.language import last_question, quotes

MODES = ("brief", "examine", "tutor", "review", "debug", "interview")

_LEADING_TAG = re.compile(
    r"\s*(?:<session\b([^<>]*?)/?>(?:\s*</session>)?|<(board_edit)\b[^<>]*>(.*?)</board_edit>)\s*",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*\"([^\"]*)\"")
_MODE_LINE = re.compile(r"^\s*mode:\s*([^\n.:;]*)", re.IGNORECASE | re.MULTILINE)
_MODE_WORDS = {
    "brief": "brief",
    "examine": "examine",
    "learn": "tutor",
    "tutor": "tutor",
    "review": "review",
    "duck": "debug",
    "debug": "debug",
    "interview": "interview",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The question at the end of one reply."""

    text: str
    kind: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of the user, without its tags, and what the partner answered."""

    number: int
    text: str
    request: str = ""
    level: int = 0
    edits: tuple[str, ...] = ()
    lost: bool = False
    """Whether the board update of the turn before did not arrive."""
    reply: str = ""
    asked: Asked | None = None
    ops: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A session so far. The last turn is the one to answer."""

    turns: tuple[Turn, ...]
    mode: str = "examine"
    pace: str = "normal"
    ids: Mapping[str, str] = field(default_factory=dict)
    led: bool = False
    """Whether the app keeps the budget and calls the checkpoints itself."""

    @property
    def now(self) -> Turn:
        """The turn to answer."""
        return self.turns[-1]

    @property
    def before(self) -> tuple[Turn, ...]:
        """The turns that were answered."""
        return self.turns[:-1]

    @property
    def ops(self) -> Iterator[Mapping[str, object]]:
        """Every board operation made so far, oldest first."""
        return (op for turn in self.turns for op in turn.ops)


def read_history(messages: Sequence[Mapping[str, object]], system: str = "") -> History:
    """The session in `messages`; always with at least one turn."""
    turns: list[Turn] = []
    state = {"mode": _mode_of(system), "pace": "normal"}
    ids: dict[str, str] = {}
    for message in messages:
        blocks = _blocks(message.get("content"))
        if message.get("role") == "assistant":
            if turns:
                turns[-1] = _answered(turns[-1], blocks)
            continue
        ids.update(_board_ids(blocks))
        texts = [str(block["text"]) for block in blocks if block.get("type") == "text"]
        if texts or not turns:
            turns.append(_user_turn(texts, len(turns) + 1, state))
    turns = turns or [Turn(number=1, text="")]
    return History(
        turns=tuple(turns),
        mode=state["mode"],
        pace=state["pace"],
        ids=ids,
        led="led" in state,
    )


def _mode_of(system: str) -> str:
    found = _MODE_LINE.search(system)
    line = found.group(1).lower() if found else ""
    return next((mode for word, mode in _MODE_WORDS.items() if word in line), "examine")


def _blocks(content: object) -> list[Mapping[str, object]]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    if not isinstance(content, Sequence):
        return []
    return [block for block in content if isinstance(block, Mapping)]


def _user_turn(texts: Sequence[str], number: int, state: dict[str, str]) -> Turn:
    attributes: dict[str, str] = {}
    edits: list[str] = []
    own = []
    for text in texts:
        rest = text
        while (tag := _LEADING_TAG.match(rest)) is not None:
            if tag.group(2):
                edits.append(tag.group(3).strip())
            else:
                attributes.update(_ATTRIBUTE.findall(tag.group(1) or ""))
            rest = rest[tag.end() :]
        if rest.strip():
            own.append(rest)
    if attributes.get("mode") in MODES:
        state["mode"] = attributes["mode"]
    if attributes.get("pace") in {"slow", "normal", "brisk"}:
        state["pace"] = attributes["pace"]
    if "budget" in attributes:
        state["led"] = "yes"
    return Turn(
        number=_whole(attributes.get("turn", ""), number),
        text="\n".join(own),
        request=attributes.get("request", ""),
        level=_whole(attributes.get("level", ""), 0),
        edits=tuple(edits),
        lost="board_error" in attributes,
    )


def _whole(text: str, otherwise: int) -> int:
    return int(text) if re.fullmatch(r"\d{1,6}", text) else otherwise


def _answered(turn: Turn, blocks: Sequence[Mapping[str, object]]) -> Turn:
    text = turn.reply + "".join(
        str(block.get("text", "")) for block in blocks if block.get("type") == "text"
    )
    ops = turn.ops + tuple(op for block in blocks for op in _ops(block))
    return Turn(
        number=turn.number,
        text=turn.text,
        request=turn.request,
        level=turn.level,
        edits=turn.edits,
        lost=turn.lost,
        reply=text,
        asked=_asked(text, ops),
        ops=ops,
    )


def _ops(block: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    given = block.get("input")
    if block.get("type") != "tool_use" or not isinstance(given, Mapping):
        return
    ops = given.get("ops")
    if isinstance(ops, Sequence) and not isinstance(ops, str):
        yield from (op for op in ops if isinstance(op, Mapping))


def _asked(text: str, ops: Sequence[Mapping[str, object]]) -> Asked | None:
    for op in ops:
        if op.get("op") == "ask":
            question = str(op.get("text", ""))
            return Asked(text=question, kind=str(op.get("qtype", "")), quotes=quotes(question))
    question = last_question(text)
    return Asked(text=question, kind="", quotes=quotes(question)) if question else None


def _board_ids(blocks: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Which board id each temporary name got, as far as the tool results say so."""
    found: dict[str, str] = {}
    for block in blocks:
        if block.get("type") != "tool_result" or block.get("is_error"):
            continue
        for part in _blocks(block.get("content")):
            found.update(_pairs(str(part.get("text", ""))))
    return found


def _pairs(text: str) -> dict[str, str]:
    try:
        data = json.loads(text)
    except ValueError:
        return dict(re.findall(r"\b(t\d+n\d+)\b\s*(?:->|=|:|→|is)\s*\"?([A-Za-z]\w{0,11})", text))
    inner = data.get("ids", data) if isinstance(data, dict) else {}
    pairs = inner.items() if isinstance(inner, dict) else ()
    return {key: value for key, value in pairs if isinstance(key, str) and isinstance(value, str)}
