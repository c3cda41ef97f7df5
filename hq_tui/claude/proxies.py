"""Chooses the proxy for a request from the environment.

The HTTP library reads the same variables, but fails on ranges and IPv6 in `NO_PROXY` and on
proxies that it cannot use, needed or not.
"""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from urllib.parse import urlsplit

from hq_tui.claude.base_url import address_in, host_of, is_loopback
from hq_tui.errors import UsageError

_SOCKS = ("socks5", "socks5h")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy and the variable that names it. Its address may hold a password."""

    url: str = field(repr=False)
    variable: str

    @property
    def name(self) -> str:
        """The proxy in a sentence: its host and variable, without a password."""
        return f"proxy {host_of(self.url)} ({self.variable})"


def proxy_for(address: str, environment: Mapping[str, str]) -> Proxy | None:
    """The proxy for `address`, if any. Raises UsageError for one that cannot be used."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if is_loopback(host) or is_exempt(host, parts.port, _value(environment, "no_proxy")[0]):
        return None
    for name in (f"{parts.scheme}_proxy", "all_proxy"):
        url, variable = _value(environment, name)
        if url:
            return _usable(url, variable, host)
    if sys.platform == "darwin":
        from urllib.request import getproxies, proxy_bypass  # half of the standard library

        url = "" if proxy_bypass(host) else getproxies().get(parts.scheme, "")
        return _usable(url, "The system's network setting", host) if url else None
    return None


def is_exempt(host: str, port: int | None, exempt: str) -> bool:
    """True if one entry of a `NO_PROXY` list covers a host: a name, an address or a range."""
    entries = [entry for entry in exempt.lower().replace(",", " ").split() if entry]
    return any(_covers(entry, host.lower(), port) for entry in entries)


def _covers(entry: str, host: str, port: int | None) -> bool:
    if entry == "*":
        return True
    entry = entry.partition("://")[2] or entry
    try:
        network = ipaddress.ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        pass
    else:
        found = address_in(host)
        return found is not None and found in network
    name, wanted = _split_port(entry)
    if wanted and wanted != str(port or ""):
        return False
    name = name.strip("[]").removeprefix("*").lstrip(".")
    return host == name or (bool(name) and not address_in(host) and host.endswith(f".{name}"))


def _split_port(entry: str) -> tuple[str, str]:
    """A name and the port behind it; an IPv6 address has a port only behind a bracket."""
    name, colon, port = entry.rpartition(":")
    has_port = colon and port.isdigit() and (":" not in name or name.endswith("]"))
    return (name, port) if has_port else (entry, "")


def _value(environment: Mapping[str, str], name: str) -> tuple[str, str]:
    """The value of a variable and how it is spelt; in small letters it counts before capitals."""
    for spelt in (name, name.upper()):
        if spelt in environment:
            return environment[spelt].strip(), spelt
    return "", ""


def _usable(url: str, variable: str, host: str) -> Proxy:
    whole = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(whole)
        is_whole = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_whole, parts = False, urlsplit("")
    why = ""
    if not is_whole or not whole.isprintable() or " " in whole:
        why = "it is not an address"
    elif parts.scheme in _SOCKS and find_spec("socksio") is None:
        why = f"{parts.scheme} needs the Python package socksio"
    elif parts.scheme not in ("http", "https", *_SOCKS):
        why = "only http, https and socks5 proxies are known"
    if why:
        raise UsageError(
            f"{variable} names a proxy that cannot be used: {why}.",
            hint=f"Set it to an http:// proxy, or name {host} in NO_PROXY to go past it.",
        )
    return Proxy(url=whole, variable=variable)
