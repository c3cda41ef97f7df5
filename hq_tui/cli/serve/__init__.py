"""`hq-tui serve`: the app in a browser, through textual-serve.

Anyone who can open the address acts as the person who started it. So it listens on this machine
only, unless --anyone is given, and the printed address holds a secret that the browser keeps as
a cookie: other users, other sites and forged host names get nothing.

The page loads nothing from other machines. textual-serve provides the terminal emulator and a
font; the page has no inline script and a policy that lets the browser reach only this server.
"""

from __future__ import annotations

import secrets
import shlex
import sys
from html import escape
from importlib import import_module, resources
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from hq_tui.claude.base_url import address_in, is_loopback
from hq_tui.cli.extras import how_to_install
from hq_tui.errors import HqError, UsageError

EXPOSES = (
    "Anyone who opens this address acts as you: reads and writes your sessions and uses your key. "
    "Do not share it."
)
ASSETS = {"/page.css": "text/css", "/page.js": "text/javascript"}
"""Files of the page besides those of textual-serve, with their types."""
SIZES = range(6, 73)
"""Sizes of the font that `?fontsize=` may ask for, in pixels."""


def serve_web(*, host: str, port: int, anyone: bool) -> int:
    """Serve until interrupted."""
    if not is_loopback(host) and not anyone:
        raise UsageError(
            f"{host} can be reached from other machines.",
            hint="Add --anyone if that is meant; ssh -L is the safer way.",
        )
    if find_spec("textual_serve") is None:
        raise HqError(
            "The part that serves a browser is not installed.",
            hint=f"Install it with: {how_to_install('serve')}",
        )
    command = shlex.join([sys.executable, "-m", "hq_tui"])
    server = import_module("textual_serve.server").Server(
        command, host=host, port=port, title="hq-tui"
    )
    secret = secrets.token_urlsafe(16)
    _guard(server, secret)
    shown = f"[{host}]" if ":" in host else host
    print(f"http://{shown}:{port}/?key={secret}  {EXPOSES}", flush=True)
    server.serve()
    return 0


def _guard(server: Any, secret: str) -> None:
    """Let `server` answer only requests with the secret, and silence its log.

    That log would show the values of variables.
    """
    web = import_module("aiohttp.web")
    make_app = server._make_app  # noqa: SLF001 - the one place where its app can be got at
    cookie = f"hq-tui-{server.port}"

    @web.middleware  # type: ignore[untyped-decorator]  # the extra may not be installed
    async def only_the_owner(request: Any, handler: Any) -> Any:
        if not is_meant(request.host, request.headers.get("Origin", ""), server.host):
            raise web.HTTPForbidden(text="This address is not served here.")
        given = request.query.get("key", "")
        told = given or request.cookies.get(cookie, "")
        if not secrets.compare_digest(told.encode(), secret.encode()):
            raise web.HTTPForbidden(text="Open the address that hq-tui serve printed.")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(headers(request.host))
            if given:
                response.set_cookie(cookie, secret, httponly=True, samesite="Strict")
        return response

    async def index(request: Any) -> Any:
        # What the page calls is where it was called itself, as through ssh -L.
        text = page(request.host, request.query.get("fontsize", ""))
        return web.Response(text=text, content_type="text/html")

    async def one_asset(request: Any) -> Any:
        return web.Response(text=asset(request.path), content_type=ASSETS[request.path])

    async def guarded() -> Any:
        app = await make_app()
        app.middlewares.append(only_the_owner)
        for path in ASSETS:
            app.router.add_get(path, one_asset)
        return app

    async def say_nothing(_app: Any) -> None:
        """The address was printed already."""

    server.handle_index = index
    server._make_app = guarded  # noqa: SLF001 - the same
    server.on_startup = say_nothing
    server.initialize_logging = lambda: None  # warnings go to stderr, as Python does by itself


def is_meant(host: str, origin: str, listening: str) -> bool:
    """True if a request is for this server, and comes from its own page or no page.

    `host` and `origin` are as the browser sent them. A foreign name may resolve to this machine,
    so only addresses and our own name are accepted.
    """
    name = urlsplit(f"//{host}").hostname or ""
    if name not in ("localhost", listening.lower()) and not address_in(name):
        return False
    return origin in ("", f"http://{host}")


def page(host: str, font_size: str) -> str:
    """The page for a browser that reached this server as `host`."""
    size = font_size if font_size.isascii() and font_size.isdigit() else ""
    size = size if size and int(size[:4]) in SIZES else "16"
    template = asset("/page.html").replace("FONT_SIZE", size)
    return template.replace("WEBSOCKET", escape(f"ws://{host}/ws"))


def asset(path: str) -> str:
    """A file of the page."""
    file = resources.files("hq_tui.cli.serve").joinpath("web", path.lstrip("/"))
    return file.read_bytes().decode()


def headers(host: str) -> dict[str, str]:
    """The security headers of the page.

    `host` is named because not every browser counts a web socket as 'self'. The terminal emulator
    writes its own style sheets, so inline styles are allowed.
    """
    return {
        "Content-Security-Policy": "; ".join(
            (
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self' 'unsafe-inline'",
                "img-src 'self' data:",
                "font-src 'self'",
                f"connect-src 'self' ws://{host}",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
            )
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
