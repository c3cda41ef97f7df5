"""Notes shown below a reply: who answered, what the server lacks, refusals, sources."""

from __future__ import annotations

from hq_tui.core.conversation import Conversation, Outcome, Phase, Reply
from hq_tui.core.json_fields import text_in
from hq_tui.core.requests.lessons import LEARNED
from hq_tui.core.text.block_words import citations_of
from hq_tui.core.text.sanitize import counted, one_line
from hq_tui.core.text.summary import state_of, timestamp

_LONGEST = 600


def partner_of(model: str) -> str:
    """The partner's name for `model`, within a sentence."""
    if model.startswith("rehearsal"):
        return "the rehearsal partner"
    return "Claude" if not model or "claude" in model.lower() else one_line(model, 80)


def at_beginning(words: str) -> str:
    """The same words at the beginning of a sentence; the name of a model stays as it is."""
    return words.replace("the ", "The ", 1) if words.startswith("the ") else words


def heading_of_reply(reply: Reply, otherwise: str) -> str:
    """The heading of a reply: the model that gave it; `otherwise` is the session's model."""
    last = reply.attempts[-1] if reply.attempts else None
    model = (last.stepped_in or last.model if last else "") or otherwise
    return partner_of(model).replace("the rehearsal", "Rehearsal")


def models_of(conversation: Conversation) -> str:
    """The models that answered in a session, by the names they gave; else the one to ask."""
    models = dict.fromkeys(
        attempt.answered_by or attempt.model
        for turn in conversation.turns
        for attempt in turn.reply.attempts
    )
    named = [one_line(name, 80) for name in models if name]
    return ", ".join(named) or one_line(conversation.model, 80)


def endnotes(reply: Reply) -> list[str]:
    """The lines below a reply: sources, numbered; then who answered, and what the server lacks."""
    numbered = enumerate(citations_of(reply.shown), 1)
    sources = [f"[{number}] {one_line(str(one), _LONGEST)}" for number, one in numbered]
    notes = [
        f"{one.failure.message.rstrip(chr(46))} · {one.failure.hint}"
        for one in reply.attempts
        if one.failure is not None and one.failure.kind in LEARNED
    ]
    if reply.attempts and (model := reply.attempts[-1].stepped_in):
        notes.append(f"answered by {one_line(model, 80)} in place of {reply.attempts[-1].model}")
    if reply.phase is Phase.COMPLETE and reply.is_wordless and not is_refused(reply):
        notes.append("the model ended its turn without a word")
    return [*sources, *(one_line(note, _LONGEST) for note in dict.fromkeys(notes))]


def ending_of(reply: Reply) -> str:
    """A note on how a reply ended, for exports; empty if it ended as usual."""
    notes = []
    if (state := state_of(reply)) != "complete":
        notes.append(f"{state}: {reply.failure.words}" if reply.failure else state)
    elif is_refused(reply):
        notes.append(f"refused: {refusal_of(reply)}".rstrip(": "))
    elif reply.is_half:
        is_length = reply.stop_reason == "max_tokens"
        notes.append(f"ended {'at the length limit' if is_length else f'with {reply.stop_reason}'}")
    if reply.seams:
        notes.append(f"resumed, {counted(len(reply.attempts), 'attempt')}")
    return "; ".join(notes)


def byline_of(conversation: Conversation) -> str:
    """Mode, models, start and name of a session in one line, for exports."""
    start, name = timestamp(conversation.created), f"session {conversation.id}"
    parts = (conversation.mode, models_of(conversation), start, name)
    return " · ".join(part for part in parts if part)


def is_refused(reply: Reply) -> bool:
    """True if the model refused to answer."""
    return bool(reply.attempts) and reply.attempts[-1].outcome is Outcome.REFUSED


def refusal_of(reply: Reply) -> str:
    """The model's explanation of a refusal; empty without one."""
    details = reply.attempts[-1].stop_details if reply.attempts else None
    return one_line(text_in(details, "explanation"), _LONGEST)


def refused_words(reply: Reply) -> str:
    """A sentence for a refused reply; empty for any other."""
    return f"refused by the model: {refusal_of(reply)}".rstrip(": ") if is_refused(reply) else ""
