"""Replies that are easy to check and unpleasant to carry."""

from __future__ import annotations

from hq_tui.rehearsal.server.reply import RehearsedReply, TextPart, ThinkingPart, ToolUsePart


def numbered_words(count: int = 3000) -> str:
    """The words `w1` to `wN` on lines of ten, easy to check for gaps and doubles."""
    words = [f"w{number}" for number in range(1, count + 1)]
    return "\n".join(" ".join(words[i : i + 10]) for i in range(0, count, 10))


UNICODE = (
    "Straße, naïve, 日本語のテキスト, עברית, \U0001f469‍\U0001f4bb and \U0001f3f4‍☠️, "
    "e\u0301 and \u00e9, a tab\there, “quotes” and a final word."
)
"""Text whose bytes and escapes can be split in unhappy places."""

RICH = RehearsedReply(
    blocks=(
        ThinkingPart(thinking="They want speed. What speed, and whose?", signature="sig-rich-1"),
        TextPart(text="You say “slow”. " + UNICODE + "\n\n"),
        TextPart(text="What did you measure?"),
        ToolUsePart(
            id="toolu_rich_1",
            name="board_update",
            input={"ops": [{"op": "add", "kind": "claim", "text": "slow 日本 \U0001f600"}]},
        ),
    ),
    stop_reason="tool_use",
)
"""Every kind of block: thinking, two texts, tool input, many-byte characters."""
