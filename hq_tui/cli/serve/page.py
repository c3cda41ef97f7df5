"""The page of `hq-tui serve`, which loads nothing from other machines.

textual-serve provides the terminal emulator and a font. The page has no inline script and a
policy that lets the browser reach only this server.
"""

from __future__ import annotations

from html import escape
from importlib import resources

ASSETS = {"/page.css": "text/css", "/page.js": "text/javascript"}
"""Files of the page besides those of textual-serve, with their types."""
SIZES = range(6, 73)
"""Sizes of the font that `?fontsize=` may ask for, in pixels."""


def page(host: str, font_size: str) -> str:
    """The page for a browser that reached this server as `host`."""
    size = font_size if font_size.isascii() and font_size.isdigit() else ""
    size = size if size and int(size[:4]) in SIZES else "16"
    template = asset("/page.html").replace("FONT_SIZE", size)
    return template.replace("WEBSOCKET", escape(f"ws://{host}/ws"))


def asset(path: str) -> str:
    """A file of the page."""
    return resources.files("hq_tui.cli.serve").joinpath("web", path.lstrip("/")).read_text("utf-8")


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
