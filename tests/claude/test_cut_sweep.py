"""A small reply, cut at every byte in every way, loses no word and hides no cut.

The wire tells exactly which words had arrived whole at each cut, so the text is compared
with arithmetic and not with another run of the same code. A sample in the ordinary
tests, every byte under the `soak` marker.
"""

from __future__ import annotations

import json

import pytest

from hq_tui.claude.client import ClientTimeouts
from hq_tui.core.failure import FailureKind as Kind
from tests.claude.asking import Told, asking, told
from tests.claude.raw_server import (
    END,
    PING,
    Answer,
    RawServer,
    block,
    chunks,
    delta,
    head,
    report,
    start,
    stop,
)
from tests.support.gates import Tally, part

ESCAPED = delta("\U0001f600 ") + delta("é\ud83d") + delta("\ude00!")
SPELT = delta("").replace(b'"text":""', '"text":"日本語 "'.encode())
BODY = (
    start()
    + PING
    + block(0, type="thinking", thinking="", signature="")
    + delta("", type="thinking_delta", thinking="hm")
    + delta("", type="signature_delta", signature="sig")
    + stop(0)
    + block(1)
    + delta("What ", 1)
    + SPELT.replace(b'"index":0', b'"index":1')
    + ESCAPED.replace(b'"index":0', b'"index":1')
    + stop(1)
    + block(2, type="tool_use", id="toolu_1", name="note", input={})
    + delta("", 2, type="input_json_delta", partial_json='{"a": ')
    + delta("", 2, type="input_json_delta", partial_json='"\ue000"}')
    + stop(2)
    + report("tool_use")
    + END
)
TEXT = "What 日本語 \U0001f600 é\U0001f600!"

ENDINGS = ("close", "chunked, unfinished", "chunked, finished", "length", "reset")
EXPECTED = {Kind.CUT, Kind.NETWORK, Kind.NOT_AN_API}


def cut(at: int, ending: str) -> Answer:
    """The first `at` bytes of the body, then this ending."""
    body = BODY[:at]
    match ending:
        case "close":
            return Answer(data=head(200, connection="close") + body, end="close")
        case "chunked, unfinished":
            data = head(200, transfer_encoding="chunked") + chunks(body, finished=False)
            return Answer(data=data, end="close")
        case "chunked, finished":
            data = head(200, transfer_encoding="chunked") + chunks(body)
            return Answer(data=data)
        case "length":
            data = head(200, content_length=str(len(BODY) + 1)) + body
            return Answer(data=data, end="close")
        case _:
            data = head(200, transfer_encoding="chunked") + chunks(body, finished=False)
            return Answer(data=data, end="reset")


def arrived(at: int) -> str:
    """The words whose events were whole before byte `at`; half a character waits for its rest."""
    datas = [part.partition(b"data: ")[2] for part in BODY[:at].split(b"\n\n")[:-1]]
    deltas = [json.loads(data).get("delta", {}) for data in datas]
    text = "".join(one["text"] for one in deltas if "text" in one)
    spelt = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return spelt.rstrip("�")


def check(result: Told, at: int, ending: str) -> None:
    """What must hold after a cut at byte `at`."""
    is_whole = b'"stop_reason":"tool_use"' in BODY[:at].rpartition(b"\n\n")[0]
    where = f"byte {at}, {ending}"
    # A reset may overtake bytes that the system had not handed on yet: fewer, never others.
    if ending == "reset":
        assert arrived(at).startswith(result.text), where
        is_whole = is_whole and result.stop_reason != ""
    else:
        assert result.text == arrived(at), where
    if is_whole:
        assert result.failure is None, where
        assert (result.text, result.stop_reason) == (TEXT, "tool_use"), where
        assert not result.open_blocks, where
    else:
        assert result.failure is not None, where
        assert result.failure.kind in EXPECTED, where
        assert result.failure.retryable, where


async def sweep(step: int) -> int:
    """Cut at every `step`-th byte, a different one for each ending; how many cuts were tried."""
    tried = 0
    quick = ClientTimeouts(read=5.0, drain=0.2)
    async with RawServer() as server, asking(server.url, timeouts=quick) as partner:
        for number, ending in enumerate(ENDINGS):
            for at in range(number % step, len(BODY) + 1, step):
                server.answers = (cut(at, ending),)
                check(await told(partner), at, ending)
                tried += 1
    return tried


async def test_a_sample_of_all_cuts_costs_no_word() -> None:
    assert await sweep(step=23) > 200


@pytest.mark.soak
@pytest.mark.gate("cuts")
async def test_no_cut_anywhere_costs_a_word(tally: Tally) -> None:
    tried = await sweep(step=part_of_bytes())
    tally.tried(tried)
    assert tried >= len(ENDINGS) * (len(BODY) + 1) // part_of_bytes()


def part_of_bytes() -> int:
    """Every byte, or every so many with `--part`."""
    return round(1000 / part(1000))


@pytest.mark.twin("cuts", "a reader that takes any end for done")
async def test_the_sweep_would_notice_a_reader_that_takes_any_end_for_done() -> None:
    """The sabotage twin: an iterator that merely ended is believed."""
    async with RawServer(cut(len(BODY) // 2, "close")) as server, asking(server.url) as partner:
        result = await told(partner)
    believed = Told(events=result.events)
    with pytest.raises(AssertionError):
        check(believed, len(BODY) // 2, "close")
