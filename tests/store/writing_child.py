"""A program that writes a session until it is killed.

It says on stdout what it has appended (`a 17`) and what was acknowledged
(`s 17`), each after the fact. Told to be hasty, it claims the second at once.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from hq_tui.store.journal import Journal
from tests.store.samples import SESSION, delta


def main(folder: str, how: str) -> None:
    here = Path(folder)
    if (here / "killed.jsonl").exists():
        journal, found = Journal.open(here, "killed")
        number = found.last_seq
    else:
        journal = Journal.create(here, "killed", {"t": "session", "title": SESSION["title"]})
        number = 1
    while True:
        number += 1
        journal.append(delta(number))
        os.write(1, b"a %d\n" % number)
        if how == "hasty" or (number % 40 == 0 and journal.sync_blocking()):
            os.write(1, b"s %d\n" % number)
        time.sleep(0.001)  # the pace of a reply; the length of the test is set by its reader


main(*sys.argv[1:])
