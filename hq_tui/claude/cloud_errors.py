"""Errors of the clouds: their names for them, and failures of signing in with their libraries.

Amazon names an error in a header or in the frame of a stream, Google in the body's `status`.
Their libraries raise exceptions of their own before a request is sent; of these only the name
of the class is shown, because a text may hold part of a key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from hq_tui.claude.providers import Provider
from hq_tui.core.failure import Failure, FailureKind

_K = FailureKind

_NAMES = {
    _K.RATE_LIMIT: "ThrottlingException ServiceQuotaExceededException RESOURCE_EXHAUSTED",
    _K.OVERLOADED: "ModelNotReadyException ServiceUnavailableException UNAVAILABLE",
    _K.SERVER: "InternalServerException ModelErrorException ModelStreamErrorException INTERNAL",
    _K.TIMEOUT: "ModelTimeoutException DEADLINE_EXCEEDED",
    _K.BAD_REQUEST: "ValidationException INVALID_ARGUMENT FAILED_PRECONDITION",
    _K.PERMISSION: "AccessDeniedException PERMISSION_DENIED",
    _K.NOT_FOUND: "ResourceNotFoundException",
    _K.CREDENTIALS: "ExpiredTokenException UnrecognizedClientException InvalidSignatureException"
    " IncompleteSignatureException MissingAuthenticationTokenException UNAUTHENTICATED",
}
TYPES = {name: kind for kind, names in _NAMES.items() for name in names.split()}
TYPES |= {name[0].lower() + name[1:]: kind for name, kind in TYPES.items() if name[1].islower()}
"""Kinds by the names that Amazon and Google give to errors; in a stream, Amazon's begin small."""

SIGNED_WRONG = re.compile(
    r"(?i)\bsecurity token\b|\bauthentication failed\b|\bsignature (?:expired|we calculated)\b"
)
"""Words of a refusal that is about who asks and not about what is permitted."""

_REQUEST_IDS = ("request-id", "x-amzn-requestid", "apim-request-id")
_UNREACHED = re.compile(r"Connection|Timeout|Transport|SSLError|HTTPClient")


def type_of(headers: Mapping[str, str], error: Mapping[str, object]) -> str:
    """The kind of an error by a cloud's own name; empty where it has none."""
    named = headers.get("x-amzn-errortype") or error.get("__type") or error.get("status")
    return named.partition(":")[0].rpartition("#")[2] if isinstance(named, str) else ""


def request_id_in(headers: Mapping[str, str]) -> str:
    """The number that the service gave to a request."""
    return next((headers[name] for name in _REQUEST_IDS if headers.get(name)), "")


def not_signed(chain: tuple[BaseException, ...], provider: Provider) -> Failure | None:
    """The failure of signing in with the cloud's own library; None for any other."""
    theirs = [one for one in chain if _module(one) in {"botocore", "boto3", "google"}]
    if not theirs and (not provider.module or type(chain[0]) is not RuntimeError):
        return None
    name = type(theirs[0]).__name__ if theirs else "none found"
    if theirs and _UNREACHED.search(name):
        return Failure(
            kind=_K.NETWORK,
            retryable=True,
            message=f"Signing in to {provider.title} failed: its server was not reached ({name}).",
            hint="Check the network; it is asked again.",
        )
    return Failure(
        kind=_K.CREDENTIALS,
        message=f"There are no credentials for {provider.title} that can be used ({name}).",
        hint=provider.sign_in,
    )


def _module(error: BaseException) -> str:
    whole = type(error).__module__
    return "" if whole.startswith("botocore.eventstream") else whole.partition(".")[0]


def is_damaged_frame(error: BaseException) -> bool:
    """True for a frame of Amazon's event stream that cannot be what was sent."""
    return type(error).__module__.startswith("botocore.eventstream")
