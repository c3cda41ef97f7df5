"""Options of `ask` and of the app, which both hold a session.

The options of any other command are the parameters of its function.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hq_tui.settings import Settings


@dataclass(frozen=True, kw_only=True)
class SessionOptions:
    """Options of everything that holds a session."""

    prompt: tuple[str, ...] = ()
    mode: str | None = None
    model: str | None = None
    provider: str | None = None
    base_url: str | None = None
    effort: str | None = None
    rehearse: str | None = None
    """Scripted faults for the rehearsal partner; None to talk to Claude."""
    go_on: bool = False
    session: str | None = None
    attach: tuple[str, ...] = ()
    """Files for the first message."""
    allow_secrets: bool = False

    @property
    def chosen(self) -> Mapping[str, object]:
        """The options that are settings too; None where nothing was said."""
        return {name: value for name, value in vars(self).items() if name in Settings._fields}

    @property
    def is_new(self) -> bool:
        """True if a new session is asked for, as far as the options say."""
        return not (self.go_on or self.session)


@dataclass(frozen=True, kw_only=True)
class AskOptions(SessionOptions):
    """Options of `ask`."""

    json: bool = False


@dataclass(frozen=True, kw_only=True)
class AppOptions(SessionOptions):
    """Options of the app itself, on a screen or in lines."""

    slow: bool | None = None
    ascii: bool | None = None
    plain: bool = False
