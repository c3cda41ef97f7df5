"""`@path` in a message: which words may name a file. Whether one is there is for others to see."""

from __future__ import annotations

import re
from typing import NamedTuple

_MENTION = re.compile(r"""(?<![^\s(\[{])@(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"'@]\S*))""")
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
    """The names behind an `@` at the beginning of a word, each once; with blanks in quotes."""
    if "@" not in text:
        return ()
    found: dict[str, Mention] = {}
    for match in _MENTION.finditer(text):
        quoted, plain = match[1] or match[2], (match[3] or "").rstrip(_AFTER)
        if name := quoted or plain:
            found[name] = Mention(name, bool(quoted or _IS_PATH.fullmatch(plain)))
    return tuple(found.values())


def mention_of(name: str) -> str:
    """The mention that names a file of this name."""
    return f"@{name}" if re.fullmatch(r"[\w./~+-]*[\w/]", name) else f'@"{name}"'
