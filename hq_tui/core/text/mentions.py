"""`@path` in a message: which words may name a file. Whether one is there is for others to see."""

from __future__ import annotations

import re
from typing import NamedTuple

_MENTION = re.compile(r"""(?<![^\s(\[{])@(?:"((?:[^"\\\n]|\\.)+)"|'([^'\n]+)'|([^\s"'@]\S*))""")
_ESCAPED = re.compile(r'\\(["\\n])')
_AFTER = ".,;:!?)]}'\"…"
_IS_PATH = re.compile(
    r"(?:\.{0,2}/|~/|file://).*|.*\.(?:md|txt|rst|org|tex|log|csv|tsv|json|jsonl|toml|ya?ml|xml|ini|"
    r"cfg|conf|html?|css|py|rs|go|js|ts|tsx|jsx|c|h|cpp|hpp|java|kt|rb|php|sh|sql|diff|patch|pdf|"
    r"png|jpe?g|gif|webp)",
    re.IGNORECASE | re.DOTALL,
)


class Mention(NamedTuple):
    """A name behind an `@`. Where `is_path` is false it may be a word like any other."""

    name: str
    is_path: bool


def mentions(text: str) -> tuple[Mention, ...]:
    """The names behind an `@` at the beginning of a word, each once; with blanks in quotes.

    In double quotes a backslash stands before a quote and a backslash, and makes an n a new line.
    """
    if "@" not in text:
        return ()
    found: dict[str, Mention] = {}
    for match in _MENTION.finditer(text):
        quoted, plain = _unescaped(match[1] or "") or match[2], (match[3] or "").rstrip(_AFTER)
        if name := quoted or plain:
            found[name] = Mention(name, bool(quoted or _IS_PATH.fullmatch(plain)))
    return tuple(found.values())


def mention_of(name: str) -> str:
    """The mention that names a file of this name."""
    if re.fullmatch(r"[\w./~+-]*[\w/]", name):
        return f"@{name}"
    if not set(name) & set('"\\\n'):
        return f'@"{name}"'
    if not set(name) & set("'\n"):
        return f"@'{name}'"
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'@"{escaped}"'


def begun_name(mention: str) -> str:
    """The name that a mention begins to write, whose quote is not closed yet."""
    begun = mention.removeprefix("@")
    return _unescaped(begun[1:]) if begun.startswith('"') else begun.removeprefix("'")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: found[1].replace("n", "\n"), text)
