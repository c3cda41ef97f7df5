"""Words that come for a block which never began: half a call must not pass for a whole one."""

from __future__ import annotations

import pytest

from hq_tui.claude.event_decoder import EventDecoder
from hq_tui.core.events import BlockEnded, TextArrived, ThinkingArrived, ToolInputArrived

KINDS = [
    ({"type": "text", "text": ""}, "text_delta", "text"),
    ({"type": "thinking", "thinking": ""}, "thinking_delta", "thinking"),
    ({"type": "tool_use", "id": "a", "name": "n", "input": {}}, "input_json_delta", "partial_json"),
]


@pytest.mark.parametrize(("block", "kind", "field"), KINDS)
def test_an_index_that_jumps_inside_a_block_still_means_that_block(
    block: dict[str, object], kind: str, field: str
) -> None:
    reader = EventDecoder()
    heard: list[object] = []
    for value in (
        {"type": "content_block_start", "index": 1, "content_block": block},
        {"type": "content_block_delta", "index": 1, "delta": {"type": kind, field: "half \ud83d"}},
        {"type": "content_block_delta", "index": 4, "delta": {"type": kind, field: "\ude00 whole"}},
        {"type": "content_block_stop", "index": 4},
    ):
        heard += reader.read(value, str(value["type"]))
    words = [found for one in heard if (found := _words(one)) is not None]
    assert "".join(text for _, text in words) == "half \U0001f600 whole"
    assert {index for index, _ in words} == {1}
    assert heard[-1] == BlockEnded(index=1)


def _words(event: object) -> tuple[int, str] | None:
    match event:
        case TextArrived(index=index, text=text) | ThinkingArrived(index=index, text=text):
            return index, text
        case ToolInputArrived(index=index, partial_json=text):
            return index, text
        case _:
            return None
