"""What a test reads off a transcript that no reader does."""

from __future__ import annotations

from hq_tui.ui.transcript import Transcript


def plain_lines(transcript: Transcript) -> list[str]:
    """What stands on the rows of the screen, without spaces at their ends."""
    strips = transcript.render_lines(transcript.size.region)
    return [strip.text.rstrip() for strip in strips]
