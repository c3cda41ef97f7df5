"""Key reports of terminals, read: the old ones, xterm's and those of the kitty protocol.

A report names a key by its code, with the modifiers held down and, from some terminals, the
text that the key typed. Where the text is missing, the code is the letter. A report that
makes no sense is no key at all: Textual's own reader would end the app, or type its digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS
from textual.keys import KEY_NAME_REPLACEMENTS, _character_to_key

_REPORT = re.compile(
    r"\x1b\[(?P<code>[0-9]{0,7})(?::(?P<shifted>[0-9]{0,7})(?::[0-9]{0,7})?)?"
    r"(?:;(?P<held>[0-9]{0,4})(?::(?P<event>[0-9]?))?(?:;(?P<text>[0-9:]{0,200}))?)?"
    r"(?P<end>[u~A-FHPQRSZ])"
)
_OTHER_KEYS = "27~"
"""The code and the end of xterm's reports of keys that have none of their own."""
_RELEASED = "3"
"""The kind of event that says that a key was let go."""
_FUNCTIONAL = range(57344, 63744)
"""The codes of keys that are no letters; some of them nobody has given a name."""
_SHIFT, _ALT, _CTRL, _CAPS = 1, 2, 4, 64
_MODIFIERS = {_ALT: "alt", _CTRL: "ctrl", 16: "hyper", 32: "meta", _SHIFT: "shift", 8: "super"}
"""The modifiers in the order in which Textual names them; both locks have no name."""
_MODIFIER_KEYS = frozenset(
    [
        f"{side}_{name}"
        for side in ("left", "right")
        for name in ("shift", "control", "alt", "super", "hyper", "meta")
    ]
    + ["iso_level3_shift", "iso_level5_shift"]
)
"""Keys that are only held, by their names at Textual."""
_SHIFTED = dict(zip("`1234567890-=[]\\;',./", '~!@#$%^&*()_+{}|:"<>?', strict=True))
"""Characters of keys with Shift on most keyboards, for terminals that do not say."""
_TYPED = {
    "enter": "\r", "tab": "\t", "backspace": "\x7f",
    "decimal": ".", "divide": "/", "multiply": "*", "subtract": "-", "add": "+", "equal": "=",
    "separator": ",", **{digit: digit for digit in "0123456789"},
}  # fmt: skip
"""Characters of keys that have a name: those of the keypad among them."""


def keys_in(report: str) -> Sequence[events.Key]:
    """The keys that a whole report tells of; none when it tells of none, or of nonsense."""
    read = _REPORT.fullmatch(report)
    if read is None:
        return _named(report)
    code, end, text = int(read["code"] or 1), read["end"], read["text"] or ""
    if read["event"] == _RELEASED or (end == "R" and read["held"] is not None):
        return ()  # A key let go, and where the cursor is.
    if f"{code}{end}" == _OTHER_KEYS and text.isdigit():
        code, end, text = int(text), "u", ""
    held = max(0, int(read["held"] or 1) - 1)
    name = FUNCTIONAL_KEYS.get(f"{code}{end}", "")
    if name in _MODIFIER_KEYS:
        return ()
    if name:
        return [_functional(name, held, text)]
    if end != "u":
        return _named(report)
    if typed := [letter for part in text.split(":") if (letter := _letter(part))]:
        return [_typed(letter, held) for letter in typed]
    return [_bare(letter, held, read["shifted"] or "")] if (letter := _letter(str(code))) else ()


def alt_key(letter: str) -> Sequence[events.Key]:
    """The key that a terminal sends as escape and `letter`: Alt and that letter, which types none.

    Escape with a backslash is the end of a string whose beginning is lost.
    """
    if letter in "\r\n":
        return [events.Key("alt+enter", None)]
    if letter == "\\":
        return ()
    if not letter.isdigit() and (known := _named(f"\x1b{letter}")) and not known[0].character:
        return known
    plain = _named(letter)
    if plain and not letter.isprintable():
        return [events.Key(f"alt+{key.key}", None) for key in plain]
    shift = "shift+" if letter.isupper() else ""
    return [events.Key(f"alt+{shift}{_name(letter.lower() if shift else letter)}", None)]


def _named(report: str) -> Sequence[events.Key]:
    """The keys of an old report, of which each terminal has its own."""
    known = ANSI_SEQUENCES_KEYS.get(report)
    if isinstance(known, str):
        return [events.Key(_name(known), known)]
    if not isinstance(known, tuple):
        return ()
    return [events.Key(key.value, report if len(report) == 1 else None) for key in known]


def _functional(name: str, held: int, text: str) -> events.Key:
    """A key with a name. With a modifier but Shift it types nothing."""
    typed = _letter(text.partition(":")[0]) or _TYPED.get(name)
    words = _modifiers(held)
    return events.Key("+".join([*words, name]), None if words else typed)


def _typed(letter: str, held: int) -> events.Key:
    """A key whose text the terminal told. Alt, and AltGr, which is Ctrl and Alt, made that text."""
    command = held & ~(_ALT | (_CTRL if held & _ALT else 0) | (0 if letter.isspace() else _SHIFT))
    words = _modifiers(command)
    is_text = not words or words == ["shift"]
    return events.Key("+".join([*words, _name(letter)]), letter if is_text else None)


def _bare(letter: str, held: int, shifted: str) -> events.Key:
    """A key of which the terminal told the code alone."""
    command = held & ~(_SHIFT | _CAPS)
    if _modifiers(command):
        name = _name(letter if shifted else letter.lower())
        return events.Key("+".join([*_modifiers(held), name]), None)
    if letter == " ":
        return events.Key("+".join([*_modifiers(held), "space"]), letter)
    if held & _SHIFT:
        # A capital of two letters is none: ß is typed as it is.
        capital = letter.upper() if len(letter.upper()) == 1 else letter
        letter = _letter(shifted) or _SHIFTED.get(letter, capital)
    if held & _CAPS and letter.isalpha() and len(letter.swapcase()) == 1:
        letter = letter.swapcase()
    return events.Key(_name(letter), letter)


def _letter(code: str) -> str:
    """The letter of a code; empty for a key that is none, a control character, or no code."""
    number = int(code or 0)
    if number > 0x10FFFF or number in _FUNCTIONAL:
        return ""
    return "" if unicodedata.category(chr(number)) in {"Cc", "Cs"} else chr(number)


def _modifiers(held: int) -> list[str]:
    return [word for bit, word in _MODIFIERS.items() if held & bit]


def _name(letter: str) -> str:
    """The name of the key that types `letter`."""
    name = letter if letter.isalnum() else _character_to_key(letter)
    return KEY_NAME_REPLACEMENTS.get(name, name)
