"""A session as values and pure functions: no clock, random numbers, files or network.

Whatever happens is an event (`events`), the state is a `Conversation`, and `apply` is the
only way from one to the next. So a replayed session cannot differ from a live one.
"""

MODE_NAMES = ("brief", "examine", "tutor", "review", "debug", "interview")
"""Every mode of a session, in the order in which they are offered."""

DEFAULT_MODE = "examine"

DEFAULT_PROVIDER = "anthropic"
"""Anthropic's API, or another server that speaks it."""
