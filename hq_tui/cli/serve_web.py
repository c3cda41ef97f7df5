"""`hq-tui serve`: the app in a browser, through textual-serve.

Whoever can open the address is, to this machine and to the API, the person who started it:
the sessions, the key and the external editor are theirs to use. So it listens on this
machine only, unless it is told twice.
"""

from __future__ import annotations

import ipaddress
import shlex
import sys
from importlib import import_module
from importlib.util import find_spec

from hq_tui.cli.options import Options
from hq_tui.errors import HqError, UsageError

EXPOSES = (
    "Whoever opens this address acts as you: reads and writes your sessions and spends your key. "
    "On a machine that others use too, they can open it as well."
)


def serve_web(options: Options) -> int:
    """Serve until interrupted."""
    if not is_loopback(options.host) and not options.anyone:
        raise UsageError(
            f"{options.host} can be reached from other machines.",
            hint="Add --anyone if that is meant; ssh -L is the safer way.",
        )
    if find_spec("textual_serve") is None:
        raise HqError(
            "The part that serves a browser is not installed.",
            hint="Install it with: pip install 'hq-tui[serve]'",
        )
    server = import_module("textual_serve.server")
    print(f"http://{options.host}:{options.port}  {EXPOSES}", flush=True)
    command = shlex.join([sys.executable, "-m", "hq_tui"])
    server.Server(command, host=options.host, port=options.port, title="hq-tui").serve()
    return 0


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
