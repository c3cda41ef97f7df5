"""Drawing a part of one widget now, without the detour over messages and the screen's tick.

Textual gathers what widgets want drawn anew: a message to the widget itself, one to its
screen, and then a timer of the screen. For a key that is the right thing. For text that
flows it is three turns of the loop and up to a sixtieth of a second for each frame, and the
transcript has gathered already. Where nothing else is going on, its frame is drawn at once;
otherwise it takes Textual's way.
"""

from __future__ import annotations

from textual.dom import NoScreen
from textual.geometry import Region
from textual.widget import Widget

from hq_tui.ui.direct import DirectCompositor


def draw(widget: Widget, region: Region) -> None:
    """Draw `region` of `widget`, in its own columns and rows: at once where that is possible."""
    try:
        screen = widget.screen
    except NoScreen:
        return
    compositor = screen._compositor  # noqa: SLF001  # what it draws by has no other name
    waits_for_layout = screen._layout_required or screen._scroll_required  # noqa: SLF001
    if (
        not isinstance(compositor, DirectCompositor)
        or widget.app.screen is not screen  # another one lies over it
        or waits_for_layout
        or widget not in compositor.visible_widgets
    ):
        widget.refresh(region)
        return
    widget._set_dirty(region)  # noqa: SLF001  # `refresh` without the message that it sends
    compositor.update_widgets({widget})
    with screen._context():  # noqa: SLF001  # as the screen's own timer has it
        widget.app._display(screen, compositor.render_update())  # noqa: SLF001
