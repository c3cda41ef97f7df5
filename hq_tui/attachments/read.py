"""Read a file that a person named, within what the API takes; refuse it in a clear sentence.

Only an ordinary file is opened: a pipe would wait for ever, and a device has effects. A name
that looks like a key or a secret is not judged here, but can be asked about.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from hq_tui.attachments.kinds import TEXT, Content, content_of
from hq_tui.attachments.paths import label
from hq_tui.attachments.scale import scaled
from hq_tui.core.events import AttachedFile
from hq_tui.core.models import ModelInfo
from hq_tui.core.text.sanitize import counted, size_words
from hq_tui.errors import UsageError

MEGABYTE = 1024 * 1024
MOST_BYTES = 22 * MEGABYTE
"""Of all files of a session: a third more as base64, within the 32 MB of one request."""
MOST_PICTURE = 5 * MEGABYTE * 3 // 4
MOST_PIXELS, MOST_PIXELS_OF_MANY, MANY_PICTURES = 8_000, 2_000, 20
SMALL_WINDOW, LARGEST_WINDOW = 200_000, 1_000_000
PAGES_OF_SMALL, PAGES = 100, 600
LARGE = 20_000
"""Estimated tokens from which on a message with files is asked about before it is sent."""

_SECRET = (
    ".env .env.* *.env id_* *.pem *.key *.p12 *.pfx *.jks *.keystore *.kdbx *.ppk .netrc .pgpass "
    ".npmrc .pypirc .htpasswd credentials* *secret* *password* *passwd* *token*"
).split()
_HARMLESS = ("*.pub", "*.example", "*.sample", "*.template", "*.dist")
_SECRET_FOLDERS = frozenset({".ssh", ".gnupg", ".aws", ".kube", ".docker", ".password-store"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedFile:
    """A file that was read: what the journal keeps of it, its bytes, and what is to be said."""

    file: AttachedFile
    data: bytes
    said: str = ""
    width: int = 0
    height: int = 0


def looks_secret(path: Path) -> bool:
    """True if a file, or what a link leads to, is by its name a key or a secret."""
    return any(_is_secret(one) for one in (path, Path(os.path.realpath(path))))


def _is_secret(path: Path) -> bool:
    name = path.name.lower()
    if any(fnmatch(name, pattern) for pattern in _HARMLESS):
        return False
    is_named = any(fnmatch(name, pattern) for pattern in _SECRET)
    return is_named or not _SECRET_FOLDERS.isdisjoint(path.parts[:-1])


def read_file(path: Path, folder: Path, facts: ModelInfo) -> LoadedFile:
    """The file at `path`, called as seen from `folder`. Raises UsageError."""
    name = label(path, folder)
    found = content_of(_bytes(path, name))
    said = found.said
    if found.wrong:
        raise UsageError(f"{name} {found.wrong}.", hint="Text, PDF, PNG, JPEG, GIF and WebP go.")
    if found.width and (too_big := _too_big_picture(found)):
        found, said = _scaled(found, name, too_big)
    window = facts.window or LARGEST_WINDOW
    if found.media == TEXT and found.tokens > window:
        raise UsageError(
            f"{name} has {size_words(len(found.data))}, about {counted(found.tokens, 'token')}; "
            f"{window:,} is the most.",
            hint="Attach the part that matters.",
        )
    most_pages = PAGES_OF_SMALL if (facts.window or 0) <= SMALL_WINDOW else PAGES
    if found.pages > most_pages:
        raise UsageError(
            f"{name} has {counted(found.pages, 'page')}; {most_pages} is the most.",
            hint="Attach the pages that matter.",
        )
    file = AttachedFile(
        name=name,
        media=found.media,
        size=len(found.data),
        sha256=hashlib.sha256(found.data).hexdigest(),
        tokens=found.tokens,
    )
    return LoadedFile(
        file=file,
        data=found.data,
        said=f"{name}: {said}" if said else "",
        width=found.width,
        height=found.height,
    )


def _bytes(path: Path, name: str) -> bytes:
    try:
        wrong = _objection(path.stat())
        if wrong:
            raise UsageError(f"{name} {wrong}.", hint="Name a file.")
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(fd, "rb") as file:
            status = os.fstat(fd)
            if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
                size = size_words(status.st_size)
                raise UsageError(
                    f"{name} has {size}; {size_words(MOST_BYTES)} is the most.",
                    hint="Attach the part that matters.",
                )
            return file.read(MOST_BYTES)
    except FileNotFoundError:
        raise UsageError(f"There is no file {name}.", hint="Check the name.") from None
    except OSError as error:
        why = (error.strerror or "it does not open").lower()
        raise UsageError(f"{name} cannot be read: {why}.", hint="Name another file.") from None


def _objection(status: os.stat_result) -> str:
    if stat.S_ISDIR(status.st_mode):
        return "is a folder"
    if stat.S_ISFIFO(status.st_mode):
        return "is a pipe"
    return "" if stat.S_ISREG(status.st_mode) else "is a device, not a file"


def _too_big_picture(found: Content) -> str:
    """Say in what a picture exceeds the API; empty where it fits."""
    if max(found.width, found.height) > MOST_PIXELS:
        return f"{found.width} x {found.height} pixels; {MOST_PIXELS} a side is the most"
    if len(found.data) > MOST_PICTURE:
        return f"{size_words(len(found.data))}; {size_words(MOST_PICTURE)} is the most"
    return ""


def _scaled(found: Content, name: str, why: str) -> tuple[Content, str]:
    """The picture made smaller, where Pillow is there. Raises UsageError."""
    try:
        small = content_of(scaled(found.data, MOST_PICTURE))
    except ImportError:
        raise UsageError(
            f"{name} has {why}.", hint="Scale it down, or add Pillow: pipx inject hq-tui pillow."
        ) from None
    if small.wrong or _too_big_picture(small):
        raise UsageError(f"{name} has {why}, and cannot be scaled.", hint="Name another file.")
    return small, f"scaled down to {small.width} x {small.height} pixels"


def fit_together(loaded: Sequence[LoadedFile], before: Iterable[AttachedFile]) -> None:
    """Raise UsageError where these files are too many beside those that the session has."""
    held = {one.sha256: one for one in before}
    total = {**held, **{one.file.sha256: one.file for one in loaded}}
    size = sum(one.size for one in total.values())
    if size > MOST_BYTES:
        raise UsageError(
            f"All files of the session together would have {size_words(size)}; "
            f"{size_words(MOST_BYTES)} is the most.",
            hint="Attach less, or begin a new session.",
        )
    pictures = sum(one.media.startswith("image/") for one in total.values())
    wide = next((one for one in loaded if max(one.width, one.height) > MOST_PIXELS_OF_MANY), None)
    if pictures > MANY_PICTURES and wide is not None:
        raise UsageError(
            f"With more than {MANY_PICTURES} pictures none may have more than "
            f"{MOST_PIXELS_OF_MANY} pixels a side; {wide.file.name} has.",
            hint="Attach fewer, or scale it down.",
        )
