"""Whether the server answers: its name, a connection, the list of its models, and no more.

The key goes along as it does with every request, to the address that was checked and to no
other: a redirect is not followed. Nothing that is asked here costs tokens.
"""

from __future__ import annotations

import json
import os
import queue
import socket
import threading
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hq_tui.cli.doctor.checks import DEFAULT_URL, Said
from hq_tui.cli.wiring import find_key
from hq_tui.errors import HqError
from hq_tui.settings import Settings

if TYPE_CHECKING:
    from hq_tui.claude.proxies import Proxy

_PORTS = {"http": 80, "https": 443}
PATIENCE = 3.0
"""Seconds for a server to answer."""


def reach(settings: Settings) -> Said:
    """Whether the server is there; given up after a while, as a name server may never answer."""
    answer: queue.SimpleQueue[Said] = queue.SimpleQueue()
    threading.Thread(
        target=lambda: answer.put(_reached(settings)), name="reach", daemon=True
    ).start()
    try:
        return answer.get(timeout=2 * PATIENCE)
    except queue.Empty:
        return "bad", f"no answer in {2 * PATIENCE:.0f} s", "Look at the network and its names."


def _reached(settings: Settings) -> Said:
    """The name of the server, a connection to it, and its list of models."""
    from hq_tui.claude.base_url import check_base_url
    from hq_tui.claude.proxies import proxy_for

    try:
        url = check_base_url(settings.base_url or DEFAULT_URL)
    except HqError:
        return "note", "not tried: the address will not do", ""
    try:
        proxy = proxy_for(url, os.environ)
    except HqError:
        return "note", "not tried: the proxy will not do", ""
    parts = urlsplit(proxy.url if proxy else url)
    began = time.perf_counter()
    try:
        port = parts.port or _PORTS.get(parts.scheme, 80)
        socket.create_connection((parts.hostname or "", port), timeout=PATIENCE).close()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        if proxy:
            hint = "Look at that variable; NO_PROXY names what needs no proxy."
            return "bad", f"the {proxy.name}: {why}", hint
        return "bad", f"{parts.hostname}: {why}", "Look at the network; --rehearse needs none."
    took = f"{1000 * (time.perf_counter() - began):.0f} ms"
    if parts.scheme not in _PORTS:
        return "note", f"the proxy was connected in {took}; no more was tried", ""
    return _listed(url, took, settings, proxy)


def _listed(url: str, took: str, settings: Settings, proxy: Proxy | None) -> Said:
    try:
        found = find_key(settings)
    except HqError:
        found = None
    headers = {"anthropic-version": "2023-06-01"}
    if found is not None and found.secret:
        is_key = found.kind == "api key"
        name = "x-api-key" if is_key else "authorization"
        headers[name] = found.secret if is_key else f"Bearer {found.secret}"
    request = urllib.request.Request(f"{url.rstrip('/')}/v1/models", headers=headers)  # noqa: S310 - checked: http to this machine or https
    ways = {urlsplit(url).scheme: proxy.url} if proxy else {}
    opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler(ways))
    try:
        with opener.open(request, timeout=PATIENCE) as response:
            count = len(json.load(response).get("data", []))
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in (401, 403):
            verdict = "bad" if found is not None else "note"
            return verdict, f"connected in {took}; the key is refused ({error.code})", ""
        return "note", f"connected in {took}; the list of models says {error.code}", ""
    except (OSError, ValueError, AttributeError) as error:
        return "bad", f"connected in {took}, but no answer: {type(error).__name__}", ""
    return "ok", f"connected in {took}; {count} models", ""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A key follows nobody to another address."""

    def redirect_request(self, *_: object) -> None:
        return None
