"""`hq-tui rehearse`: the loopback Messages API on its own, for other people's tests too."""

from __future__ import annotations

import asyncio

from hq_tui.claude.model_table import DEFAULT_MODEL
from hq_tui.errors import HqError
from hq_tui.rehearsal.faults.spec import parse
from hq_tui.rehearsal.server.models import CATALOGUE, stand_in
from hq_tui.rehearsal.server.server import Server
from hq_tui.sessions.partner_router import REHEARSAL_WORDS


def rehearse(*, port: int, faults: str, token: str, pace: float, any_model: bool) -> int:
    """Serve until interrupted. The URL and the key are printed once the port is open."""
    server = Server(
        faults=parse(faults),
        port=port,
        pace=pace,
        token=token,
        any_model=any_model,
        models=(*CATALOGUE, stand_in(DEFAULT_MODEL)),
    )
    try:
        asyncio.run(_serve(server))
    except OSError as error:
        raise HqError(
            f"Port {port} cannot be opened: {error.strerror}.", hint="Choose another with --port."
        ) from error
    return 0


async def _serve(server: Server) -> None:
    async with server:
        print(REHEARSAL_WORDS, flush=True)
        print(f"ANTHROPIC_BASE_URL={server.url}", flush=True)
        print(f"ANTHROPIC_API_KEY={server.token}", flush=True)
        names = ", ".join(one.id for one in server.service.models)
        print(f"Answers as {names}; --any-model: as whatever is asked for.", flush=True)
        given = f"ANTHROPIC_BASE_URL={server.url} ANTHROPIC_API_KEY={server.token}"
        print(f'In another terminal: {given} hq-tui ask "Is Python slow?"', flush=True)
        await asyncio.Event().wait()
