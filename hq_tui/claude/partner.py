"""Claude as a `Partner`: one request, its events as they arrive, one failure if it breaks.

We read the decoder of the SDK's client instead of its accumulated message: pings are visible,
no accumulation slows down or breaks over unexpected JSON, events without a name work, and text
in unknown blocks is not lost.

Once a stop reason was seen, nothing that follows is an error. After `message_stop` the rest is
read briefly, so that the connection can be reused. Without a stop reason the reply was cut.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from hq_tui.claude.base_url import DEFAULT_BASE_URL, check_address, check_base_url, host_of
from hq_tui.claude.client import DEFAULT_TIMEOUTS, ClientTimeouts, make_client
from hq_tui.claude.cloud_errors import request_id_in
from hq_tui.claude.credentials import NO_CREDENTIALS, Credentials, CredentialsKind
from hq_tui.claude.error_response import not_an_api
from hq_tui.claude.event_decoder import EventDecoder, StreamItem
from hq_tui.claude.exceptions import CUT, DAMAGED, failure_of
from hq_tui.claude.models import all_entries, entry_of, facts_for, knock, merge
from hq_tui.claude.providers import PROVIDERS, SECRETS
from hq_tui.claude.proxies import Proxy, proxy_for
from hq_tui.core import DEFAULT_PROVIDER
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.models import ModelInfo
from hq_tui.core.partner import PartnerFailed
from hq_tui.core.requests.request import MessagesRequest

if TYPE_CHECKING:
    import httpx2
    from anthropic import AsyncAnthropic
    from anthropic._streaming import ServerSentEvent

_K = FailureKind
_SIGN_IN = "Its token was renewed once already: sign in again, or set ANTHROPIC_API_KEY."

_STREAMS = ("text/event-stream", "application/vnd.amazon.eventstream")

_NOBODY_THERE = frozenset(
    {_K.NETWORK, _K.OFFLINE, _K.TIMEOUT, _K.TLS, _K.NOT_FOUND, _K.NOT_AN_API, _K.REDIRECT}
)
"""After these the address may be the trouble, so it is named."""

_NO_ANSWER = frozenset({_K.OFFLINE, _K.NETWORK, _K.PROXY, _K.LOCAL})
"""After these the server may yet say what it knows of a model."""

LONGEST_ANSWER = 16_777_216
"""Maximum number of bytes read of an answer that is not a stream."""


@asynccontextmanager
async def _streaming(
    client: AsyncAnthropic, request: MessagesRequest
) -> AsyncGenerator[httpx2.Response, None]:
    """The response to `request` while it streams; nothing of either is kept afterwards."""
    stream = None
    try:
        async with client.messages.stream(**request.params) as stream:
            yield stream.response
    finally:
        if stream is not None:
            # It refers to itself through generators that were never begun, and so would hold
            # request and response, the whole session, until a run of the collector.
            vars(stream).clear()


class ClaudePartner:
    """Claude at one provider, or any server that speaks its API, behind one address."""

    def __init__(
        self,
        credentials: Credentials = NO_CREDENTIALS,
        *,
        provider: str = DEFAULT_PROVIDER,
        base_url: str | None = None,
        plain_hosts: Collection[str] = (),
        timeouts: ClientTimeouts = DEFAULT_TIMEOUTS,
    ) -> None:
        """`base_url` None means the profile's own address, or the provider's."""
        self._provider = PROVIDERS[provider]
        is_profile = credentials.kind is CredentialsKind.PROFILE
        self._renews = bool(self._provider.module) or is_profile
        self._is_cloud = provider != DEFAULT_PROVIDER
        check = check_address if self._is_cloud else check_base_url
        self._base_url = check(base_url, plain_hosts) if base_url is not None else None
        own = self._provider.title if self._is_cloud else host_of(DEFAULT_BASE_URL)
        self.host = host_of(self._base_url) if self._base_url else own
        """The host that messages are sent to; the provider where it is not known yet."""
        self._proxy: Proxy | None = None
        self._timeouts = timeouts
        self._make = partial(
            make_client,
            credentials,
            provider=provider,
            base_url=self._base_url,
            plain_hosts=plain_hosts,
            timeouts=timeouts,
        )
        secrets = (credentials.secret, *(os.environ.get(name, "") for name in SECRETS))
        self._secrets = tuple(filter(None, secrets))
        self._making: asyncio.Future[AsyncAnthropic] | None = None
        self._facts: dict[str, ModelInfo] = {}

    async def warm(self) -> None:
        """Load the SDK and make the client, off the loop; a failure waits for the first request."""
        with suppress(Exception):  # the first request will report it
            await self._client()

    async def _client(self, *, renew: bool = False) -> AsyncAnthropic:
        making = self._making
        if making is None or renew or _has_failed(making):
            making = asyncio.ensure_future(asyncio.to_thread(self._make, renew=renew))
            self._making = making
        # Shielded, because a reply that is stopped must not undo the loading it waited for.
        client = await asyncio.shield(making)
        address = str(client.base_url)
        self.host, self._proxy = host_of(address), proxy_for(address, os.environ)
        return client

    async def stream(self, request: MessagesRequest) -> AsyncGenerator[StreamItem, None]:
        """The reply as it arrives; see `Partner.stream`."""
        failure = CUT
        for renew in (False, True):
            reader = EventDecoder()
            try:
                client = await self._client(renew=renew)
                async with (
                    _streaming(client, request) as response,
                    aclosing(self._heard(response, reader, client)) as heard,
                ):
                    async for event in heard:
                        yield event
                return
            except Exception as error:  # noqa: BLE001  # the border: nothing untyped gets past it
                failure = self._failure(error)
            if reader.is_whole:
                return
            if renew or not self._is_refused(failure):
                break
            await self.close()
        if self._is_refused(failure) and not self._is_cloud:
            failure = replace(failure, hint=_SIGN_IN)
        if self._is_cloud and failure.kind is _K.CREDENTIALS:
            await self.close()
        # Outside the `except`, so that no chain with a key in it hangs on the exception.
        raise PartnerFailed(failure)

    def _is_refused(self, failure: Failure) -> bool:
        """True if credentials were refused that a new client may find renewed."""
        is_403 = failure.status == 403 and failure.kind is _K.CREDENTIALS
        return self._renews and (failure.status == 401 or is_403)

    def _failure(self, error: BaseException) -> Failure:
        failure = failure_of(
            error,
            host=self.host,
            provider=self._provider,
            proxy=self._proxy,
            secrets=self._secrets,
        )
        if self._base_url in {None, DEFAULT_BASE_URL} or failure.kind not in _NOBODY_THERE:
            return failure
        return replace(failure, hint=f"{failure.hint} The address is {self._base_url}.".lstrip())

    async def _heard(
        self, response: httpx2.Response, reader: EventDecoder, client: AsyncAnthropic
    ) -> AsyncGenerator[StreamItem, None]:
        """The events of one response until it is complete; raises if it never is."""
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        reader.request_id = request_id_in(response.headers)
        is_framed = self._provider.name == "bedrock"
        source = _Source(response)
        if kind == "text/html" or (is_framed and kind == "application/json"):
            async for _ in source.aiter_bytes():
                if len(source.beginning) >= LONGEST_ANSWER:
                    break
            for event in self._read_whole(response, reader, bytes(source.beginning)):
                yield event
            return
        # Its own decoder, because not every provider sends server-sent events.
        decoder = client._make_sse_decoder()  # noqa: SLF001  # there is no public way
        events = decoder.aiter_bytes(source.aiter_bytes())
        try:
            async for sse in events:
                value, name = _parsed(sse)
                source.is_stream = True
                if name == "error":
                    raise _status_error(response, value or sse.data)
                for event in reader.read(value, name):
                    yield event
                if reader.is_over:
                    await self._drain(events)
                    return
        except (AttributeError, LookupError, TypeError) as odd:
            # A frame of another shape than the decoder takes for granted.
            if not reader.is_whole:
                raise PartnerFailed(DAMAGED) from odd
        except Exception:
            if not reader.is_whole:
                raise
        if not source.is_stream and source.beginning.lstrip().startswith(b"{"):
            for event in self._read_whole(response, reader, bytes(source.beginning)):
                yield event
            return
        if not reader.is_whole:
            raise PartnerFailed(self._ended_early(response, kind, reader))
        for event in reader.rest():
            yield event

    async def _drain(self, events: AsyncIterator[object]) -> None:
        """Read what follows the end, for a moment: a connection left unread is lost."""
        with suppress(Exception):  # the reply is whole; a broken rest costs a connection
            async with asyncio.timeout(self._timeouts.drain):
                async for _ in events:
                    pass

    def _ended_early(self, response: httpx2.Response, kind: str, reader: EventDecoder) -> Failure:
        """The failure of a response that ended without error and stop reason."""
        if response.num_bytes_downloaded == 0:
            return not_an_api(host=self.host, status=response.status_code, is_empty=True)
        if reader.has_heard or kind in _STREAMS:
            return CUT
        return not_an_api(host=self.host, status=response.status_code)

    def _read_whole(
        self, response: httpx2.Response, reader: EventDecoder, page: bytes
    ) -> tuple[StreamItem, ...]:
        """The events of a message in one piece. Raises PartnerFailed for anything else."""
        try:
            body = json.loads(page.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            body = None
        if isinstance(body, dict) and body.get("type") in {"message", None} and "content" in body:
            return reader.whole(body)
        if isinstance(body, dict) and "error" in body:
            raise _status_error(response, body)
        failure = not_an_api(host=self.host, status=response.status_code, is_empty=not page)
        raise PartnerFailed(failure)

    async def facts(self, model: str) -> ModelInfo:
        """From the Models API where it answers in time, else from the table, else unknown."""
        if model in self._facts:
            return self._facts[model]
        facts = facts_for(model)
        try:
            client = await self._client()
            async with asyncio.timeout(self._timeouts.facts):
                listed = await entry_of(client, model) if self._provider.models else {}
            facts = merge(facts, listed)
        except Exception as error:  # noqa: BLE001  # not knowing a model is an ordinary answer
            if self._failure(error).kind in _NO_ANSWER:
                return facts
        self._facts[model] = facts
        return facts

    async def models(self) -> tuple[ModelInfo, ...]:
        """The models that the server lists; none for a server without a list."""
        try:
            return await self.listed() if self._provider.models else ()
        except PartnerFailed:
            return ()

    async def listed(self) -> tuple[ModelInfo, ...]:
        """The models that the server lists, without the retired ones. Raises PartnerFailed.

        A provider without a list is asked whether it would answer, and then has none.
        """
        found: list[ModelInfo] = []
        try:
            client = await self._client()
            async with asyncio.timeout(self._timeouts.facts):
                if not self._provider.models:
                    await knock(client, self._provider.default_model)
                    return ()
                found = [
                    merge(facts_for(str(listed["id"])), listed)
                    async for listed in all_entries(client)
                    if listed.get("lifecycle") != "retired"
                ]
        except Exception as error:  # noqa: BLE001  # the border: nothing untyped gets past it
            failure = self._failure(error)
        else:
            return tuple(found)
        raise PartnerFailed(failure)

    async def close(self) -> None:
        """Let go of every connection; the next request makes a new client."""
        making, self._making = self._making, None
        if making is None or _has_failed(making):
            return
        client = await making
        await client.close()


class _Source:
    """The bytes of a response; the first are kept until it proves to be a stream.

    Some gateways send a whole message where they announced a stream.
    """

    def __init__(self, response: httpx2.Response) -> None:
        self._response = response
        self.beginning = bytearray()
        self.is_stream = False

    async def aiter_bytes(self) -> AsyncGenerator[bytes, None]:
        """The bytes as they come."""
        async for piece in self._response.aiter_bytes():
            if self.is_stream:
                self.beginning.clear()
            elif len(self.beginning) < LONGEST_ANSWER:
                self.beginning += piece
            yield piece


def _status_error(response: httpx2.Response, body: object) -> Exception:
    """The SDK's exception for an error that came where a reply was to come."""
    import anthropic

    return anthropic.APIStatusError("", response=response, body=body)


def _has_failed(making: asyncio.Future[AsyncAnthropic]) -> bool:
    return making.done() and (making.cancelled() or making.exception() is not None)


def _parsed(sse: ServerSentEvent) -> tuple[dict[str, Any], str]:
    """The JSON of one server-sent event and its type; an empty one when it says nothing."""
    name = sse.event or ""
    try:
        value = sse.json() if sse.data else {}
    except ValueError:
        if name == "error":
            return {}, name
        if sse.data.strip() == "[DONE]":
            return {}, ""
        raise
    if not isinstance(value, dict):
        return {}, ""
    kind = value.get("type")
    if isinstance(kind, str):
        return value, kind
    return value, "error" if "error" in value else name
