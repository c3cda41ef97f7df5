"""The rehearsal partner's replies: a fixed list of questions for each mode.

It understands nothing and says so. It quotes the user's words, asks the next question, files the
quotation on the board, and stops at the end of the list. It is deterministic and keeps no state.
"""

from hq_tui.rehearsal.questioner.reply import compose

__all__ = ["compose"]
