"""Which proxy of the environment is taken, and which is refused in words."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import httpx2
import pytest

from hq_tui.claude.client import make_client
from hq_tui.claude.proxies import is_exempt, proxy_for
from hq_tui.errors import UsageError
from tests.claude.asking import KEY, asking, told

HOST = "api.example.com"
API = f"https://{HOST}/path"
LISTS = (
    "localhost,127.0.0.0/8,::1/128",
    "::1",
    "[::1]",
    "fe80::/10, 10.0.0.0/8",
    "169.254.0.0/16;x",
    "*.local",
    "a..b",
    "[",
    "::1/999",
    "http://",
    "é",
    ":80",
    ",,, ,",
)
"""Lists that name nothing of ours, some of which mean nothing at all."""


@pytest.mark.parametrize(
    ("host", "port", "entry", "exempt"),
    [
        ("api.example.com", None, "example.com", True),
        ("api.example.com", None, ".example.com", True),
        ("api.example.com", None, "*.example.com", True),
        ("example.com", None, "example.com", True),
        ("API.Example.com", None, "EXAMPLE.COM", True),
        ("notexample.com", None, "example.com", False),
        ("example.com.evil", None, "example.com", False),
        ("example.com", None, "api.example.com", False),
        ("example.com", 8080, "example.com:8080", True),
        ("example.com", 8081, "example.com:8080", False),
        ("example.com", None, "https://example.com", True),
        ("anything.at.all", None, "*", True),
        ("10.1.2.3", None, "10.0.0.0/8", True),
        ("10.1.2.3", None, "10.1.2.3", True),
        ("10.1.2.3", 99, "10.1.2.3:99", True),
        ("11.1.2.3", None, "10.0.0.0/8", False),
        ("10.1.2.3", None, "10.1.2.3/8", True),
        ("fd00::5", None, "fd00::/8", True),
        ("fd00::5", None, "[fd00::5]", True),
        ("fd00::5", 99, "[fd00::5]:99", True),
        ("fd00::5", 98, "[fd00::5]:99", False),
        ("fe00::5", None, "fd00::/8", False),
        ("10.1.2.3", None, "fd00::/8", False),
        ("fd00::5", None, "10.0.0.0/8", False),
        ("host.name", None, "10.0.0.0/8", False),
        ("10.1.2.3", None, "1.2.3", False),
        ("b.example", None, "a.example b.example,c.example", True),
        ("b.example", None, "", False),
    ],
)
def test_an_entry_covers_a_name_with_all_below_it_an_address_or_a_range(
    host: str, port: int | None, entry: str, exempt: bool
) -> None:
    assert is_exempt(host, port, entry) is exempt


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://p:1"}, ("http://p:1", "HTTPS_PROXY")),
        ({"https_proxy": "p:1"}, ("http://p:1", "https_proxy")),
        ({"https_proxy": "a:1", "HTTPS_PROXY": "b:1"}, ("http://a:1", "https_proxy")),
        ({"https_proxy": "", "HTTPS_PROXY": "b:1"}, None),
        ({"HTTP_PROXY": "http://p:1"}, None),
        ({"ALL_PROXY": "http://p:1"}, ("http://p:1", "ALL_PROXY")),
        ({"ALL_PROXY": "a:1", "HTTPS_PROXY": "b:1"}, ("http://b:1", "HTTPS_PROXY")),
        ({"HTTPS_PROXY": "p:1", "NO_PROXY": "example.com"}, None),
        ({"HTTPS_PROXY": "p:1", "no_proxy": "", "NO_PROXY": "*"}, ("http://p:1", "HTTPS_PROXY")),
        ({"ALL_PROXY": "socks5://p:1", "NO_PROXY": "api.example.com"}, None),
    ],
)
def test_the_nearest_variable_counts(
    environment: dict[str, str], found: tuple[str, str] | None
) -> None:
    proxy = proxy_for(API, environment)
    assert (proxy and (proxy.url, proxy.variable)) == found


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize(
    "value",
    [
        "socks5://127.0.0.1:1",
        "socks5h://me:hush@127.0.0.1:1",
        "socks4://127.0.0.1:1",
        "ftp://p:1",
        "http://",
        "http://p:many",
        "http://p:99999",
        "http://[::1",
        "two words",
        "http://p\n:1",
    ],
)
def test_a_proxy_that_cannot_be_used_is_named_by_its_variable_and_not_shown(
    variable: str, value: str
) -> None:
    with pytest.raises(UsageError) as caught:
        proxy_for(API, {variable: value})
    said = f"{caught.value} {caught.value.hint}"
    assert variable in said
    assert "api.example.com" in said
    assert "hush" not in said


@pytest.mark.parametrize("here", ["http://127.0.0.1:9", "http://127.8.8.8", "http://[::1]:9"])
@pytest.mark.parametrize("value", ["socks5://127.0.0.1:1", "http://p:1", "not one"])
def test_this_machine_never_needs_one(here: str, value: str) -> None:
    assert proxy_for(here, {"HTTP_PROXY": value, "ALL_PROXY": value}) is None


@pytest.mark.parametrize("exempt", LISTS)
def test_no_list_is_too_strange_for_a_client(exempt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, exempt)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    assert proxy_for(API, {"HTTPS_PROXY": "http://p:1", "NO_PROXY": exempt}) is not None
    make_client(KEY, base_url=API)
    make_client(KEY, base_url="http://127.0.0.1:9")


@pytest.fixture
def proxy() -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that writes down what it is asked for, and refuses."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    asked.append(connection.recv(65536).split(b"\r\n")[0])
                    connection.sendall(b"HTTP/1.1 502 No\r\ncontent-length: 0\r\n\r\n")

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("variable", "answer", "said"),
    [
        ("HTTPS_PROXY", None, "The proxy 127.0.0.1:PORT (HTTPS_PROXY) refused the connection."),
        ("all_proxy", None, "The proxy 127.0.0.1:PORT (all_proxy) refused the connection."),
        ("HTTPS_PROXY", b"HTTP/1.1 407 Who are you\r\ncontent-length: 0\r\n\r\n",
         f"The proxy 127.0.0.1:PORT (HTTPS_PROXY) does not connect to {HOST}: 407 Who are you."),
        ("HTTPS_PROXY", b"", f"{HOST} closed the connection without an answer."),
        ("HTTPS_PROXY", b"HTTP/1.1 200 OK\r\n\r\n",
         f"{HOST} broke off while a secure connection was being made."),
    ],
)  # fmt: skip
async def test_whichever_hop_fails_is_named_and_the_proxy_with_its_variable(
    variable: str, answer: bytes | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if answer is None:
            server.close()
        else:

            def serve() -> None:
                connection, _ = server.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(answer)

            threading.Thread(target=serve, daemon=True).start()
        monkeypatch.setenv(variable, f"http://me:hush@127.0.0.1:{port}")
        async with asking(API) as partner:
            failure = (await told(partner)).failure
    assert failure is not None
    assert failure.message == said.replace("PORT", str(port))
    assert f"proxy 127.0.0.1:{port} ({variable})" in f"{failure.message} {failure.hint}"
    assert "hush" not in repr(failure)


async def test_a_client_goes_through_the_proxy_that_was_found(
    proxy: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, asked = proxy
    monkeypatch.setenv("HTTPS_PROXY", url)
    monkeypatch.setenv("NO_PROXY", "::1/128")
    client = make_client(KEY, base_url=API)
    with pytest.raises(Exception, match=r".") as caught:
        await client.models.list()
    assert isinstance(caught.value.__cause__, httpx2.ProxyError)
    assert asked == [b"CONNECT api.example.com:443 HTTP/1.1"]
    await client.close()
