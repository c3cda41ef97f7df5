"""Every fault, as a client that notices everything sees it on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from hq_tui.rehearsal.faults.faults import FaultKind
from hq_tui.rehearsal.server.reply import ThinkingPart, count, written
from tests.support.raw import Response, asking, post
from tests.support.samples import RICH
from tests.support.scripted import scripted_server

FULL = "One two three four five six seven eight nine ten."
FIRST_SIX = "One two three four five six "


def names(response: Response) -> list[str]:
    return [str(event["type"]) for event in response.events]


def refused(status: int, kind: str) -> Callable[[Response], bool]:
    def check(got: Response) -> bool:
        error = got.json["error"]
        assert isinstance(error, dict)
        return (got.status, error["type"], got.end) == (status, kind, "neat")

    return check


def broke(end: str, text: str = FIRST_SIX) -> Callable[[Response], bool]:
    return lambda got: (got.status, got.end, got.text) == (200, end, text)


def stopped(reason: str) -> Callable[[Response], bool]:
    return lambda got: (
        got.text == FIRST_SIX
        and got.events[-2]["delta"]["stop_reason"] == reason  # type: ignore[index]  # JSON
        and names(got)[-1] == "message_stop"
    )


def whole(got: Response) -> bool:
    return got.end == "neat" and got.text == FULL and names(got)[-1] == "message_stop"


SEEN: dict[str, Callable[[Response], bool]] = {
    "overloaded": refused(529, "overloaded_error"),
    "rate_limit:retry_after=7": lambda got: (
        refused(429, "rate_limit_error")(got) and got.headers["retry-after"] == "7"
    ),
    "error500": refused(500, "api_error"),
    "bad_request": refused(400, "invalid_request_error"),
    "unauthorised": refused(401, "authentication_error"),
    "forbidden": refused(403, "permission_error"),
    "not_found": refused(404, "not_found_error"),
    "too_large": refused(413, "request_too_large"),
    "html:status=502": lambda got: got.status == 502 and b"<html>" in got.body,
    "bad_gzip": lambda got: got.headers["content-encoding"] == "gzip",
    "redirect": lambda got: (got.status, got.headers["location"]) == (307, "/v1/elsewhere"),
    "empty": lambda got: (got.status, got.body, got.end) == (200, b"", "neat"),
    "drop": lambda got: got.status == 0,
    "mute": lambda got: (got.status, got.end) == (0, "silent"),
    "max_tokens": stopped("max_tokens"),
    "refusal": stopped("refusal"),
    "pause_turn": stopped("pause_turn"),
    "unknown_events": lambda got: whole(got) and "message_progress" in names(got),
    "early_usage": lambda got: whole(got) and names(got).count("message_delta") == 2,
    "duplicate:event=message": lambda got: names(got).count("message_start") == 2,
    "duplicate": lambda got: names(got).count("content_block_start") == 2,
    "gap": lambda got: {event.get("index") for event in got.events} == {None, 0, 3},
    "end_unconfirmed": lambda got: (
        (got.end, got.text, names(got)[-1]) == ("neat", FULL, "message_delta")
    ),
    "error_after_stop": lambda got: names(got)[-2:] == ["message_stop", "error"],
    "hang_after_stop": lambda got: got.end == "silent" and names(got)[-1] == "message_stop",
    "bad_json": lambda got: b'"seven \n\n' in got.body,
    "bad_utf8": lambda got: b"\xf0\x9f\xff" in got.body,
    "jsonsplit": whole,
    "slicer": whole,
    "drip:per_second=2000": whole,
    "error_event:type=api_error": lambda got: names(got)[-1] == "error" and broke("neat")(got),
    "eof": broke("neat"),
    "cut": broke("cut"),
    "cut_event": lambda got: broke("neat")(got) and not got.body.endswith(b"\n\n"),
    "reset": broke("reset"),
    "stall": broke("silent"),
    "stall:seconds=0.01": whole,
    "pings:every=0.01:seconds=0.05": lambda got: whole(got) and names(got).count("ping") > 3,
}
SILENT = {"mute", "stall", "hang_after_stop"}
ON_CONTINUATION = {FaultKind.OVERLAP, FaultKind.PREAMBLE}


def test_no_kind_is_left_out() -> None:
    seen = {FaultKind(spec.split(":")[0]) for spec in SEEN}
    assert seen | ON_CONTINUATION == set(FaultKind)


@pytest.mark.parametrize("spec", SEEN)
async def test_a_fault_looks_on_the_wire_as_it_should(spec: str) -> None:
    name, _, options = spec.partition(":")
    at_second = f"{name}@2:{options}" if options else f"{name}@2"
    async with scripted_server([FULL], [at_second]) as server:
        before = await post(server, asking())
        struck = await post(server, asking(), patience=0.2 if spec in SILENT else 10)
        after = await post(server, asking())
    assert whole(before)
    assert whole(after)
    assert SEEN[spec](struck)
    assert server.requests[1].outcome.endswith((name, "_error", "left"))


@pytest.mark.parametrize("spec", ["bad_json", "bad_utf8"])
async def test_damage_hits_exactly_one_event(spec: str) -> None:
    async with scripted_server([FULL], [spec]) as server:
        struck = await post(server, asking())
    blocks = struck.body.split(b"\n\n")
    hit = [block for block in blocks if b"seven" in block]
    assert len(hit) == 1
    with pytest.raises(ValueError, match=r"utf-8|Unterminated"):
        _ = Response(status=200, headers={}, body=hit[0] + b"\n\n", end="neat").events


async def test_a_cut_can_come_in_the_middle_of_a_character_count() -> None:
    async with scripted_server([FULL], ["cut@1:after=9c"]) as server:
        got = await post(server, asking())
    assert got.text == FULL[:9]


@pytest.mark.parametrize("after", [0, 3, 8, 30, 400])
async def test_a_cut_may_fall_into_any_block(after: int) -> None:
    async with scripted_server([RICH], [f"cut@1:after={after}"]) as server:
        got = await post(server, asking())
    row = next(iter(server.ledger.values()))
    assert got.end == "cut"
    assert row.output_tokens == min(after, sum(count(written(block)) for block in RICH.blocks))
    assert not row.complete


async def test_the_ledger_of_a_broken_reply_counts_what_was_sent() -> None:
    async with scripted_server([FULL], ["reset@1:after=4"]) as server:
        await post(server, asking())
    row = next(iter(server.ledger.values()))
    assert (row.output_tokens, row.complete) == (4, False)


@pytest.mark.parametrize(
    ("spec", "status", "end"),
    [
        ("cut", 200, "cut"),
        ("reset", 200, "reset"),
        ("stall", 200, "silent"),
        ("error_event", 529, "neat"),
        ("bad_json", 200, "neat"),
        ("bad_utf8", 200, "neat"),
        ("overloaded", 529, "neat"),
    ],
)
async def test_faults_also_strike_requests_without_a_stream(
    spec: str, status: int, end: str
) -> None:
    async with scripted_server([FULL], [spec]) as server:
        patience = 0.2 if end == "silent" else 10
        got = await post(server, asking(stream=False), patience=patience)
    assert (got.status, got.end) == (status, end)


async def test_faults_of_one_request_add_up() -> None:
    async with scripted_server([FULL], ["jsonsplit", "unknown_events", "cut@1:after=3"]) as server:
        got = await post(server, asking())
    assert (got.end, got.text) == ("cut", "One two three ")
    assert "message_progress" in names(got)


async def test_the_pace_is_kept_by_the_clock_that_was_given() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0)

    async with scripted_server(
        [FULL], "seed=1,drip:after=8:per_second=0.5", pace=40, sleep=sleep
    ) as s:
        assert (await post(s, asking())).text == FULL
    assert slept == [1 / 40] * 8 + [2.0] * 2


async def test_thinking_is_shown_as_the_request_wants_it() -> None:
    async with scripted_server([RICH]) as server:
        omitted = await post(
            server, asking(stream=False, thinking={"type": "adaptive", "display": "omitted"})
        )
        disabled = await post(server, asking(stream=False, thinking={"type": "disabled"}))
    first = omitted.json["content"]
    assert isinstance(first, list)
    assert first[0] == ThinkingPart(thinking="", signature="sig-rich-1").as_json()
    rest = disabled.json["content"]
    assert isinstance(rest, list)
    assert rest[0]["type"] == "text"
