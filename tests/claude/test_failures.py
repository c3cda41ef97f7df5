"""What answers and exceptions mean, without a server."""

from __future__ import annotations

import json
from collections.abc import Iterator

import anthropic
import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.claude.error_response import ErrorResponse, failure_from, retry_after
from hq_tui.claude.exceptions import failure_of
from hq_tui.claude.proxies import Proxy
from hq_tui.core.failure import FailureKind as Kind
from hq_tui.core.partner import PartnerFailed
from hq_tui.core.text.sanitize import sanitise
from hq_tui.errors import CredentialsError, UsageError
from tests.claude.asking import CANARY

HOST = "api.anthropic.com"
NOW = 1_000_000.0


def answer(status: int, body: object, host: str = HOST, **headers: str) -> ErrorResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ErrorResponse(
        status=status, body=body, headers=named, host=host, now=NOW, secrets=(CANARY,)
    )


def error(message: str, kind: str = "invalid_request_error", **more: object) -> dict[str, object]:
    return {"type": "error", "error": {"type": kind, "message": message, **more}}


WORDED = [
    (400, ("This model does not support assistant message prefill. The conversation must end with "
     "a user message."), Kind.NO_PREFILL),
    (400, "messages: final assistant content cannot end with trailing whitespace", Kind.NO_PREFILL),
    (400, ("messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a "
     "different conversation."), Kind.BOUND_THINKING),
    (400, ("messages.3: `thinking` or `redacted_thinking` blocks in the latest assistant message "
     "cannot be modified."), Kind.BOUND_THINKING),
    (400, "tools: Extra inputs are not permitted", Kind.NO_TOOLS),
    (400, "tools.0.custom.strict: Extra inputs are not permitted", Kind.NO_STRICT),
    (400, "tools.0.strict: extra fields not permitted", Kind.NO_STRICT),
    (400, "This model does not support strict tools", Kind.NO_STRICT),
    (400, "registry.example/library/gemma:latest does not support tools", Kind.NO_TOOLS),
    (400, '"auto" tool choice requires --enable-auto-tool-choice to be set', Kind.NO_TOOLS),
    (404, "No endpoints found that support tool use", Kind.NO_TOOLS),
    (400, "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after",
     Kind.BAD_REQUEST),
    (400, "tools.0.custom.name: String should match pattern '^[a-z]+$'", Kind.BAD_REQUEST),
    (400, "Your credit balance is too low to access the Anthropic API.", Kind.SPEND_LIMIT),
    (400, "You have reached your specified API usage limits.", Kind.SPEND_LIMIT),
    (400, "prompt is too long: 208310 tokens > 200000 maximum", Kind.TOO_LARGE),
    (400, "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000",
     Kind.NO_ROOM),
    (400, "input length and `max_tokens` exceed context limit: 201240 + 21333 > 200000",
     Kind.TOO_LARGE),
    (400, "max_tokens: 900000 > 128000, which is the maximum allowed", Kind.OUTPUT_LIMIT),
]  # fmt: skip


@pytest.mark.parametrize(("status", "message", "kind"), WORDED)
def test_words_are_read_where_there_is_no_code(status: int, message: str, kind: Kind) -> None:
    failure = failure_from(answer(status, error(message)))
    assert (failure.kind, failure.retryable) == (kind, False)


def test_a_server_of_another_make_may_hide_words_behind_a_500() -> None:
    body = {"error": {"code": 500, "message": "tools param requires --jinja flag"}}
    assert failure_from(answer(500, body, "llm.example")).kind is Kind.NO_TOOLS
    assert failure_from(answer(500, body)).kind is Kind.SERVER


@pytest.mark.parametrize(
    "code",
    ["enforced_spend_limit_reached", "contract_spend_limit_reached",
     "linked_organization_spend_limit_reached"],
)  # fmt: skip
def test_a_spend_limit_is_not_tried_again(code: str) -> None:
    body = error("Limit.", "rate_limit_error", details={"error_code": code})
    failure = failure_from(answer(429, body, retry_after="5"))
    assert (failure.kind, failure.retryable) == (Kind.SPEND_LIMIT, False)


def test_an_ordinary_rate_limit_is_tried_again() -> None:
    body = error("This request would exceed your organization's rate limit.", "rate_limit_error")
    failure = failure_from(answer(429, body))
    assert (failure.kind, failure.retryable) == (Kind.RATE_LIMIT, True)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
def test_a_status_that_passes_is_tried_again_whatever_stands_beside_it(status: int) -> None:
    assert failure_from(answer(status, "")).retryable
    assert not failure_from(answer(status, "", x_should_retry="false")).retryable


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 501, 505])
def test_a_status_that_stays_is_not_tried_again(status: int) -> None:
    assert not failure_from(answer(status, "")).retryable


def test_a_server_that_says_not_to_try_again_is_heeded() -> None:
    body = error("Overloaded", "overloaded_error")
    assert not failure_from(answer(529, body, x_should_retry="false")).retryable
    assert failure_from(answer(529, body, x_should_retry="true")).retryable


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "x", "retry-after": "9"}, 9.0),
        ({"retry-after": "3600"}, 3600.0),
        ({"retry-after": "Mon, 12 Jan 1970 13:46:50 GMT"}, 10.0),
        ({"retry-after": "Mon, 12 Jan 1970 13:46:30 GMT"}, 0.0),
        (
            {
                "retry-after": "Sun, 22 Nov 2026 10:00:30 GMT",
                "date": "Sun, 22 Nov 2026 10:00:00 GMT",
            },
            30.0,
        ),
        ({"retry-after": "Sun, 99 Nov 2026 10:00:30 GMT"}, None),
    ],
)
def test_the_wait_that_a_server_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


def chained(outer: BaseException, *causes: BaseException) -> BaseException:
    error = outer
    for cause in causes:
        error.__cause__ = cause
        error = cause
    return outer


REQUEST = httpx2.Request("POST", "https://api.anthropic.com/v1/messages")


def connecting(*causes: BaseException) -> BaseException:
    """What the SDK raises when it never got an answer."""
    return chained(anthropic.APIConnectionError(request=REQUEST), *causes)


def no_name(number: int) -> OSError:
    import socket

    return socket.gaierror(number, "Name or service not known")


def exceptions() -> Iterator[tuple[BaseException, str, Kind, bool]]:
    import socket
    import ssl

    group = BaseExceptionGroup("all failed", [ConnectionRefusedError(111, "refused")])
    key = f"Illegal header value b'Bearer {CANARY}\\n'"
    yield connecting(httpx2.LocalProtocolError(key)), HOST, Kind.CREDENTIALS, False
    yield connecting(httpx2.UnsupportedProtocol("x")), HOST, Kind.LOCAL, False
    yield httpx2.InvalidURL("x"), HOST, Kind.LOCAL, False
    yield connecting(no_name(socket.EAI_AGAIN)), HOST, Kind.OFFLINE, True
    yield connecting(no_name(socket.EAI_NONAME)), HOST, Kind.OFFLINE, True
    yield connecting(no_name(socket.EAI_NONAME)), "llm.example", Kind.NOT_FOUND, False
    yield connecting(no_name(socket.EAI_AGAIN)), "llm.example", Kind.OFFLINE, True
    yield connecting(OSError(101, "Network is unreachable")), HOST, Kind.OFFLINE, True
    yield connecting(httpx2.ConnectError("x"), group), HOST, Kind.NETWORK, True
    yield connecting(httpx2.ConnectTimeout("x")), HOST, Kind.TIMEOUT, True
    yield anthropic.APITimeoutError(REQUEST), HOST, Kind.TIMEOUT, True
    yield httpx2.ReadTimeout("x"), HOST, Kind.STALLED, True
    yield TimeoutError(), HOST, Kind.TIMEOUT, True
    yield connecting(ssl.SSLCertVerificationError(1, "x")), HOST, Kind.TLS, False
    yield connecting(httpx2.ConnectError("x"), ssl.SSLError(1, "x")), HOST, Kind.TLS, False
    yield chained(httpx2.ReadError(""), ssl.SSLEOFError(8, "x")), HOST, Kind.NETWORK, True
    yield httpx2.ReadError(""), HOST, Kind.NETWORK, True
    yield httpx2.WriteError(""), HOST, Kind.NETWORK, True
    yield httpx2.StreamClosed(), HOST, Kind.NETWORK, True
    yield httpx2.RemoteProtocolError("peer closed (incomplete chunked read)"), HOST, Kind.CUT, True
    yield httpx2.DecodingError("x"), HOST, Kind.MALFORMED, True
    yield json.JSONDecodeError("x", "y", 0), HOST, Kind.MALFORMED, True
    yield UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start"), HOST, Kind.MALFORMED, True
    yield AssertionError(), HOST, Kind.MALFORMED, True
    yield RecursionError(), HOST, Kind.MALFORMED, True
    yield TypeError('"Could not resolve authentication method.'), HOST, Kind.CREDENTIALS, False
    yield anthropic.CredentialsError("x"), HOST, Kind.CREDENTIALS, False
    yield TypeError("unexpected keyword"), HOST, Kind.LOCAL, False
    yield UnicodeEncodeError("utf-8", "\udc00", 0, 1, "x"), HOST, Kind.LOCAL, False
    yield ImportError("socksio"), HOST, Kind.LOCAL, False
    yield CredentialsError("No.", hint="So."), HOST, Kind.CREDENTIALS, False
    yield UsageError("No.", hint="So."), HOST, Kind.LOCAL, False
    yield RuntimeError("cannot reuse"), HOST, Kind.UNKNOWN, False


@pytest.mark.parametrize(("error", "host", "kind", "retryable"), list(exceptions()))
def test_every_exception_has_its_failure(
    error: BaseException, host: str, kind: Kind, retryable: bool
) -> None:
    failure = failure_of(error, host=host, secrets=(CANARY,))
    assert (failure.kind, failure.retryable) == (kind, retryable)
    assert failure.message
    assert failure.hint
    assert CANARY not in repr(failure)


@pytest.mark.parametrize(
    ("error", "kind", "retryable"),
    [
        (httpx2.ProxyError("502 Bad"), Kind.PROXY, True),
        (httpx2.ProxyError("407 Proxy Auth"), Kind.PROXY, False),
        (httpx2.ConnectTimeout("x"), Kind.PROXY, True),
        (httpx2.ConnectError("no such name"), Kind.OFFLINE, True),
    ],
)
def test_the_proxy_on_the_way_is_told_from_the_host(
    error: BaseException, kind: Kind, retryable: bool
) -> None:
    proxy = Proxy(url=f"http://me:{CANARY}@company:3128", variable="https_proxy")
    failure = failure_of(connecting(error), host=HOST, proxy=proxy)
    assert (failure.kind, failure.retryable) == (kind, retryable)
    assert failure.message.startswith("The proxy company:3128 (https_proxy) ")
    assert CANARY not in repr(failure)


def test_a_failure_that_is_one_already_stays_itself() -> None:
    first = failure_of(httpx2.ReadError(""), host=HOST)
    assert failure_of(PartnerFailed(first), host=HOST) == first


def test_a_chain_that_bites_its_tail_is_no_trap() -> None:
    one, two = RuntimeError("1"), RuntimeError("2")
    one.__cause__, two.__cause__ = two, one
    assert failure_of(one, host=HOST).kind is Kind.UNKNOWN


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
bodies = json_values | st.fixed_dictionaries(
    {"error": st.fixed_dictionaries({"type": json_values, "message": st.text()})}
)


@given(status=st.integers(200, 599), body=bodies, wait=st.text(max_size=30))
def test_no_answer_is_too_strange(status: int, body: object, wait: str) -> None:
    failure = failure_from(answer(status, body, retry_after=wait))
    assert failure.message
    assert len(failure.message) <= 200
    assert failure.message == sanitise(failure.message)
    assert "\n" not in failure.message


@given(words=st.text(), status=st.sampled_from([200, 400, 401, 403, 429, 500]))
def test_a_key_that_a_server_repeats_is_taken_out(words: str, status: int) -> None:
    body = error(f"{words} Incorrect key: {CANARY} {words}", "authentication_error")
    assert CANARY not in repr(failure_from(answer(status, body)))
