"""Finds and checks the API key.

It comes from the environment, from a private file or from an SDK profile; never from the
current directory or the command line. It is checked here, because a key with a line break
fails later as a "connection error" whose traceback prints it. No message or `repr` holds a key.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from hq_tui.core.text.sanitize import one_line
from hq_tui.errors import CredentialsError

LONGEST_FILE = 16_384
"""A file larger than this, in bytes, is not a key."""

_KEY = re.compile(r"[!-~]+")


class CredentialsKind(StrEnum):
    """The way in which a request is signed."""

    API_KEY = "api key"
    AUTH_TOKEN = "auth token"  # noqa: S105  # the name of a kind, not a token
    PROFILE = "profile"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A key, and its source in words."""

    kind: CredentialsKind
    source: str
    secret: str = field(default="", repr=False)


NO_CREDENTIALS = Credentials(kind=CredentialsKind.NONE, source="no key")
"""For a server that wants none, such as one on this machine."""


def find_credentials(env: Mapping[str, str], key_file: Path | None = None) -> Credentials | None:
    """The first of: API key, auth token, key file, SDK profile. None when there is none."""
    for name, kind in (
        ("ANTHROPIC_API_KEY", CredentialsKind.API_KEY),
        ("ANTHROPIC_AUTH_TOKEN", CredentialsKind.AUTH_TOKEN),
    ):
        if secret := env.get(name, "").strip():
            return found_key(secret, name, kind)
    if key_file is not None and (secret := read_key_file(key_file)):
        return found_key(secret, f"key file {_shown(key_file)}")
    if name := profile_name(env):
        return Credentials(kind=CredentialsKind.PROFILE, source=name)
    return None


def found_key(
    secret: str, source: str, kind: CredentialsKind = CredentialsKind.API_KEY
) -> Credentials:
    """A key that `source` holds. Raises CredentialsError for what cannot be one."""
    return Credentials(kind=kind, source=source, secret=checked(secret, source))


def checked(secret: str, source: str) -> str:
    """`secret` without white space around it, if it is made of what a header can carry."""
    secret = secret.strip()
    if _KEY.fullmatch(secret):
        return secret
    raise CredentialsError(
        f"The key from {source} holds a space, a line break or another character no key has.",
        hint="Copy the key again, on one line, without quotes.",
    )


def read_key_file(path: Path) -> str:
    """The content of the key file; empty if there is no such file.

    Raises `CredentialsError` for a file that others can read or own, or that is not a plain file.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        handle = os.open(path, flags)
    except FileNotFoundError:
        return ""
    except OSError as error:
        reason = one_line(error.strerror or type(error).__name__, 60)
        what = "is a symbolic link" if path.is_symlink() else f"cannot be opened ({reason})"
        raise _refused(path, what, "Give a plain file that you own.") from None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise _refused(path, "is not a plain file", "Give a plain file.")
        if found.st_uid != os.getuid():
            raise _refused(path, "belongs to another user", "Give a file that you own.")
        if stat.S_IMODE(found.st_mode) & 0o077:
            raise _refused(path, "can be read by others", f"chmod 600 {_shown(path)}")
        content = os.read(handle, LONGEST_FILE + 1)
    finally:
        os.close(handle)
    if len(content) > LONGEST_FILE:
        raise _refused(path, "is too large to be a key", "It should hold one line: the key.")
    return content.decode("utf-8-sig", "replace").strip()


def _refused(path: Path, what: str, hint: str) -> CredentialsError:
    return CredentialsError(f"The key file {_shown(path)} {what}.", hint=hint)


def _shown(path: Path) -> str:
    return one_line(str(path), 120)


def profile_name(env: Mapping[str, str]) -> str:
    """The SDK profile that would be used, in words; empty if there is none.

    It looks in the same places as the SDK, without loading it.
    """
    if name := env.get("ANTHROPIC_PROFILE", ""):
        return f"profile {one_line(name, 40)}"
    federation = ("ANTHROPIC_FEDERATION_RULE_ID", "ANTHROPIC_ORGANIZATION_ID")
    tokens = ("ANTHROPIC_IDENTITY_TOKEN", "ANTHROPIC_IDENTITY_TOKEN_FILE")
    if all(env.get(key) for key in federation) and any(env.get(key) for key in tokens):
        return "workload identity"
    folder = _profile_folder(env)
    if folder is None:
        return ""
    try:
        name = (folder / "active_config").read_text(encoding="utf-8-sig").strip() or "default"
    except (OSError, UnicodeDecodeError):
        name = "default"
    try:
        is_there = (folder / "configs" / f"{Path(name).name}.json").is_file()
    except (OSError, ValueError):
        is_there = False
    return f"profile {one_line(name, 40)}" if is_there else ""


def _profile_folder(env: Mapping[str, str]) -> Path | None:
    """The folder of profiles; None without a home folder."""
    if named := env.get("ANTHROPIC_CONFIG_DIR"):
        return Path(named)
    home = Path(env.get("HOME") or os.path.expanduser("~"))  # noqa: PTH111 - it never raises
    return home / ".config" / "anthropic" if home.is_absolute() else None
