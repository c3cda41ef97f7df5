"""The files that a message names, read and kept before it is sent.

Whoever shows the session names them and may be asked first: about a name that looks like a
secret, and about a message that grows large. Nothing here waits for an answer; it is the next
call, with `secrets` or `large`, that gives it. Blocking, so for a thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hq_tui.attachments import LARGE, LoadedFile, find, fit_together, looks_secret, read_file, shown
from hq_tui.core.conversation import Conversation
from hq_tui.core.events import AttachedFile
from hq_tui.core.models import ModelInfo
from hq_tui.core.text.file_words import cost_words
from hq_tui.core.text.sanitize import counted
from hq_tui.errors import UsageError
from hq_tui.store.contents import ContentStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """Contents that were read, and the files to be sent.

    `question` is what the person is to be asked first, `said` what they are to be told.
    """

    loaded: tuple[LoadedFile, ...] = ()
    files: tuple[AttachedFile, ...] = ()
    question: str = ""
    said: tuple[str, ...] = ()

    def keep(self, contents: ContentStore) -> tuple[AttachedFile, ...]:
        """Put what was read on the disk; what the message is to carry. Raises HqError."""
        for one in self.loaded:
            contents.put(one.data)
        return self.files


def attach(
    names: Sequence[str],
    folder: Path,
    *,
    facts: ModelInfo,
    conversation: Conversation,
    again: Sequence[AttachedFile] = (),
    secrets: bool = False,
    large: bool = False,
) -> Attached:
    """The files that `names` mean, read. Raises UsageError where one of them cannot be sent.

    `again` are files of a message that is sent again, found by their names and not read again;
    `secrets` and `large` say that the person agreed to either. What the session holds already
    is not sent twice.
    """
    before = {key: one for one in again for key in (one.name, Path(one.name).name)}
    kept = tuple(dict.fromkeys(one for name in names if (one := _same(name, before))))
    paths = dict.fromkeys(
        path for name in names if _same(name, before) is None for path in find(name, folder)
    )
    secret = [path for path in paths if looks_secret(path)]
    if secret and not secrets:
        listed = ", ".join(shown(path.name) for path in secret)
        look = "look" if len(secret) > 1 else "looks"
        return Attached(question=f"{listed} {look} like a secret.")
    loaded = tuple(read_file(path, folder, facts) for path in paths)
    fit_together(loaded, (*conversation.files, *kept))
    held = {one.sha256 for one in conversation.files}
    files = [*kept, *(one.file for one in loaded if one.file.sha256 not in held)]
    tokens = sum(one.tokens for one in files)
    if facts.window and tokens > facts.window:
        raise UsageError(
            f"These files have about {counted(tokens, 'token')}; {facts.window:,} is the most.",
            hint="Attach less.",
        )
    question = f"Large: {cost_words(files, facts)}." if tokens >= LARGE and not large else ""
    known = [f"{one.file.name} is attached already" for one in loaded if one.file.sha256 in held]
    said = (*(one.said for one in loaded if one.said), *known)
    return Attached(loaded=loaded, files=tuple(files), question=question, said=said)


def _same(name: str, before: Mapping[str, AttachedFile]) -> AttachedFile | None:
    return before.get(name) or before.get(shown(Path(name).name))


def missing(conversation: Conversation, contents: ContentStore) -> list[str]:
    """The names of the files of a session whose contents are not here."""
    gone = (one.name for one in conversation.files if not contents.has(one.sha256))
    return list(dict.fromkeys(gone))


def missing_words(names: Sequence[str]) -> str:
    """A sentence about contents that are not here; empty for none."""
    if not names:
        return ""
    whose = "its name" if len(names) == 1 else "their names"
    return f"Contents missing: {', '.join(names)}. The session goes on with {whose} instead."
