"""The modes that a session can be in: built in, in the settings folder, or in its own journal."""

from __future__ import annotations

from hq_tui.core.conversation import Conversation
from hq_tui.errors import UsageError
from hq_tui.inquiry.modes import MODES, mode_of, system_prompt
from hq_tui.settings import Settings, mode_names, read_mode


def purposes(settings: Settings, conversation: Conversation) -> dict[str, str]:
    """Every mode with its purpose, or with what is wrong with its file."""
    found = {mode.name: mode.purpose for mode in MODES.values()}
    for name in mode_names(settings.modes_dir):
        try:
            found[name] = mode_of(name, ((name, read_mode(settings.modes_dir, name)),)).purpose
        except UsageError as error:
            found[name] = str(error)
    files = conversation.mode_files
    return found | {name: mode_of(name, files).purpose for name, _ in files}


def first_of(settings: Settings, name: str, like: Conversation) -> tuple[str, tuple[str, ...]]:
    """The file of a mode, empty if built in, and the instructions of a session that begins in it.

    `like` is the session that it comes after, whose modes need not be on this machine.
    Raises UsageError.
    """
    if name in MODES or (name == like.mode and name not in mode_names(settings.modes_dir)):
        file = dict(like.mode_files).get(name, "")
    else:
        file = read_mode(settings.modes_dir, name)
    return file, system_prompt(name, file, settings.instructions)


def changed_to(
    settings: Settings, name: str, conversation: Conversation
) -> tuple[str, tuple[str, ...]]:
    """The same for a session that goes on in the mode: what it has of its own stays."""
    if name == conversation.mode:
        return "", conversation.system
    file = dict(conversation.mode_files).get(name, "")
    if name not in MODES and not file:
        file = read_mode(settings.modes_dir, name)
    core, mode = system_prompt(name, file)
    return file, (core, *conversation.system[1:-1], mode)
