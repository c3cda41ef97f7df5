"""Sessions on disk: an append-only journal for each, and the library of all of them.

The store knows records as JSON objects with a kind under `"t"`, not what the kinds mean. A
record acknowledged by `Journal.sync` survives a crash, and damage costs only the record it hit.
"""

from hq_tui.store.contents import ContentStore
from hq_tui.store.filesystems import local_folder, network_filesystem
from hq_tui.store.journal import Journal, SaveStatus
from hq_tui.store.library import Library, SessionListing, new_session_id
from hq_tui.store.lock import Holder, LockedElsewhere, SessionLock
from hq_tui.store.reader import Replay, Tail, read, read_tail
from hq_tui.store.record import FORMAT_VERSION, Record
from hq_tui.store.servers import ServerNotes
from hq_tui.store.tail import follow
from hq_tui.store.writer import Disk, SyncPolicy

__all__ = [
    "FORMAT_VERSION",
    "ContentStore",
    "Disk",
    "Holder",
    "Journal",
    "Library",
    "LockedElsewhere",
    "Record",
    "Replay",
    "SaveStatus",
    "ServerNotes",
    "SessionListing",
    "SessionLock",
    "SyncPolicy",
    "Tail",
    "follow",
    "local_folder",
    "network_filesystem",
    "new_session_id",
    "read",
    "read_tail",
]
