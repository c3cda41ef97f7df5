"""The rehearsal partner: a fixed list of questions for each mode, and the user's own words.

It understands nothing, in no language, and says so. It quotes what was written, asks the next
question of the mode's list, files the quotation on the board, and stops when the list is at its
end. The same messages and the same seed give the same bytes; nothing is kept between two calls.
"""

from hq_tui.rehearsal.questioner.reply import compose

__all__ = ["compose"]
