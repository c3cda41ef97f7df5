"""Any event, and any sequence of them, sensible or not."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from hq_tui.core import events, user_actions
from hq_tui.core.codec import KINDS
from hq_tui.core.events import AttachedFile, Event, ResumeMode, ToolResult
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.usage import Usage
from hq_tui.core.user_actions import UserAction

WORDS = st.text(max_size=20)
TIMES = st.floats(0, 4e9, allow_nan=False) | st.integers(0, 4_000_000_000)
INDEXES = st.integers(0, 3)
COUNTS = st.none() | st.integers(0, 10**7)


def json_values() -> st.SearchStrategy[Any]:
    plain = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | WORDS
    return st.recursive(
        plain, lambda one: st.lists(one, max_size=3) | st.dictionaries(WORDS, one, max_size=3)
    )


def json_objects() -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(WORDS, json_values(), max_size=4)


USAGES = st.builds(
    Usage,
    input_tokens=COUNTS,
    output_tokens=COUNTS,
    cache_read_input_tokens=COUNTS,
    cache_creation_input_tokens=COUNTS,
)
FAILURES = st.builds(
    Failure,
    kind=st.sampled_from(FailureKind),
    retryable=st.booleans(),
    message=WORDS,
    hint=WORDS,
    retry_after=st.none() | st.floats(0, 1e6),
    status=st.none() | st.integers(100, 599),
    request_id=WORDS,
    limit=st.none() | st.integers(1, 10**7),
)
FILES = st.builds(
    AttachedFile,
    name=WORDS,
    media=st.sampled_from(["text/plain", "application/pdf", "image/png"]),
    size=st.integers(0, 9),
    sha256=st.sampled_from(["0" * 64, "ab" * 32]),
    tokens=st.integers(0, 9),
)
RESULTS = st.builds(ToolResult, tool_use_id=WORDS, content=WORDS, is_error=st.booleans())

BLOCK_DATA = st.one_of(
    st.just({"type": "text", "text": ""}),
    st.just({"type": "thinking", "thinking": "", "signature": ""}),
    st.builds(lambda name: {"type": "tool_use", "id": name, "name": "n", "input": {}}, WORDS),
    st.just({"type": "redacted_thinking", "data": "xyz"}),
    json_objects(),
)

ACTIONS: st.SearchStrategy[UserAction] = st.one_of(
    st.builds(user_actions.AddItem, kind=WORDS, text=WORDS),
    st.builds(user_actions.EditItem, id=WORDS, text=WORDS),
    st.builds(user_actions.RefineItem, id=WORDS, text=WORDS, gives_way=WORDS),
    st.builds(user_actions.PinItem, id=WORDS, pinned=st.booleans()),
    st.builds(
        user_actions.JudgeItem,
        id=WORDS,
        verdict=st.sampled_from(user_actions.Verdict),
        why=WORDS,
        gives_way=WORDS,
    ),
    st.builds(user_actions.DecideItem, id=WORDS, text=WORDS),
    st.builds(user_actions.AcceptProposal, id=WORDS),
    st.builds(user_actions.ChangeMode, mode=WORDS, before=WORDS),
    st.builds(user_actions.SkipQuestion, turn=st.none() | st.integers(0, 9)),
    st.builds(
        user_actions.ShowSummary,
        lines=st.lists(
            st.builds(user_actions.SummaryLine, quote=WORDS, turn=st.integers(0, 9)), max_size=3
        ).map(tuple),
    ),
    st.builds(
        user_actions.CarryOver,
        session=WORDS,
        page=WORDS,
        items=st.lists(json_objects(), max_size=2).map(tuple),
    ),
    st.builds(
        user_actions.UnknownAction,
        what=st.sampled_from(["pace", "budget", "board.future", ""]),
        detail=json_objects(),
    ),
)

FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "at": TIMES,
    "delay": TIMES,
    "index": INDEXES,
    "number": st.integers(1, 50),
    "attempt": st.integers(1, 50),
    "of": st.integers(1, 50),
    "edits": st.integers(0, 50),
    "how": st.sampled_from(ResumeMode),
    "usage": USAGES,
    "failure": FAILURES,
    "system": st.lists(WORDS, max_size=2).map(tuple),
    "notes": st.lists(WORDS, max_size=2).map(tuple),
    "files": st.lists(FILES, max_size=2).map(tuple),
    "results": st.lists(RESULTS, max_size=2).map(tuple),
    "data": BLOCK_DATA,
    "effort": st.sampled_from(["", "low", "max"]),
    "thinking": st.sampled_from(["", "on", "off"]),
    "action": ACTIONS,
    "raw": st.none(),
    "event": st.deferred(
        lambda: st.one_of(*(event_of(cls) for kind, cls in KINDS.items() if kind != "page"))
    ),
    "citation": json_objects(),
    "delta": json_objects(),
    "stop_details": st.none() | json_objects(),
    "stop_reason": st.sampled_from(["", "end_turn", "max_tokens", "refusal", "pause_turn", "new"]),
}


def event_of(cls: type[Any]) -> st.SearchStrategy[Event]:
    """Any event of one kind."""
    names = cls.__dataclass_fields__
    return st.builds(cls, **{name: FIELDS.get(name, WORDS) for name in names})


def any_event() -> st.SearchStrategy[Event]:
    unknown = st.builds(
        events.UnknownEvent, record=json_objects().map(lambda one: {**one, "t": "from-2031"})
    )
    return st.one_of(*(event_of(cls) for cls in KINDS.values()), unknown)


_STREAM = (
    events.BlockStarted, events.TextArrived, events.ThinkingArrived, events.SignatureArrived,
    events.ToolInputArrived, events.DeltaArrived, events.BlockEnded, events.MessageStarted,
    events.MessageDelta, events.AttemptStarted, events.AttemptFailed,
)  # fmt: skip


def histories() -> st.SearchStrategy[list[Event]]:
    """Events in any order, most of them such as a stream brings."""
    often = st.one_of(*(event_of(cls) for cls in _STREAM))
    asked = event_of(events.MessageSent)
    return st.tuples(asked, st.lists(often | often | any_event(), max_size=40)).map(
        lambda parts: [parts[0], *parts[1]]
    )
