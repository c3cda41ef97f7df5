"""Builds the session manager with its partners, and opens the first session."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from random import SystemRandom
from typing import Any

from hq_tui.claude.base_url import check_base_url, host_of, is_loopback, is_plain
from hq_tui.claude.credentials import NO_CREDENTIALS, Credentials, find_credentials, found_key
from hq_tui.claude.providers import PROVIDERS
from hq_tui.cli.configuration.effective_settings import base_url_of, check_provider, settings_for
from hq_tui.cli.options import SessionOptions
from hq_tui.cli.resume_target import session_named
from hq_tui.core import DEFAULT_PROVIDER
from hq_tui.core.conversation import Conversation
from hq_tui.core.partner import Partner
from hq_tui.engine import SystemClock
from hq_tui.errors import UsageError
from hq_tui.rehearsal.faults.spec import parse
from hq_tui.sessions.manager import SessionManager
from hq_tui.sessions.own_modes import changed_to
from hq_tui.sessions.partner_router import (
    REHEARSAL_MODEL,
    PartnerFactories,
    PartnerRouter,
    is_rehearsal,
)
from hq_tui.sessions.session import Session
from hq_tui.settings import Settings, expanded

PATIENCE = 1.0
"""Seconds that a keyring may take."""


def build_manager(
    settings: Settings,
    *,
    rehearse: str | None = None,
    pace: float = 0,
    waits_for_network: bool = False,
) -> SessionManager:
    """A session manager with these settings. Raises UsageError.

    `rehearse` scripts the faults of the rehearsal partner, which is used unless it is None;
    `pace` is its speed. With `waits_for_network` a reply waits for the network without a limit,
    which is right on a screen and wrong in a script.
    """
    makers = PartnerFactories(
        claude=lambda provider: _claude(settings, provider),
        rehearsal=lambda: _rehearsal(rehearse or "", pace),
    )
    provider = PROVIDERS[settings.provider]
    model = provider.fitting(settings.model) or provider.default_model
    if rehearse is not None:
        parse(rehearse)
        model = model if model.startswith("rehearsal") else REHEARSAL_MODEL
    return SessionManager(
        settings,
        partners=PartnerRouter(makers),
        clock=SystemClock(),
        rng=SystemRandom(),
        model=model,
        waits_for_network=waits_for_network,
    )


def build_offline_manager() -> SessionManager:
    """A session manager for commands on stored sessions, which use no partner."""
    return build_manager(settings_for())


async def open_session(manager: SessionManager, options: SessionOptions) -> Session:
    """Open the session that the options name, the last one, or a new one."""
    name = session_named(manager.library, options)
    return _as_wished(manager, await manager.open_async(name), options) if name else manager.new()


def _as_wished(manager: SessionManager, session: Session, options: SessionOptions) -> Session:
    """An existing session with the mode and the model of the options."""
    conversation = session.conversation
    provider = options.provider or conversation.provider
    mode = options.mode or conversation.mode
    model = _model_at(provider, options.model, conversation)
    rehearses = options.rehearse is not None and options.model is None
    if rehearses and not is_rehearsal(conversation.model):
        model = REHEARSAL_MODEL
    before = conversation.mode, conversation.model, conversation.provider
    if (mode, model, provider) == before or session.read_only:
        return session
    if is_rehearsal(model) != is_rehearsal(conversation.model):
        raise UsageError(
            "A session is with Claude or a rehearsal, from its beginning to its end.",
            hint="Begin a new one, without --continue and --session.",
        )
    mode_file, system = changed_to(manager.settings, mode, conversation)
    now = session.in_force(manager.partners.host(provider))
    now = replace(now, mode=mode, model=model, system=system, provider=provider)
    session.engine.change(replace(now, mode_file=mode_file))
    return session


def _model_at(provider: str, asked: str | None, conversation: Conversation) -> str:
    """The model that is asked for, else that of the session, by its name at the provider."""
    known = PROVIDERS.get(provider)
    if known is None or (asked is None and provider == conversation.provider):
        return asked or conversation.model
    return known.name_of(conversation.model) if asked is None else known.fitting(asked)


def find_key(settings: Settings) -> Credentials | None:
    """The key: environment, key file, SDK profile, keyring. Raises CredentialsError."""
    # Beside the settings: the current folder may be somebody else's.
    beside = settings.config_path.parent
    key_file = beside / expanded(settings.key_file) if settings.key_file else None
    if settings.allow_plain_http and is_plain(settings.base_url):
        # A key that was set for another server is not shown to a whole network.
        return find_credentials({}, key_file)
    return find_credentials(os.environ, key_file) or key_from_keyring()


def key_from_keyring(package: str = "keyring", patience: float = PATIENCE) -> Credentials | None:
    """The key in the system's keyring; None where there is none, no package, or no answer.

    Its backend may wait for a password that nobody can type over ssh, so it runs in a thread.
    """
    if find_spec(package) is None:
        return None
    answer: queue.SimpleQueue[str] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(import_module(package).get_password("hq-tui", "ANTHROPIC_API_KEY") or "")
        except Exception:  # noqa: BLE001 - a backend may raise anything; it then has no key
            answer.put("")

    threading.Thread(target=ask, name="keyring", daemon=True).start()
    try:
        secret = answer.get(timeout=patience)
    except queue.Empty:
        return None
    return found_key(secret, "the keyring") if secret else None


def _claude(settings: Settings, provider: str) -> Partner | None:
    """Claude at a provider, or a compatible server; None where no key is to be found."""
    from hq_tui.claude.partner import ClaudePartner

    base_url = base_url_of(settings, provider) or None
    if provider != DEFAULT_PROVIDER:
        check_provider(settings, provider)
        return ClaudePartner(provider=provider, base_url=base_url)
    if base_url:
        base_url = check_base_url(base_url, settings.allow_plain_http)
    credentials = find_key(settings)
    if credentials is None and base_url and (is_loopback(host_of(base_url)) or is_plain(base_url)):
        credentials = NO_CREDENTIALS
    if credentials is None:
        return None
    return ClaudePartner(credentials, base_url=base_url, plain_hosts=settings.allow_plain_http)


async def _rehearsal(spec: str, pace: float) -> tuple[Partner, Callable[[], Any]]:
    from hq_tui.claude.partner import ClaudePartner
    from hq_tui.rehearsal.server.server import Server

    server = Server(faults=parse(spec), pace=pace)
    await server.start()
    partner = ClaudePartner(found_key(server.token, "rehearsal"), base_url=server.url)
    return partner, server.stop
