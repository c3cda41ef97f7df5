"""What can go wrong in a way that the person at the keyboard can act on.

Every error that reaches a person says two things: what happened, and the way out
of it. A class of its own exists only where somebody acts differently on it, which
for a command line means another exit code.
"""

from __future__ import annotations


class HqError(Exception):
    """Something the reader can act on: what happened, and the way out of it."""

    exit_code = 1

    def __init__(self, what: str, *, hint: str) -> None:
        super().__init__(what)
        self.hint = hint


class UsageError(HqError):
    """The command was not understood."""

    exit_code = 2


class CredentialsError(HqError):
    """There is no key, or the one there is was refused."""

    exit_code = 3
