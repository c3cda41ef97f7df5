"""Checks the server's address before a key is sent there.

A key travels in a header, so the connection must be encrypted, except to this machine. A
password in an address is refused, because addresses end up on screens and in records.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from hq_tui.core.text.sanitize import one_line, redact
from hq_tui.errors import UsageError

DEFAULT_BASE_URL = "https://api.anthropic.com"
OWN_HOST = "api.anthropic.com"

_HINT = "Give an address such as https://host/path or http://127.0.0.1:8080."


def check_base_url(url: str, plain_hosts: Collection[str] = ()) -> str:
    """`url` without a trailing slash or the API's path. Raises UsageError if it is not usable."""
    url = check_address(url, plain_hosts).removesuffix("/v1/messages")
    return url.removesuffix("/v1").rstrip("/")


def check_address(url: str, plain_hosts: Collection[str] = ()) -> str:
    """`url` without a trailing slash. Raises UsageError if it is not usable.

    `plain_hosts` are hosts that the person allows without encryption, beside this machine.
    """
    url = url.strip()
    parts = _split(url)
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise UsageError("The base URL holds a user name or a password.", hint=_HINT)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"The base URL {_shown(url)} is not a web address.", hint=_HINT)
    if parts.query or parts.fragment:
        raise UsageError("The base URL has a query or a fragment.", hint=_HINT)
    in_the_open = parts.scheme == "http" and not is_loopback(parts.hostname)
    if in_the_open and parts.hostname not in {host.lower() for host in plain_hosts}:
        raise UsageError(
            f"The base URL {_shown(url)} is not encrypted, so a key would travel in the open.",
            hint=f"Use https. Without it only this machine is asked, and what the settings name: "
            f'allow_plain_http = ["{parts.hostname}"].',
        )
    return url.rstrip("/")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        named = parts.port is None or 0 < parts.port < 65536
    except ValueError:
        named, parts = False, SplitResult("", "", "", "", "")
    if not named or not url.isprintable() or not url.isascii() or " " in url or "\\" in url:
        raise UsageError(f"The base URL {_shown(url)} is not a web address.", hint=_HINT)
    return parts


def _shown(url: str) -> str:
    return f'"{one_line(redact(url), 80)}"'


def is_plain(url: str) -> bool:
    """True if a checked address leads out of this machine without encryption."""
    return url.startswith("http:") and not is_loopback(host_of(url))


def host_of(url: str) -> str:
    """The host that a checked address names, with its port where it is not the usual one."""
    parts = urlsplit(url)
    name = parts.hostname or ""
    name = f"[{name}]" if ":" in name else name
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return name if parts.port in {None, usual} else f"{name}:{parts.port}"


def is_loopback(host: str) -> bool:
    """True if `host`, with or without a port, is this machine."""
    name = _name(host)
    found = address_in(name)
    return name == "localhost" or (found is not None and found.is_loopback)


def address_in(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that `host` is; None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_foreign(host: str) -> bool:
    """True if `host`, with or without a port, is neither Anthropic's nor this machine."""
    return _name(host) != OWN_HOST and not is_loopback(host)


def _name(host: str) -> str:
    """`host` without a port and without the brackets of an IPv6 address, in small letters."""
    host = host.lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.count(":") > 1 else host.partition(":")[0]
