"""`[keys]` of the settings: an action and its keys. What is wrong is refused with its line."""

from __future__ import annotations

import re
from difflib import get_close_matches

from textual.keys import KEY_NAME_REPLACEMENTS, _character_to_key

from hq_tui.errors import UsageError
from hq_tui.settings import Settings
from hq_tui.ui.actions import BY_NAME, BY_SLASH

SHORT = {"esc": "escape", "pgup": "pageup", "pgdn": "pagedown", "del": "delete", "ins": "insert"}
NAMED = {
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete"),
    *("tab", "enter", "escape", "backspace", "space"),
    *(f"f{number}" for number in range(1, 25)),
}
SAME = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+h": "backspace",
    "ctrl+left_square_bracket": "escape",
}
"""Keys that a terminal sends as other ones."""
MARKS = {
    KEY_NAME_REPLACEMENTS.get(name, name)
    for name in map(_character_to_key, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
}
"""The names of the characters that are neither letters nor digits."""
WRITING = {"enter", "backspace", "space"}


def with_checked_keys(settings: Settings) -> Settings:
    """The settings with the names of actions and keys as the app has them. Raises UsageError."""
    bound: dict[str, str] = {}
    taken: dict[str, str] = {}
    for written, keys in settings.keys.items():
        line = _line_of(written, settings)
        action = BY_NAME.get(written) or BY_SLASH.get(f"/{written.removeprefix('/')}")
        if action is None:
            near = get_close_matches(written, BY_NAME, n=1)
            hint = f"Is it {near[0]}?" if near else "docs/keys.md has the names."
            raise UsageError(f"{line}there is no action {written!r}.", hint=hint)
        for key in map(key_name, keys.split(",")):
            if why := _why_not(key, for_writing=action.name in ("send", "newline")):
                raise UsageError(
                    f"{line}{written} cannot be at {keys!r}: {why}.",
                    hint='Keys are written like "ctrl+x", "alt+enter" or "f7".',
                )
            if (other := taken.setdefault(key, written)) != written:
                raise UsageError(
                    f"{line}{keys!r} is the key of {other} already.", hint="Choose another one."
                )
            bound[action.name] = ",".join(filter(None, (bound.get(action.name), key)))
    return settings._replace(keys=bound)


def key_name(written: str) -> str:
    """The name of a key as it comes from the terminal: `Ctrl+PgUp` is `ctrl+pageup`."""
    *modifiers, key = re.split(r"\+(?=.)", written.strip().lower())
    if len(key) == 1 and not key.isalnum():
        key = _character_to_key(key)
    key = SHORT.get(key, KEY_NAME_REPLACEMENTS.get(key, key))
    return "+".join([*sorted(modifiers), key])


def _why_not(key: str, *, for_writing: bool) -> str:
    """The reason that nothing can be bound to a key; empty for one that can."""
    *modifiers, base = key.split("+")
    if not set(modifiers) <= {"alt", "ctrl", "shift"} or len(set(modifiers)) < len(modifiers):
        return "no terminal sends that"
    is_mark = base in MARKS
    if base not in NAMED and not is_mark and not (len(base) == 1 and base.isalnum()):
        return "there is no such key"
    if key in SAME:
        return f"a terminal sends {SAME[key]} for it"
    if (base not in NAMED or key == "space") and not {"alt", "ctrl"} & set(modifiers):
        return "it types a character"
    return "it is needed to write" if key in WRITING and not for_writing else ""


def _line_of(written: str, settings: Settings) -> str:
    """The line of the settings file with this name of the table, as the beginning of a sentence."""
    text = settings.config_path.read_text("utf-8-sig")
    begin = re.search(r"^\s*\[keys\]|^\s*keys\s*[.=]", text, re.MULTILINE)
    start = begin.start() if begin else 0
    found = re.compile(rf"(?<![\w-]){re.escape(written)}(?![\w-])").search(text, start)
    number = text.count("\n", 0, found.start()) + 1 if found else 0
    return f"{settings.config_path}, line {number}: " if number else f"{settings.config_path}: "
