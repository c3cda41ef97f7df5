"""The page of `hq-tui serve`: our own, so that it asks nothing of any other machine.

textual-serve brings the terminal emulator and a font, which are served from here. The page
has no script in it and gives a browser a policy under which it can reach this server alone.
"""

from __future__ import annotations

from html import escape
from importlib import resources

ASSETS = {"/page.css": "text/css", "/page.js": "text/javascript"}
"""What the page needs beside the files of textual-serve, with its kind."""
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
    """What a browser is told: reach only this server, be in no other page, tell nobody.

    `host` is named because not every browser counts a web socket among its own addresses. The
    terminal emulator writes style sheets of its own, which is why those are allowed.
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
