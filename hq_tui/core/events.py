"""Everything that can happen in a session, as frozen values in one union.

The engine makes them, the journal keeps them in order, and `reducer.apply` turns them into
state. Times are seconds since the epoch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hq_tui.core import DEFAULT_PROVIDER
from hq_tui.core.failure import Failure
from hq_tui.core.usage import NO_USAGE, Usage
from hq_tui.core.user_actions import UserAction


class ResumeMode(StrEnum):
    """The way in which an attempt continues an earlier one."""

    FRESH = "fresh"
    PREFILL = "prefill"
    CONTINUE = "continue"
    PAUSE = "pause"
    """The server paused its own work; it gets its words back as they are and goes on."""
    RESULTS = "results"
    """The reply was tool calls without a word; their results go back at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStarted:
    """A session began. `system` holds the instructions word for word as they are sent.

    `mode_file` is the text of a mode of the user's own, empty for a built-in one. `edits` is the
    message of the parent that a branch was made to write anew, if it was.
    """

    id: str
    mode: str
    model: str
    at: float
    system: tuple[str, ...] = ()
    host: str = ""
    parent: str = ""
    effort: str = ""
    thinking: str = ""
    mode_file: str = ""
    edits: int = 0
    provider: str = DEFAULT_PROVIDER


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionChanged:
    """The mode, the model or what is asked of it changed from the next question on.

    `effort` is a level and `thinking` is `on` or `off`; where they are empty, the settings say.
    """

    mode: str
    model: str
    system: tuple[str, ...]
    host: str = ""
    effort: str = ""
    thinking: str = ""
    mode_file: str = ""
    provider: str = DEFAULT_PROVIDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Titled:
    """The session got a title."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """The answer to a tool call of the previous reply."""

    tool_use_id: str
    content: str
    is_error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """A file that travels with a message; its contents are kept apart, by their SHA-256.

    They are what goes on the wire, as the media type `media`: a text is kept as UTF-8,
    whatever it was. `tokens` is an estimate.
    """

    name: str
    media: str
    size: int
    sha256: str
    tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent:
    """The person sent a message. `notes` and `results` travel with it but are not shown.

    `calls` is False where the reply is to call no tool.
    """

    text: str
    at: float
    notes: tuple[str, ...] = ()
    results: tuple[ToolResult, ...] = ()
    files: tuple[AttachedFile, ...] = ()
    calls: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """The person wrote a message while a reply was still flowing."""

    text: str
    files: tuple[AttachedFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unqueued:
    """The queued messages were taken back or are being sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """Unsent text of the composer when the program ended; empty when it is settled."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserActed:
    """An action of the person other than a message, such as an edit of the board.

    `raw` is the recorded detail where it differs from the action's own; it is written back as is.
    """

    action: UserAction
    at: float
    raw: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStarted:
    """A request is about to be sent.

    `context` is a digest of its instructions and tools. With CONTINUE, `prompt` is the user
    message that asks the model to continue, and `anchor` the words it was asked to repeat first.
    With RESULTS, `results` answer the tool calls before it.
    """

    number: int
    how: ResumeMode
    model: str
    at: float
    context: str = ""
    prompt: str = ""
    anchor: str = ""
    results: tuple[ToolResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStarted:
    """The server began a message and reported its input.

    A second one within an attempt means that the server started over: what came before is void.
    """

    message_id: str
    model: str
    usage: Usage
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockStarted:
    """Block `index` began; `data` is the content block as the API sent it."""

    index: int
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextArrived:
    """Words for text block `index`."""

    index: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinkingArrived:
    """Words for thinking block `index`."""

    index: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureArrived:
    """The signature that completes thinking block `index`."""

    index: int
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolInputArrived:
    """A fragment of the JSON input of tool block `index`."""

    index: int
    partial_json: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationArrived:
    """A citation for text block `index`, as the API sent it."""

    index: int
    citation: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeltaArrived:
    """A delta of a kind that is not understood, for block `index`, as the API sent it."""

    index: int
    delta: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockEnded:
    """Block `index` is complete."""

    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDelta:
    """A `message_delta`: the stop reason when it is known, and cumulative usage."""

    usage: Usage = NO_USAGE
    stop_reason: str = ""
    stop_details: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEnded:
    """`message_stop`: the message is complete and its usage final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDone:
    """The reply is over, by the model's own stop reason."""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFailed:
    """The current attempt broke."""

    failure: Failure
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryScheduled:
    """The next attempt starts in `delay` seconds; `attempt` of `of`."""

    delay: float
    attempt: int
    of: int
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyStopped:
    """The person stopped the reply; what had arrived stays."""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GaveUp:
    """No further attempt will be made by itself. An empty failure means the program ended."""

    failure: Failure
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDiscarded:
    """The person discarded the current or last reply."""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEvent:
    """Something happened while the model wrote the page of the session, beside the talk.

    The writing is a conversation of its own, with `event` in it; it begins with its first.
    """

    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent:
    """A record of a kind that this version does not know, kept as it was."""

    record: Mapping[str, object]


BlockEvent = (
    BlockStarted
    | TextArrived
    | ThinkingArrived
    | SignatureArrived
    | ToolInputArrived
    | CitationArrived
    | DeltaArrived
    | BlockEnded
)
"""The events of one block of an attempt."""
Event = (
    SessionStarted
    | SessionChanged
    | Titled
    | MessageSent
    | Queued
    | Unqueued
    | Drafted
    | UserActed
    | AttemptStarted
    | MessageStarted
    | BlockEvent
    | MessageDelta
    | MessageEnded
    | ReplyDone
    | AttemptFailed
    | RetryScheduled
    | ReplyStopped
    | GaveUp
    | ReplyDiscarded
    | PageEvent
    | UnknownEvent
)
