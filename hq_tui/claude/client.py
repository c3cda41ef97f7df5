"""Loads the SDK late and quietly, and makes a client.

Loading takes a second or more, so it happens once, in a thread, with the garbage collector
paused. `ANTHROPIC_LOG` is removed: it would print whole prompts over the screen.

The client never retries and never follows a redirect: retries have one owner, and a redirect
would send the conversation to a host that nobody chose.
"""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from hq_tui.claude.base_url import DEFAULT_BASE_URL, check_address, check_base_url
from hq_tui.claude.credentials import NO_CREDENTIALS, Credentials, CredentialsKind, checked
from hq_tui.claude.providers import PROVIDERS, Provider
from hq_tui.claude.proxies import proxy_for
from hq_tui.core import DEFAULT_PROVIDER
from hq_tui.errors import CredentialsError, HqError, UsageError

if TYPE_CHECKING:
    import httpx2
    from anthropic import AsyncAnthropic
    from anthropic.lib.credentials import AccessToken, AccessTokenProvider

QUIET = ("anthropic", "httpx2", "httpcore2", "boto3", "botocore", "google", "urllib3")
"""The loggers that have no business on a terminal."""

_loading = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientTimeouts:
    """Limits in seconds. `read` is the longest silence before or within an answer, and in writing.

    Pings end a silence, so `read` only finds dead connections; the engine watches progress.
    """

    connect: float = 10.0
    read: float = 120.0
    pool: float = 10.0
    keep_alive: float = 120.0
    drain: float = 1.0
    facts: float = 5.0


DEFAULT_TIMEOUTS = ClientTimeouts()


def load_sdk() -> None:
    """Load the SDK, quietly and once. Call it in a thread: it blocks for a second or more."""
    with _loading:
        os.environ.pop("ANTHROPIC_LOG", None)
        _hush()
        if "anthropic" in sys.modules:
            return
        was_collecting = gc.isenabled()
        gc.disable()
        try:
            import anthropic  # noqa: F401  # loading it is the point

            # Its HTTP client would load this with the first request, in the loop.
            with suppress(ImportError):
                import_module("anyio._backends._asyncio")
        finally:
            gc.freeze()
            if was_collecting:
                gc.enable()


def _hush() -> None:
    for name in QUIET:
        logger = logging.getLogger(name)
        logger.propagate = False
        # Below this level they write down whole requests, and a key that is not valid with them.
        logger.setLevel(logging.WARNING)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    logging.captureWarnings(True)


def make_client(
    credentials: Credentials = NO_CREDENTIALS,
    *,
    provider: str = DEFAULT_PROVIDER,
    base_url: str | None = None,
    plain_hosts: Collection[str] = (),
    timeouts: ClientTimeouts = DEFAULT_TIMEOUTS,
    renew: bool = False,
) -> AsyncAnthropic:
    """A client for `base_url`. Blocks while the SDK loads.

    `renew` makes a profile fetch a new token.
    """
    load_sdk()
    import anthropic

    if provider != DEFAULT_PROVIDER:
        return _cloud_client(PROVIDERS[provider], base_url, timeouts)
    checked_url = check_base_url(base_url, plain_hosts) if base_url else None
    signed, address, headers = _signature(credentials, checked_url, renew=renew)
    http_client = _http_client(address, timeouts)
    return anthropic.AsyncAnthropic(
        **signed,
        base_url=address,
        default_headers=headers,
        http_client=http_client,
        timeout=http_client.timeout,
        max_retries=0,
        open_telemetry=False,
    )


def _cloud_client(
    provider: Provider, base_url: str | None, timeouts: ClientTimeouts
) -> AsyncAnthropic:
    """The SDK's own client of a cloud; its address decides which proxy is used."""
    import anthropic
    import httpx2

    if provider.module == "boto3":
        from anthropic.lib.aws import _auth

        # It keeps credentials for good; those of a new sign-in are to be found.
        session = _auth._get_session  # noqa: SLF001  # there is no public way
        session.cache_clear()  # type: ignore[attr-defined]  # a cache, though not by its type
    if provider.name == "bedrock":
        from anthropic.lib.bedrock import _stream_decoder

        # It would read this file with the first frame, in the loop.
        _stream_decoder.get_response_stream_shape()
    nowhere = httpx2.AsyncClient(transport=httpx2.AsyncBaseTransport())
    try:
        client: AsyncAnthropic = getattr(anthropic, provider.client)(
            base_url=base_url or None, http_client=nowhere, max_retries=0, open_telemetry=False
        )
    except ValueError as error:
        hint = "Set AWS_REGION, or a region in the AWS profile."
        raise UsageError(f"{provider.title} needs a region.", hint=hint) from error
    http_client = _http_client(check_address(str(client.base_url)), timeouts)
    return client.with_options(http_client=http_client, timeout=http_client.timeout)


def _http_client(address: str, timeouts: ClientTimeouts) -> httpx2.AsyncClient:
    """The SDK's own kind of HTTP client, with our limits.

    It has a transport of its own: without one, the SDK would look for proxies.
    """
    import anthropic
    import httpx2

    proxy = proxy_for(address, os.environ)
    limits = httpx2.Limits(
        max_connections=10, max_keepalive_connections=4, keepalive_expiry=timeouts.keep_alive
    )
    try:
        transport = httpx2.AsyncHTTPTransport(
            limits=limits,
            proxy=httpx2.Proxy(proxy.url) if proxy else None,
            socket_options=_socket_options(),
        )
    except OSError as error:
        named = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)]
        source = f"that {named[0]} names" if named else "of this machine"
        raise HqError(
            f"The certificates {source} cannot be read.",
            hint="Set SSL_CERT_FILE to a file with certificates, or do not set it at all.",
        ) from error
    return anthropic.DefaultAsyncHttpxClient(
        transport=transport,
        timeout=httpx2.Timeout(timeouts.read, connect=timeouts.connect, pool=timeouts.pool),
        follow_redirects=False,
    )


def _socket_options() -> list[tuple[int, int, int]]:
    """Enable TCP keepalive, as the SDK's own transport does."""
    wanted = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 60, "TCP_KEEPCNT": 5}
    known = [(getattr(socket, name, None), value) for name, value in wanted.items()]
    options = [(socket.IPPROTO_TCP, name, value) for name, value in known if name is not None]
    return [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *options]


def _signature(
    credentials: Credentials, base_url: str | None, *, renew: bool
) -> tuple[dict[str, Any], str, dict[str, str]]:
    """The client's credentials and address, and the headers that a profile adds."""
    address = base_url or DEFAULT_BASE_URL
    match credentials.kind:
        case CredentialsKind.API_KEY:
            return {"api_key": checked(credentials.secret, credentials.source)}, address, {}
        case CredentialsKind.AUTH_TOKEN:
            return {"auth_token": checked(credentials.secret, credentials.source)}, address, {}
        case CredentialsKind.NONE:
            # The SDK refuses to send anything unsigned; servers that want no key ignore this.
            return {"auth_token": "none"}, address, {}
        case CredentialsKind.PROFILE:
            return _profile(base_url, address, renew=renew)


def _profile(
    base_url: str | None, address: str, *, renew: bool
) -> tuple[dict[str, Any], str, dict[str, str]]:
    from anthropic.lib.credentials import default_credentials

    found = default_credentials(base_url=address)
    if found is None:
        raise CredentialsError(
            "The profile holds no credentials.", hint="Set ANTHROPIC_API_KEY instead."
        )
    if base_url is None and found.base_url:
        address = check_base_url(found.base_url)
    provider = _Renewing(found.provider) if renew else found.provider
    return {"credentials": provider}, address, dict(found.extra_headers)


class _Renewing:
    """A provider of new tokens only. It is asked when the client's own is used up.

    The SDK drops a refused token only when it retries itself, which it does not here.
    """

    def __init__(self, provider: AccessTokenProvider) -> None:
        self._provider = provider
        self.close: Callable[[], object] = getattr(provider, "close", lambda: None)
        """Called by the SDK at the end, so that no connection is left."""

    def __call__(self, *, force_refresh: bool = True) -> AccessToken:
        return self._provider(force_refresh=True)
