"""Chooses the screen's colours: the theme for this terminal, or none at all.

Without colours the theme is the terminal's own two, and a filter takes out whatever colour
is left, so that only weight, underline and reverse remain; what was told apart by a
background, a cursor or a lit row, is then told by reverse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter, Monochrome, NoColor

from hq_tui.ui.rendering import textual_private

READABLE = {
    "textual-dark": {
        "block-cursor-background": "#0a2a7a",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-blurred-background": "#0a2a7a",
        "block-cursor-blurred-foreground": "#ffffff",
    },
    "textual-light": {
        "text-warning": "#732e00",
        "text-accent": "#732e00",
        "block-cursor-background": "#c4e0fa",
        "block-cursor-foreground": "#000000",
        "block-cursor-blurred-background": "#c4e0fa",
        "block-cursor-blurred-foreground": "#000000",
    },
}
"""Colours of Textual's themes that are too faint for text, and what stands for them."""
READABLE_OWN: dict[str, dict[str, str]] = {
    "ansi-dark": {
        "primary": "ansi_bright_cyan",
        "error": "ansi_bright_red",
        "success": "ansi_bright_green",
        "accent": "ansi_bright_green",
    },
    "ansi-light": {"warning": "ansi_red"},
}
"""The same among the terminal's own colours: dark blue on black is the hardest to read."""
WITH_FEW = {"textual-dark": {"text-primary": "#5fd7ff"}}
"""Substitutes for colours of which sixteen make a grey: keys are told apart by them."""
NAMES = {"dark": "textual-dark", "light": "textual-light"}
PLAIN = "ansi-dark"
"""The theme that draws everything on the terminal's own background."""
REVERSE = Style(reverse=True)
LIGHT_GROUNDS = frozenset({"7", "15"})
"""The numbers by which COLORFGBG calls a light background."""


def theme_for(
    chosen: str,
    environment: Mapping[str, str],
    *,
    few: bool = False,
    is_light: bool | None = None,
) -> str:
    """The name of Textual's theme for a setting; `auto` is dark unless the terminal says light.

    `is_light` is what the terminal answered, None for nothing; then COLORFGBG is looked at.
    With `few` colours, sixteen, every light ground would become the same grey as some of the
    text; then the terminal's own ground is better.
    """
    if chosen == "auto":
        if is_light is None:
            is_light = environment.get("COLORFGBG", "").rpartition(";")[2] in LIGHT_GROUNDS
        chosen = "light" if is_light else "dark"
    return "ansi-light" if few and chosen == "light" else NAMES.get(chosen, chosen)


def has_few(app: App[Any]) -> bool:
    """True if the terminal has sixteen colours."""
    return app.console.color_system == "standard"


def begin(app: App[Any], chosen: str, environment: Mapping[str, str]) -> Callable[[bool], None]:
    """Give the app its first theme; returns what is to be told whether the background is light.

    A theme that the person has taken meanwhile stays, and so does having no colours.
    """
    few = has_few(app)
    given = app.theme = theme_for(chosen, environment, few=few)

    def follow(is_light: bool) -> None:
        nonlocal given
        if app.theme == given:
            given = app.theme = theme_for(chosen, environment, few=few, is_light=is_light)

    return follow


class NoColorFilter(LineFilter):
    """Takes every colour out of drawn lines."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """`segments` in the terminal's own colours."""
        return [Segment(text, _plain(style), control) for text, style, control in segments]


@lru_cache(maxsize=1024)
def _plain(style: Style | None) -> Style | None:
    if style is None:
        return None
    ground = style.bgcolor
    lit = ground is not None and not ground.is_default
    plain = style.without_color
    return plain + REVERSE if lit else plain


def make_readable(app: App[Any], *, few: bool = False) -> None:
    """Give Textual's own themes the contrast that words need, 4.5 to 1 at least.

    With `few` colours, sixteen, those that would become a grey have another. Call it before
    the app runs, or refresh its CSS afterwards, which parses all of it again.
    """
    for name in (*READABLE, *READABLE_OWN):
        theme = app.available_themes[name]
        variables = {**theme.variables, **READABLE.get(name, {})}
        variables |= WITH_FEW.get(name, {}) if few else {}
        better: dict[str, Any] = READABLE_OWN.get(name, {})
        app.register_theme(replace(theme, variables=variables, **better))
    app.stylesheet.set_variables(app.get_css_variables())


def apply_no_color(app: App[Any]) -> None:
    """Draw without any colour from now on, where NO_COLOR asks for it; else nothing happens.

    Textual's own answer to NO_COLOR is greys.
    """
    if not app.no_color:
        return
    filters = textual_private.line_filters(app)
    kept = [each for each in filters if not isinstance(each, Monochrome | NoColor)]
    filters[:] = [NoColorFilter(), *kept]
    app.theme = PLAIN
