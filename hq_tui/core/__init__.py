"""What a session is, as values and arithmetic: no clock, no dice, no files, no network.

Everything that can happen is a frozen event (`events`), everything that is so is a
frozen value (`conversation`), and `apply` is the only way from one to the next. The
screen, the export and the next request are all read off the same value, so a replayed
session and a live one cannot differ.
"""

MODE_NAMES = ("brief", "examine", "tutor", "review", "debug", "interview")
"""Every mode of a session, in the order in which they are offered."""

DEFAULT_MODE = "examine"
