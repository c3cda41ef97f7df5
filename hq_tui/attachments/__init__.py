"""Files that a person attaches to a message: found by name, read with care, refused in words.

Nothing is read that was not named. What is read becomes an `AttachedFile` and the bytes that
go on the wire; where these are kept, and how they are sent, is decided elsewhere.
"""

from hq_tui.attachments.paths import completions, dropped, find, meant, reference, shown
from hq_tui.attachments.read import LARGE, LoadedFile, fit_together, looks_secret, read_file

__all__ = [
    "LARGE",
    "LoadedFile",
    "completions",
    "dropped",
    "find",
    "fit_together",
    "looks_secret",
    "meant",
    "read_file",
    "reference",
    "shown",
]
