"""Errors that the person can act on: what happened, and a hint.

A subclass exists only for another exit code.
"""

from __future__ import annotations


class HqError(Exception):
    """An error with a hint on what to do about it."""

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
