"""Whatever JSON comes in, an answer goes out: never a broken server, never a broken body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.rehearsal.server.http import HttpRequest
from hq_tui.rehearsal.server.reply import RehearsedReply, TextPart
from hq_tui.rehearsal.server.responder import Composed
from hq_tui.rehearsal.server.server import Server
from hq_tui.rehearsal.server.service import Service
from tests.support.raw import asking, post
from tests.support.scripted import scripted_server

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "role", "content", "id", "thinking", "signature"]),
            inner | st.sampled_from(["text", "thinking", "tool_use", "tool_result", "user"]),
            max_size=4,
        )
    ),
    max_leaves=8,
)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "assistant", "system"]), "content": ANYTHING}
    ),
    max_size=4,
)


@pytest.mark.parametrize("strict", [True, False])
@given(
    fields=st.dictionaries(
        st.sampled_from(["system", "tools", "thinking", "stream", "max_tokens", "output_config"]),
        ANYTHING,
    ),
    messages=MESSAGES | ANYTHING,
)
def test_no_request_breaks_the_server(strict: bool, fields: Any, messages: Any) -> None:
    service = Service(responder=Composed(), token="key", run="test", strict=strict)
    body = {"model": "rehearsal-1", "max_tokens": 9, "messages": messages, **fields}
    request = HttpRequest(
        method="POST",
        path="/v1/messages",
        headers={"x-api-key": "key", "anthropic-version": "2026-10-21"},
        body=json.dumps(body).encode(),
    )
    answer = service.answer(request)
    assert answer.performance.status in {200, 400}
    assert answer.exchange.outcome != "500 api_error"


class Broken:
    """A responder with a fault of its own."""

    def reply(self, request: Mapping[str, object]) -> RehearsedReply:
        raise ValueError("no idea")


async def test_a_partner_that_fails_is_an_error_of_the_server_not_its_end() -> None:
    async with Server(Broken()) as server:
        first, second = await post(server, asking()), await post(server, asking())
    assert (first.status, second.status) == (500, 500)
    assert "no idea" in str(first.json["error"])


@pytest.mark.parametrize("stream", [True, False])
async def test_half_a_character_from_the_user_does_not_spoil_the_stream(stream: bool) -> None:
    async with scripted_server([(TextPart(text="You say “\ud800”."),)]) as server:
        got = await post(server, asking("\ud800", stream=stream))
    assert got.body.decode("utf-8")
    assert server.requests[0].outcome == "sent"


async def test_deep_nesting_is_refused() -> None:
    deep: Any = "x"
    for _ in range(900):
        deep = [deep]
    async with scripted_server() as server:
        got = await post(server, asking({"role": "user", "content": deep}))
    assert got.status == 400
