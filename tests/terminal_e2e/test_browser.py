"""The app in a real browser, and who is let in."""

from __future__ import annotations

import os
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from hq_tui.cli.serve import ASSETS, EXPOSES, asset, headers, is_meant, page
from hq_tui.rehearsal.server.models import Model
from tests.support import saved
from tests.support.browser import Browser, find_browser
from tests.support.gate import KEY, MODEL
from tests.support.program import command, surroundings
from tests.support.scripted import scripted_thread
from tests.support.terminal import wait_until
from tests.terminal.test_driver import foreign
from tests.terminal_e2e.test_hostile import DANGEROUS, ended

needs_server = pytest.mark.skipif(find_spec("textual_serve") is None, reason="needs textual-serve")
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


_COMMENT = re.compile(r"/\*.*?\*/|<!--.*?-->", re.DOTALL)
_ADDRESS = re.compile(
    r"(?:\b(?:https?|wss?|ftp|file):)//[^\s\"'`)<>;]+"  # a whole one, wherever it stands
    r"|(?<=[\"'`(=])\s*//[\w.-]+\.\w[^\s\"'`)<>]*",  # one that takes its scheme from the page
    re.IGNORECASE,
)


def addresses(text: str, host: str = "") -> list[str]:
    """Every address in what a browser reads that is not of `host`; names of formats are none."""
    found = (one.strip() for one in _ADDRESS.findall(_COMMENT.sub("", text)))
    ours = ("http://www.w3.org/", f"http://{host}/", f"ws://{host}/")
    return [one for one in found if not one.startswith(ours)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<link href="https://fonts.example.com/css?family=A">', "https://fonts.example.com/"),
        ('<script src="//cdn.example.com/a.js"></script>', "//cdn.example.com/a.js"),
        ("<img src=//cdn.example.com/a.png>", "//cdn.example.com/a.png"),
        ("@import url(https://example.com/a.css);", "https://example.com/a.css"),
        ("src: url( //example.com/a.ttf)", "//example.com/a.ttf"),
        ("new WebSocket(`wss://example.com/${a}`)", "wss://example.com/"),
        ("fetch('http://127.0.0.1:9/elsewhere')", "http://127.0.0.1:9/elsewhere"),
        ("/* http://example.com/licence */ a { color: red }", ""),
        ('<svg xmlns="http://www.w3.org/2000/svg">', ""),
        ("if (a) b(); // a remark", ""),
        ('src: url("/static/a.ttf"); fetch("ws://127.0.0.1:8000/ws")', ""),
    ],
)
def test_an_address_is_found_wherever_it_stands(text: str, found: str) -> None:
    """The sabotage twin of the two tests below."""
    said = addresses(text, "127.0.0.1:8000")
    assert [one.startswith(found) for one in said] == ([True] if found else [])


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000", "localhost:9999"])
def test_our_page_names_no_other_machine(host: str) -> None:
    served = [page(host, "16"), *map(asset, ASSETS)]
    assert [addresses(text, host) for text in served] == [[], [], []]
    assert f'data-session-websocket-url="ws://{host}/ws"' in served[0]
    policy = headers(host)["Content-Security-Policy"]
    assert addresses(policy) == [f"ws://{host}"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy.replace("style-src 'self' 'unsafe-inline'", "")
    assert not re.search(r"<script(?![^>]*src)|\son\w+=|<style", served[0]), "nothing inline"


@pytest.mark.parametrize(
    ("wanted", "size"),
    [("20", "20"), ("", "16"), ("0", "16"), ("9" * 5000, "16"), ('1"><b>', "16"), ("٣", "16")],
)
def test_a_size_of_the_font_that_makes_no_sense_is_the_usual_one(wanted: str, size: str) -> None:
    assert f'data-font-size="{size}"' in page("127.0.0.1:8000", wanted)


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


def fetched(url: str, cookie: str) -> tuple[str, str]:
    """What is served there, and the policy that comes with it."""
    request = urllib.request.Request(url, headers={"Cookie": cookie})
    with urllib.request.urlopen(request) as response:
        policy = str(response.headers["Content-Security-Policy"])
        return response.read().decode("utf-8", "replace"), policy


@needs_server
def test_nothing_that_is_served_names_another_machine(address: str) -> None:
    """Every file that the server gives out: its page and all that comes with textual-serve."""
    parts = urlsplit(address)
    base, secret = f"http://{parts.netloc}", parts.query.partition("=")[2]
    cookie = f"hq-tui-{parts.port}={secret}"
    folder = Path(str(import_module("textual_serve").__file__)).parent
    paths = [f"/{one.relative_to(folder)}" for one in folder.glob("static/**/*") if one.is_file()]
    assert len(paths) > 3
    for path in ("/", "/?fontsize=20", *ASSETS, *paths):
        text, policy = fetched(base + path, cookie)
        kind = Path(urlsplit(path).path).suffix
        if kind in ("", ".css", ".js", ".html", ".svg"):
            assert addresses(text, parts.netloc) == [], path
        assert policy == headers(parts.netloc)["Content-Security-Policy"], path


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
