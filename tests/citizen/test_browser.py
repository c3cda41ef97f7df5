"""The app in a real browser, and who is let in."""

from __future__ import annotations

import os
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from hq_tui.cli.serve_web import EXPOSES, is_meant
from hq_tui.rehearsal.models import Model
from tests.citizen.test_hostile import DANGEROUS, ended
from tests.support import saved
from tests.support.browser import Browser, find_browser
from tests.support.gate import KEY, MODEL
from tests.support.program import command, surroundings
from tests.support.scripted import scripted_thread
from tests.support.terminal import wait_until
from tests.terminal.test_driver import foreign

needs_server = pytest.mark.skipif(
    find_spec("textual_serve") is None, reason="needs textual-serve: pip install 'hq-tui[serve]'"
)
needs_browser = pytest.mark.skipif(not find_browser(), reason="needs chromium on the path")


@pytest.mark.parametrize(
    ("host", "origin", "listening", "meant"),
    [
        ("127.0.0.1:8000", "", "127.0.0.1", True),
        ("localhost:8000", "http://localhost:8000", "127.0.0.1", True),
        ("localhost:9999", "http://localhost:9999", "127.0.0.1", True),
        ("[::1]:8000", "http://[::1]:8000", "::1", True),
        ("dev.example:8000", "http://dev.example:8000", "dev.example", True),
        ("evil.example:8000", "", "127.0.0.1", False),
        ("evil.example:8000", "http://evil.example:8000", "127.0.0.1", False),
        ("127.0.0.1.evil.example", "", "127.0.0.1", False),
        ("127.0.0.1:8000", "http://evil.example", "127.0.0.1", False),
        ("127.0.0.1:8000", "http://127.0.0.1:9000", "127.0.0.1", False),
        ("127.0.0.1:8000", "null", "127.0.0.1", False),
        ("", "", "127.0.0.1", False),
    ],
)
def test_only_our_own_page_at_an_address_is_meant(
    host: str, origin: str, listening: str, meant: bool
) -> None:
    assert is_meant(host, origin, listening) is meant


@pytest.fixture
def address(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the app is served, with its secret."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    (home / "config.toml").write_text(f'model = "{MODEL}"\n')
    port = 20_000 + os.getpid() % 20_000
    replies = (f"What do you mean by {DANGEROUS} that?",)
    with scripted_thread(replies, models=[Model(id=MODEL, display_name="x")], token=KEY) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        said = tmp_path / "said"
        with said.open("wb") as file:
            process = subprocess.Popen(
                command("serve", "--port", str(port)),
                stdout=file,
                stderr=subprocess.STDOUT,
                env=surroundings({}),
            )
        wait_until(lambda: EXPOSES in said.read_text(), "what it exposes")
        found = said.read_text().split()[0]
        wait_until(lambda: status(found) == 200, "the page")
        yield found
        process.terminate()
        process.wait(20)
        assert said.read_text() == f"{found}  {EXPOSES}\n", "nothing else is said"


def status(url: str, **headers: str) -> int:
    """What the server says to a request."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def found_at(port: int) -> list[str]:
    """The addresses of this machine that listen on a port, as the kernel writes them."""
    rows = [
        line.split()[1:4]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    return [where for where, _, state in rows if state == "0A" and where.endswith(f":{port:04X}")]


@pytest.mark.soak
@needs_server
def test_nobody_else_is_let_in(address: str) -> None:
    parts = urlsplit(address)
    base = f"http://{parts.netloc}"
    assert found_at(parts.port or 0) == [f"0100007F:{parts.port:04X}"], "this machine alone"
    for path in ("/", "/ws", "/static/js/textual.js", "/?key=wrong"):
        assert status(base + path) == 403, "without the secret"
    assert status(address, Host=f"evil.example:{parts.port}") == 403, "another name"
    assert status(address, Origin="http://evil.example") == 403, "another page"
    assert status(address) == 200


@pytest.mark.soak
@needs_server
@needs_browser
def test_a_session_in_a_browser(address: str, tmp_path: Path) -> None:
    parts = urlsplit(address)
    with Browser(tmp_path / "browser") as browser:
        browser.open(address)
        browser.wait_for("What are you thinking about?")
        browser.clicks(200, 400)
        browser.types("why in a browser")
        browser.wait_for("What do you mean by")
        wait_until(ended, "the end of the reply")
        browser.wait_for("your turn")
        # The shape of the pointer is Textual's own; it is asked for where there are no cells.
        assert foreign(re.sub(r"\x1b\]22;\w+\x07", "", browser.heard.decode())) == []
        strangers = [url for url in browser.asked_for if urlsplit(url).netloc != parts.netloc]
        assert [url for url in strangers if not url.startswith("data:")] == []
        assert not browser.runs("document.cookie"), "no script can read the secret"
    assert saved.export()["turns"][0]["text"] == "why in a browser"
