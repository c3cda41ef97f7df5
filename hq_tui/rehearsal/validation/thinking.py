"""Rules for thinking blocks that come back.

A signature must be one that was sent, with the same text. A model that binds thinking also
requires the same system, tools and messages before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hq_tui.rehearsal.server.models import Model
from hq_tui.rehearsal.server.responder import messages_of
from hq_tui.rehearsal.server.signatures import SentSignatures, fingerprint
from hq_tui.rehearsal.server.turns import blocks_of


def check_thinking(
    request: Mapping[str, object], model: Model, memory: SentSignatures
) -> Iterator[str]:
    """Yield what is wrong with the thinking in a request."""
    for index, message in enumerate(messages_of(request)):
        for place, block in enumerate(blocks_of(message)):
            if block.get("type") == "thinking":
                where = f"messages.{index}.content.{place}"
                yield from _block(block, where, model, memory, fingerprint(request, index))


def _block(
    block: Mapping[str, object], where: str, model: Model, memory: SentSignatures, place: str
) -> Iterator[str]:
    signature, thinking = block.get("signature"), block.get("thinking")
    if not isinstance(thinking, str):
        yield f"{where}.thinking.thinking: Field required"
        return
    if not isinstance(signature, str) or not signature:
        yield f"{where}.thinking.signature: Field required"
        return
    known = memory.thoughts(signature)
    if not known:
        yield f"{where}: Invalid `signature` in `thinking` block"
    elif all(words != thinking for words, _ in known):
        yield (
            f"{where}: `thinking` or `redacted_thinking` blocks in the latest assistant message "
            "cannot be modified. These blocks must remain as they were in the original response."
        )
    elif model.binds_thinking and (thinking, place) not in known:
        yield (
            f"{where}: Invalid `signature` in `thinking` block. "
            "The block is bound to a different conversation."
        )
