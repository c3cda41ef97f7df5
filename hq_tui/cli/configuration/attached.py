"""`--attach`: the files of the first message, refused before anything is sent or drawn."""

from __future__ import annotations

import os
from pathlib import Path

from hq_tui.claude.models import facts_for
from hq_tui.claude.providers import PROVIDERS
from hq_tui.cli.options import SessionOptions
from hq_tui.cli.output import notice
from hq_tui.core.conversation import EMPTY, Conversation
from hq_tui.core.events import AttachedFile
from hq_tui.core.models import ModelInfo
from hq_tui.core.text.file_words import file_line
from hq_tui.errors import UsageError
from hq_tui.sessions.attaching import Attached, attach
from hq_tui.sessions.session import Session
from hq_tui.settings import Settings
from hq_tui.store.contents import ContentStore


def attached_for(
    session: Session, options: SessionOptions, contents: ContentStore
) -> tuple[AttachedFile, ...]:
    """The files that the options name, read and on the disk. Raises HqError."""
    if not options.attach:
        return ()
    conversation = session.conversation
    found = _read(options, session.facts, conversation)
    for line in (*found.said, *map(file_line, found.files)):
        notice(line)
    return found.keep(contents)


def check_attached(settings: Settings, options: SessionOptions) -> None:
    """Raise UsageError where a file cannot be attached, before there is a session."""
    if options.attach:
        model = settings.model or PROVIDERS[settings.provider].default_model
        _read(options, facts_for(model), EMPTY)


def _read(options: SessionOptions, facts: ModelInfo, conversation: Conversation) -> Attached:
    try:
        found = attach(
            options.attach,
            Path.cwd(),
            facts=facts,
            conversation=conversation,
            secrets=options.allow_secrets,
            large=True,
        )
    except UsageError as error:
        last = os.path.expanduser(options.attach[-1])  # noqa: PTH111 - it never raises
        if " " in last and not os.path.exists(last):  # noqa: PTH110 - the same
            hint = "All words after --attach are files: put the message before it, or after --."
            raise UsageError(str(error), hint=hint) from None
        raise
    if found.question:
        raise UsageError(found.question, hint="Add --allow-secrets to attach it all the same.")
    return found
