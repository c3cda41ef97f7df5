"""All that hq-tui uses of Textual's private parts: read this first when Textual changes.

Functions for what is used of other objects, and `INHERITED`: what classes of ours override or
use because they are Textual's too. A test finds each in the Textual that is installed, with
these parameters, and nothing private anywhere else.
"""
# ruff: noqa: SLF001

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from textual._compositor import Compositor, CompositorUpdate
from textual._context import active_app, active_message_pump, visible_screen_stack
from textual.document._document import Location
from textual.document._edit import Edit
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.app import App
    from textual.driver import Driver
    from textual.filter import LineFilter
    from textual.geometry import Region
    from textual.screen import Screen
    from textual.widget import Widget

__all__ = ["Compositor", "CompositorUpdate", "Edit", "Location", "visible_screen_stack"]

INHERITED: Mapping[str, Mapping[str, str]] = {
    "textual._compositor:Compositor": {
        "_dirty_regions": "",
        "_get_renders": "self, crop",
    },
    "textual.app:App": {
        "_driver": "",
        "_exit": "",
        "_fatal_error": "self",
        "_handle_exception": "self, error",
        "_return_code": "",
        "_screen_stack": "self",
    },
    "textual.driver:Driver": {"_app": "", "_loop": ""},
    "textual.drivers.linux_driver:LinuxDriver": {
        "_file": "",
        "_get_terminal_size": "self",
        "_run_input_thread": "self",
    },
    "textual.message_pump:MessagePump": {"_close_messages_no_wait": "self"},
    "textual.screen:Screen": {
        "_compositor": "",
        "_get_breakpoint_classes": "self, dimension, breakpoints",
        "_screen_resized": "self, size",
        "_update_timer": "self",
    },
    "textual.widget:Widget": {
        "_on_key": "self, event",
        "_scroll_to": "self, x, y, animate, speed, duration, easing, force, on_complete, level, "
        "release_anchor",
        "_scroll_update": "self, virtual_size",
    },
    "textual.widgets:TextArea": {"_on_key": "self, event", "_on_paste": "self, event"},
}
"""By class: private methods with their parameters, attributes of instances without."""

MODULES: Mapping[str, str] = {
    "textual._ansi_sequences": "ANSI_SEQUENCES_KEYS",
    "textual._keyboard_protocol": "FUNCTIONAL_KEYS",
    "textual._xterm_parser": "XTermParser",
}
"""Private modules that the terminal, which is below this floor, imports a name of."""


def driver_of(app: App[Any]) -> Driver | None:
    """The driver that reads and writes the terminal of `app`."""
    return app._driver


def active_driver() -> Driver | None:
    """The driver of the app that is drawing."""
    app = active_app.get(None)
    return app._driver if app else None


def has_terminal(driver: Driver) -> bool:
    """False while another program has the terminal."""
    return driver._auto_restart


def line_filters(app: App[Any]) -> list[LineFilter]:
    """The filters of every line before it is written; may be changed."""
    return app._filters


def keymap_of(app: App[Any]) -> Mapping[str, str]:
    """The keys that were set, by the names of bindings."""
    return app._keymap


def in_context(pump: MessagePump) -> AbstractContextManager[None]:
    """A context in which all is done as in a handler of `pump`."""
    return pump._context()


def report_exception(app: App[Any], error: Exception) -> None:
    """Do with `error` what is done with one of a handler."""
    app._handle_exception(error)


def active_pump() -> MessagePump | None:
    """The pump that handles the running message."""
    return active_message_pump.get(None)


def parent_of(pump: MessagePump) -> MessagePump | None:
    """The pump that `pump` is in."""
    return pump._parent


async def until_mounted(screen: Screen[Any]) -> None:
    """Wait until `screen` has all its parts."""
    await screen._mounted_event.wait()


def waits_for_layout(screen: Screen[Any]) -> bool:
    """True if the next update of `screen` arranges it first."""
    return screen._layout_required or screen._scroll_required


def is_all_that_changed(screen: Screen[Any], widgets: set[Widget]) -> bool:
    """True if just `widgets`, and nothing else of `screen`, is to be drawn."""
    dirty = screen._dirty_widgets == widgets
    return dirty and not (screen._repaint_required or waits_for_layout(screen))


def update_now(screen: Screen[Any]) -> None:
    """Draw what changed, as the timer of `screen` does."""
    screen._on_timer_update()


def compositor_of(screen: Screen[Any]) -> Compositor:
    """The compositor of `screen`."""
    return screen._compositor


def is_batching(app: App[Any]) -> bool:
    """True if nothing is shown until a batch is over."""
    return app._batch_count > 0


def mark_dirty(widget: Widget, region: Region) -> None:
    """Do what `refresh` does, but send no message."""
    widget._set_dirty(region)


def display(screen: Screen[Any], update: RenderableType | None) -> None:
    """Write `update` to the terminal."""
    with screen._context():
        screen.app._display(screen, update)
