"""`hq-tui rehearse`: the loopback Messages API on its own, for other people's tests too."""

from __future__ import annotations

from dataclasses import dataclass

from hq_tui.errors import HqError
from hq_tui.rehearsal.server.server import Server, run_forever


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearseOptions:
    """Options of `rehearse`."""

    port: int
    faults: str
    token: str
    pace: float
    any_model: bool


def rehearse(options: RehearseOptions) -> int:
    """Serve until interrupted. The URL and the key are printed once the port is open."""
    try:
        run_forever(
            options.port,
            options.faults,
            announce=_announce,
            pace=options.pace,
            token=options.token,
            any_model=options.any_model,
        )
    except OSError as error:
        raise HqError(
            f"Port {options.port} cannot be opened: {error.strerror}.",
            hint="Choose another with --port.",
        ) from error
    return 0


def _announce(server: Server) -> None:
    print("REHEARSAL: rule-based, not Claude", flush=True)
    print(f"ANTHROPIC_BASE_URL={server.url}", flush=True)
    print(f"ANTHROPIC_API_KEY={server.token}", flush=True)
