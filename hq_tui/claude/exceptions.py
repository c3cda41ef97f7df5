"""Turns every exception of a request into a `Failure`.

Inside a stream the SDK wraps nothing: resets, timeouts and damaged bytes arrive as raw
exceptions of three libraries. They are classified by their whole chain of causes, because a
refused connection, an unknown host and a bad certificate differ only at its end. No text of
an exception is shown: an illegal header is printed with the key in it.
"""

from __future__ import annotations

import errno
import json
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TypeVar

from hq_tui.claude.base_url import is_foreign
from hq_tui.claude.cloud_errors import is_damaged_frame, not_signed
from hq_tui.claude.error_response import ErrorResponse, failure_from, not_an_api, without_secrets
from hq_tui.claude.providers import PROVIDERS, Provider
from hq_tui.claude.proxies import Proxy
from hq_tui.core import DEFAULT_PROVIDER
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.partner import PartnerFailed
from hq_tui.core.text.sanitize import one_line
from hq_tui.errors import CredentialsError, HqError

Kind = TypeVar("Kind", bound=BaseException)
_K = FailureKind

CUT = Failure(
    kind=_K.CUT,
    retryable=True,
    message="The reply was cut off before its end.",
    hint="What arrived is kept; it can go on from there.",
)
"""The stream ended before the reply was complete."""
DAMAGED = Failure(
    kind=_K.MALFORMED,
    retryable=True,
    message="A part of the reply arrived damaged.",
    hint="It is asked for again; a proxy on the way may be the cause.",
)
"""Bytes arrived that are not what was sent."""

_UNTRUSTED = (
    "is not trusted",
    "Behind a company proxy, set SSL_CERT_FILE to a file with its certificate.",
)
_WRONG_NAME = (
    "is for another name",
    "Check --base-url; a proxy or a login page may have answered in its place.",
)
_CERTIFICATES = {
    9: ("is not valid yet", "Check the clock of this machine."),
    10: ("has expired", "Check the clock of this machine; else its owner has to renew it."),
    62: _WRONG_NAME,
    64: _WRONG_NAME,
}
"""OpenSSL's verification errors, with a description and advice."""

_DAMAGE = (json.JSONDecodeError, UnicodeDecodeError, AssertionError, RecursionError)
_DEEPEST = 24
_ON_THE_WAY = frozenset({_K.NETWORK, _K.OFFLINE, _K.TIMEOUT, _K.TLS})
"""Failures that a proxy may have caused."""
_UNREACHABLE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN})
_CHECK_PLACE = "Check the network, and the region or resource that is set."
_CHECK_ADDRESS = "Check the address, or start with --rehearse."


def failure_of(
    error: BaseException,
    *,
    host: str,
    provider: Provider = PROVIDERS[DEFAULT_PROVIDER],
    proxy: Proxy | None = None,
    secrets: tuple[str, ...] = (),
) -> Failure:
    """The failure that `error` means, on the way through `proxy` to `host`. Never raises."""
    try:
        chain = tuple(_chain(error))
        failure = not_signed(chain, provider) or (_at_proxy(chain, host, proxy) if proxy else None)
        failure = failure or _classify(chain, host, secrets)
        if proxy and failure.kind in _ON_THE_WAY and proxy.name not in failure.message:
            failure = replace(failure, hint=f"{failure.hint} The {proxy.name} is on the way.")
        if provider.sign_in and failure.kind is _K.CREDENTIALS:
            failure = replace(failure, hint=provider.sign_in)
        elif provider.sign_in and failure.kind is _K.NOT_FOUND and failure.status is None:
            failure = replace(failure, hint=_CHECK_PLACE)
    except Exception as puzzle:  # noqa: BLE001  # sorting a failure must not be one more
        failure = _unknown(puzzle)
    return without_secrets(failure, secrets)


def _classify(chain: tuple[BaseException, ...], host: str, secrets: tuple[str, ...]) -> Failure:
    import anthropic

    error = chain[0]
    if isinstance(error, PartnerFailed):
        return error.failure
    if isinstance(error, HqError):
        kind = _K.CREDENTIALS if isinstance(error, CredentialsError) else _K.LOCAL
        return Failure(kind=kind, message=one_line(str(error)), hint=one_line(error.hint))
    if isinstance(error, anthropic.APIStatusError):
        answer = ErrorResponse(
            status=error.status_code,
            body=error.body if error.body is not None else _text_of(error),
            headers=error.response.headers,
            host=host,
            now=time.time(),
            secrets=secrets,
        )
        return failure_from(answer)
    return (
        _unsendable(chain)
        or _insecure(chain, host)
        or _nowhere(chain, host)
        or _broken(chain, host)
        or _misused(error)
    )


def _text_of(error: BaseException) -> str:
    response = getattr(error, "response", None)
    try:
        return str(getattr(response, "text", ""))
    except Exception:  # noqa: BLE001  # an unread or undecodable body says nothing, that is all
        return ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    """`error` and everything behind it, nearest first, groups included."""
    queue = [error]
    known: set[int] = set()
    while queue and len(known) < _DEEPEST:
        one = queue.pop(0)
        if id(one) in known:
            continue
        known.add(id(one))
        yield one
        if isinstance(one, BaseExceptionGroup):
            queue.extend(one.exceptions)
        queue.extend(cause for cause in (one.__cause__, one.__context__) if cause is not None)


def _first(chain: tuple[BaseException, ...], *kinds: type[Kind]) -> Kind | None:
    return next((one for one in chain if isinstance(one, kinds)), None)


def _unsendable(chain: tuple[BaseException, ...]) -> Failure | None:
    """A request that was never sent; sending it again cannot help."""
    import httpx2

    found = _first(chain, httpx2.LocalProtocolError)
    if found is not None and "header" in str(found).lower():
        return Failure(
            kind=_K.CREDENTIALS,
            message="The key holds a character that cannot be sent.",
            hint="Copy the key again, on one line, without quotes.",
        )
    if found is not None or _first(chain, httpx2.UnsupportedProtocol, httpx2.InvalidURL):
        return Failure(
            kind=_K.LOCAL,
            message="The request could not be made: the address or a header is not valid.",
            hint="Check --base-url and ANTHROPIC_CUSTOM_HEADERS.",
        )
    if _first(chain, UnicodeEncodeError):
        return Failure(
            kind=_K.LOCAL,
            message="The request holds a character that cannot be sent.",
            hint="Remove it from the message and send again.",
        )
    return None


def _at_proxy(chain: tuple[BaseException, ...], host: str, proxy: Proxy) -> Failure | None:
    """A proxy that is not there, or that does not connect to `host`."""
    import httpx2

    kind, retryable = _K.PROXY, True
    refusal = _first(chain, httpx2.ProxyError)
    if refusal is not None:
        retryable = not any(status in str(refusal) for status in ("407", "403"))
        what = f"does not connect to {host}: {one_line(str(refusal), 60).rstrip('.')}."
    elif _first(chain, ssl.SSLError) or not _first(
        chain, httpx2.ConnectError, httpx2.ConnectTimeout
    ):
        return None
    elif _first(chain, ConnectionRefusedError):
        what = "refused the connection."
    elif _first(chain, httpx2.ConnectTimeout):
        what = "did not take the connection in time."
    else:
        kind, what = _K.OFFLINE, "cannot be reached from here."
    hint = "Check that setting; NO_PROXY names the hosts that need no proxy."
    return Failure(kind=kind, retryable=retryable, message=f"The {proxy.name} {what}", hint=hint)


def _insecure(chain: tuple[BaseException, ...], host: str) -> Failure | None:
    import httpx2

    found = _first(chain, ssl.SSLError)
    if found is None:
        return None
    if isinstance(found, ssl.SSLCertVerificationError):
        what, hint = _CERTIFICATES.get(getattr(found, "verify_code", 0), _UNTRUSTED)
        return Failure(kind=_K.TLS, message=f"The certificate of {host} {what}.", hint=hint)
    if not _first(chain, httpx2.ConnectError):
        return None
    if isinstance(found, ssl.SSLEOFError | ssl.SSLZeroReturnError | ssl.SSLSyscallError):
        return Failure(
            kind=_K.NETWORK,
            retryable=True,
            message=f"{host} broke off while a secure connection was being made.",
            hint="Ask again; if it stays, a proxy or an old server may be the cause.",
        )
    return Failure(
        kind=_K.TLS,
        message=f"No secure connection to {host} could be agreed on.",
        hint="Check that the address wants https and not http.",
    )


def _nowhere(chain: tuple[BaseException, ...], host: str) -> Failure | None:
    """No network, or no such host."""
    found = _first(chain, socket.gaierror)
    unknown = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
    # Anthropic's own name exists: when it is unknown, it is the network that is missing.
    if found is not None and found.errno in unknown and is_foreign(host):
        return Failure(
            kind=_K.NOT_FOUND,
            message=f"There is no host {host}, or this network does not know it.",
            hint="Check --base-url and the network.",
        )
    unreachable = [one for one in chain if isinstance(one, OSError) and one.errno in _UNREACHABLE]
    if found is None and not unreachable:
        return None
    return Failure(
        kind=_K.OFFLINE,
        retryable=True,
        message=f"No network: {host} cannot be reached from here.",
        hint="It goes on by itself when the network is back.",
    )


def _broken(chain: tuple[BaseException, ...], host: str) -> Failure | None:
    """A connection that was too slow, brought damaged bytes or was lost."""
    import anthropic
    import httpx2

    has = partial(_first, chain)
    damaged = (*_DAMAGE, httpx2.DecodingError, anthropic.APIResponseValidationError)
    kind, hint = _K.TIMEOUT, "Ask again."
    if has(httpx2.ConnectTimeout):
        message = f"{host} did not take the connection in time."
    elif has(httpx2.TimeoutException) and not has(anthropic.APITimeoutError):
        kind, hint = _K.STALLED, CUT.hint
        message = f"{host} fell silent in the middle of the reply."
    elif has(anthropic.APITimeoutError, TimeoutError):
        message = f"{host} did not answer in time."
    elif any(getattr(one, "reason", "") == "unexpected end of data" for one in chain):
        return CUT
    elif has(*damaged) or any(map(is_damaged_frame, chain)):
        return DAMAGED
    elif (spoken := has(httpx2.RemoteProtocolError)) is not None:
        return _ill_spoken(str(spoken), host)
    elif has(ConnectionRefusedError):
        kind, hint = _K.NETWORK, f"Is it running? {_CHECK_ADDRESS}"
        message = f"{host} refused the connection."
    elif has(httpx2.ConnectError):
        kind, message, hint = _K.NETWORK, f"No connection to {host}.", _CHECK_ADDRESS
    elif has(httpx2.HTTPError, httpx2.StreamError, anthropic.APIConnectionError, OSError):
        kind, message = _K.NETWORK, f"The connection to {host} was lost."
    else:
        return None
    return Failure(kind=kind, retryable=True, message=message, hint=hint)


def _ill_spoken(words: str, host: str) -> Failure:
    """The other side broke the rules of HTTP: mostly by going away too early."""
    if "incomplete" in words or "complete message" in words:
        return CUT
    if "illegal" in words.lower():
        return not_an_api(host=host, what="it does not speak HTTP")
    return Failure(
        kind=_K.NETWORK,
        retryable=True,
        message=f"{host} closed the connection without an answer.",
        hint="Ask again.",
    )


def _misused(error: BaseException) -> Failure:
    import anthropic

    if isinstance(error, TypeError) and "authentication method" in str(error):
        return Failure(
            kind=_K.CREDENTIALS,
            message="There is no key that could be used.",
            hint="Set ANTHROPIC_API_KEY, or start with --rehearse.",
        )
    if isinstance(error, anthropic.AnthropicError):
        return Failure(
            kind=_K.CREDENTIALS,
            message="Signing in with the profile failed.",
            hint="Sign in again, or set ANTHROPIC_API_KEY instead.",
        )
    if isinstance(error, TypeError | ValueError | ImportError | MemoryError):
        name = type(error).__name__
        return Failure(
            kind=_K.LOCAL,
            message=f"The request could not be made here ({name}).",
            hint="Check the settings; if they are right, this is a defect of hq-tui.",
        )
    return _unknown(error)


def _unknown(error: BaseException) -> Failure:
    return Failure(
        kind=_K.UNKNOWN,
        message=f"The request failed in an unknown way ({one_line(type(error).__name__, 60)}).",
        hint="Ask again; if it stays, this is a defect of hq-tui.",
    )
