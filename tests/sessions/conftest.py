"""Stages for the tests of sessions that need a screen."""

from __future__ import annotations

from tests.ui.conftest import playing

__all__ = ["playing"]
