"""Turns an error response into a `Failure`.

The body's `error.type` counts first, because inside a stream the status is always 200; then
the status. The message is matched only where the API has no code: spend limits, prefill,
bound thinking, missing tools. What is shown of the body is one safe line without keys.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from hq_tui.claude.base_url import is_foreign, is_loopback
from hq_tui.claude.cloud_errors import SIGNED_WRONG, TYPES, request_id_in, type_of
from hq_tui.claude.lacks import lack_in, output_limit, window_in
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.json_fields import text_in
from hq_tui.core.text.sanitize import one_line, redact


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorResponse:
    """An answer that is an error. `headers` have lower-case names, `body` is JSON or text."""

    status: int
    body: object
    headers: Mapping[str, str]
    host: str
    now: float
    secrets: tuple[str, ...] = ()

    @property
    def error(self) -> Mapping[str, Any]:
        """The error object of the body; empty where the body is none of the API's."""
        body = self.body[0] if isinstance(self.body, list) and self.body else self.body
        if not isinstance(body, dict):
            return {}
        error = body.get("error", body)
        return error if isinstance(error, dict) else {"message": error}

    @property
    def type(self) -> str:
        """The kind of error by the API's own name; empty where the body names none."""
        return text_in(self.error, "type") or type_of(self.headers, self.error)

    @property
    def words(self) -> str:
        """The server's own message."""
        said = self.error.get("message")
        if isinstance(said, str):
            return said
        if isinstance(self.body, str):
            return self.body
        return _detailed(self.error.get("detail")) or _words_in(self.error)

    @property
    def is_page(self) -> bool:
        """True if a web page came instead of an API answer."""
        return isinstance(self.body, str) and self.body.lstrip()[:1] == "<"

    @property
    def target(self) -> str:
        """The host that a redirect points to."""
        try:
            host = urlsplit(self.headers.get("location", "")).hostname
        except ValueError:
            host = None
        return one_line(redact(host), 60) if host else "another address"

    def says(self, text: str) -> str:
        """`text`, then the server's words, fit to be shown."""
        words = "" if self.is_page else redact(self.words, self.secrets)
        return one_line(f"{text}: {words}" if words.strip() else f"{text}.")


_K = FailureKind
_BY_TYPE = {
    "overloaded_error": _K.OVERLOADED,
    "rate_limit_error": _K.RATE_LIMIT,
    "api_error": _K.SERVER,
    "timeout_error": _K.TIMEOUT,
    "authentication_error": _K.CREDENTIALS,
    "billing_error": _K.SPEND_LIMIT,
    "permission_error": _K.PERMISSION,
    "not_found_error": _K.NOT_FOUND,
    "request_too_large": _K.TOO_LARGE,
    "invalid_request_error": _K.BAD_REQUEST,
    "conflict_error": _K.SERVER,
    **TYPES,
}
_BY_STATUS = {
    401: _K.CREDENTIALS,
    402: _K.SPEND_LIMIT,
    403: _K.PERMISSION,
    404: _K.NOT_FOUND,
    407: _K.PERMISSION,
    408: _K.TIMEOUT,
    409: _K.SERVER,
    413: _K.TOO_LARGE,
    429: _K.RATE_LIMIT,
    504: _K.TIMEOUT,
    529: _K.OVERLOADED,
}
_SERVICE = frozenset({_K.OVERLOADED, _K.SERVER, _K.TIMEOUT})
STATUS_PAGE = "status.claude.com"
"""The page on which Anthropic tells how its service is."""
_PASSING = frozenset({_K.OVERLOADED, _K.RATE_LIMIT, _K.SERVER, _K.TIMEOUT})
_PASSING_STATUSES = frozenset({408, 409, 429, 500, 502, 503, 504, 529})

_SENTENCES = {
    _K.OVERLOADED: ("{host} is overloaded", "It passes by itself; asking again later helps."),
    _K.RATE_LIMIT: ("Too many requests to {host}", "Wait a little; it passes by itself."),
    _K.SPEND_LIMIT: (
        "The account has reached its spend limit or has no credit left",
        "Raise the limit or add credit in the console of the account.",
    ),
    _K.SERVER: ("{host} had an error ({status})", "Ask again."),
    _K.TIMEOUT: ("{host} did not finish in time", "Ask again."),
    _K.CREDENTIALS: (
        "{host} refused the key",
        "Check ANTHROPIC_API_KEY or the key file, or start with --rehearse.",
    ),
    _K.PERMISSION: (
        "{host} does not permit this",
        "Check what the key may do, or pick another model.",
    ),
    _K.NOT_FOUND: (
        "{host} does not know the model or the address",
        "Pick another model with --model, or check --base-url.",
    ),
    _K.TOO_LARGE: (
        "The session is too long for {host}",
        "Go on from it in a new session (/new from), or shorten the message.",
    ),
    _K.BAD_REQUEST: (
        "{host} refused the request ({status})",
        "Change the message or the model; asking the same again does not help.",
    ),
    _K.NO_PREFILL: (
        "The model does not continue a reply this way",
        "It is asked to go on in words instead.",
    ),
    _K.NO_STRICT: (
        "The server does not hold tools to their schema",
        "It is asked without that from now on.",
    ),
    _K.NO_TOOLS: ("The server takes no tools", "It is asked without them from now on."),
    _K.NO_THINKING: (
        "The server takes no thinking",
        "It is asked without from now on (setting: thinking = false).",
    ),
    _K.NO_EFFORT: (
        "The server takes no effort",
        'It is asked without from now on (setting: effort = "").',
    ),
    _K.NO_CACHE: ("The server takes no cache_control", "It is asked without it from now on."),
    _K.PLAIN_SYSTEM: (
        "The server takes the instructions as one text only",
        "They are sent so from now on.",
    ),
    _K.OUTPUT_LIMIT: (
        "max_tokens is more than the server takes",
        "It is asked within its bound where it names one; else set max_tokens lower.",
    ),
    _K.NO_ROOM: (
        "The session leaves less room for a reply than max_tokens",
        "A shorter reply is asked for; a new session has more room.",
    ),
    _K.FOREIGN_BLOCKS: (
        "The server does not take back a part of the history",
        "It is asked without that part from now on.",
    ),
    _K.NO_DOCUMENTS: (
        "The server takes no documents",
        "Texts are sent inside the message; of a PDF it gets the name alone.",
    ),
    _K.NO_IMAGES: ("The server takes no pictures", "It gets their names alone."),
    _K.BOUND_THINKING: (
        "The model does not take back its earlier thinking",
        "It is asked again without it.",
    ),
    _K.REDIRECT: (
        "{host} points to {target} ({status}), which was not followed",
        "If you trust it, give the new address with --base-url.",
    ),
    _K.NOT_AN_API: (
        "{host} answered, but not as an API (a proxy or login page?)",
        "Open a web page to log in to the network, or check --base-url.",
    ),
}

_SETTINGS = (
    (re.compile(r"(?i)max[_ ]?(?:output|completion|new)?[_ ]?tokens"), "max_tokens"),
    (re.compile(r"(?i)\b(?:thinking|reasoning|budget_tokens)\b"), "thinking"),
    (re.compile(r"(?i)\beffort\b|\boutput_config\b"), "effort"),
    (re.compile(r"(?i)\bmodel (?:name|id)\b|\bmodel[:=]"), "model"),
)
"""The settings that decide what a refusal names, in the order in which they are looked for."""

_SPEND = re.compile(
    r"(?i)spend(ing)?[ -](limit|cap)|credit balance|usage limits?\b|out of credit"
    r"|insufficient_quota|billing"
)
_PREFILL = re.compile(
    r"(?i)assistant message prefill|must end with a user message|cannot end with trailing white"
    r"|\bprefill\w* .{0,40}not support|\blast (?:role|message) .{0,90}\bassistant\b"
    r"|final `?assistant`? message must start with a thinking block"
)
_THINKING = re.compile(
    r"(?i)invalid `?signature`? in `?thinking|bound to a different conversation"
    r"|`?(redacted_)?thinking`? blocks .{0,80}cannot be modified"
)
_TOO_LONG = re.compile(
    r"(?i)(prompt|input|request) (is )?too (long|large)|context[ _](limit|window|length|size)"
    r"|maximum (context|prompt)|too many tokens|\btoken limit\b|reduce the length of the (mess|in)"
    r"|got -\d|inputs` must have less|\b(?:prompt|input) token count .{0,20}exceed"
    r"|\binput tokens exceed|上下文长度|输入.{0,8}(?:超|过长)"
)


def failure_from(answer: ErrorResponse) -> Failure:
    """The failure that an error answer means."""
    kind = _kind(answer)
    sentence, _ = _SENTENCES[kind]
    is_bound = kind in {_K.OUTPUT_LIMIT, _K.NO_ROOM}
    return Failure(
        kind=kind,
        retryable=_is_passing(kind, answer),
        message=answer.says(
            sentence.format(host=answer.host, status=answer.status, target=answer.target)
        ),
        hint=_hint(kind, answer),
        retry_after=retry_after(answer.headers, answer.now),
        status=answer.status,
        request_id=one_line(
            request_id_in(answer.headers) or text_in(answer.body, "request_id"), 80
        ),
        limit=output_limit(answer.words) if is_bound else None,
        window=window_in(answer.words) if kind is _K.NO_ROOM else None,
    )


def _hint(kind: FailureKind, answer: ErrorResponse) -> str:
    """The hint of a failure: the setting to change where the refusal names one."""
    hint = _SENTENCES[kind][1]
    if kind in _SERVICE and not is_foreign(answer.host) and not is_loopback(answer.host):
        return f"{hint} {STATUS_PAGE} tells how the service is."
    if kind is not _K.BAD_REQUEST:
        return hint
    named = next((setting for pattern, setting in _SETTINGS if pattern.search(answer.words)), "")
    return f"Change the setting {named}; asking the same again does not help." if named else hint


def _words_in(said: object, depth: int = 4) -> str:
    """The first text under a name that servers give to their words."""
    if isinstance(said, str) or not depth:
        return said if isinstance(said, str) else ""
    names = ("message", "Message", "msg", "error", "errors", "detail", "error_description", "title")
    parts = [said.get(name) for name in names] if isinstance(said, dict) else said
    inner = parts if isinstance(parts, list) else []
    return next(filter(None, (_words_in(part, depth - 1) for part in inner)), "")


def _detailed(detail: object) -> str:
    """The words of a refusal that names the place of each fault, as some frameworks write it."""
    if isinstance(detail, str):
        return detail
    rows = [row for row in detail if isinstance(row, dict)] if isinstance(detail, list) else []
    return "; ".join(
        f"{'.'.join(map(str, where)) if isinstance(where := row.get('loc'), list) else ''}: "
        f"{row.get('msg', '')}"
        for row in rows
    )


def not_an_api(*, host: str, status: int = 200, is_empty: bool = False, what: str = "") -> Failure:
    """The failure of an answer that is no API answer at all."""
    sentence, hint = _SENTENCES[_K.NOT_AN_API]
    message = sentence.format(host=host)
    if is_empty:
        message = f"{host} answered with nothing at all"
    detail = f": {what}" if what else "."
    return Failure(
        kind=_K.NOT_AN_API,
        retryable=is_empty,
        message=one_line(message + detail),
        hint=hint,
        status=status,
    )


def _kind(answer: ErrorResponse) -> FailureKind:
    if 300 <= answer.status < 400:
        return _K.REDIRECT
    kind = _BY_TYPE.get(answer.type) or _kind_by_status(answer)
    if kind is _K.PERMISSION and SIGNED_WRONG.search(answer.words):
        return _K.CREDENTIALS
    if kind in {_K.RATE_LIMIT, _K.BAD_REQUEST, _K.PERMISSION} and _is_about_money(answer):
        return _K.SPEND_LIMIT
    # A compatible server may have put a refusal behind a 5xx.
    hides_words = answer.status in {500, 501} and is_foreign(answer.host)
    if kind in {_K.BAD_REQUEST, _K.NOT_FOUND} or hides_words:
        return _kind_by_words(answer.words, kind)
    return kind


def _kind_by_status(answer: ErrorResponse) -> FailureKind:
    status = answer.status
    if kind := _BY_STATUS.get(status):
        is_portal = answer.is_page and status in {401, 403, 407}
        return _K.NOT_AN_API if is_portal else kind
    if status >= 500 or status < 300:
        return _K.SERVER
    return _K.NOT_AN_API if answer.is_page else _K.BAD_REQUEST


def _is_about_money(answer: ErrorResponse) -> bool:
    code = text_in(answer.error.get("details"), "error_code")
    return code.endswith("spend_limit_reached") or bool(_SPEND.search(answer.words))


def _kind_by_words(words: str, otherwise: FailureKind) -> FailureKind:
    for pattern, kind in ((_PREFILL, _K.NO_PREFILL), (_THINKING, _K.BOUND_THINKING)):
        if pattern.search(words):
            return kind
    if (lack := lack_in(words)) is not None:
        return lack
    return _K.TOO_LARGE if _TOO_LONG.search(words) else otherwise


def _is_passing(kind: FailureKind, answer: ErrorResponse) -> bool:
    if kind not in _PASSING or answer.headers.get("x-should-retry") == "false":
        return False
    if answer.status in _PASSING_STATUSES:
        return True
    # Inside a stream the status is 200 and a type that is not known may mean anything.
    return answer.type in _BY_TYPE or (not answer.type and answer.status < 300)


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait: `retry-after-ms`, or `retry-after` as a number or date.

    A date is relative to the server's own clock if it sent one, else to `now`.
    """
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        seconds = _number(headers.get(name))
        if seconds is not None:
            return max(0.0, seconds * scale)
    until = _date(headers.get("retry-after"))
    if until is None:
        return None
    clock = _date(headers.get("date"))
    return max(0.0, until - (now if clock is None else clock))


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _date(text: str | None) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except (ValueError, TypeError, OverflowError):
        return None


def without_secrets(failure: Failure, secrets: tuple[str, ...]) -> Failure:
    """`failure` with nothing secret in its words."""
    return replace(
        failure,
        message=one_line(redact(failure.message, secrets)),
        hint=one_line(redact(failure.hint, secrets)),
        request_id=redact(failure.request_id, secrets),
    )
