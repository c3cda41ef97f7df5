"""The imperative shell: ask, journal, stream, retry, resume, stop.

It knows no Textual, no SDK and no file: a partner to talk to, a recorder to write to, a
clock and dice are passed in. It has two front ends, the app and `hq-tui ask`, and both
only look at what it does.
"""

from hq_tui.engine.attempt import StreamLimits
from hq_tui.engine.engine import Engine
from hq_tui.engine.ports import Clock, Recorder, SystemClock
from hq_tui.engine.reply_runner import ReplyPolicy

__all__ = ["Clock", "Engine", "Recorder", "ReplyPolicy", "StreamLimits", "SystemClock"]
