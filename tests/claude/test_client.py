"""The SDK is loaded late, quietly and once; its client has our manners."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hq_tui.claude.client import QUIET, make_client
from hq_tui.claude.credentials import NO_CREDENTIALS, Credentials, CredentialsKind
from hq_tui.claude.partner import ClaudePartner
from hq_tui.core.failure import FailureKind as Kind
from hq_tui.errors import UsageError
from tests.claude.asking import KEY, asking, told
from tests.claude.raw_server import HELLO, RawServer, refused, streamed, whole

MODULES = (
    "base_url client credentials error_response event_decoder exceptions lacks model_table models "
    "partner proxies"
)


def run(script: str, **env: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_no_module_of_this_floor_loads_the_sdk() -> None:
    imports = "".join(f"import hq_tui.claude.{name}\n" for name in MODULES.split())
    script = imports + "import sys; print(sorted({'anthropic', 'httpx2'} & set(sys.modules)))"
    done = run(script)
    assert (done.stdout, done.stderr, done.returncode) == ("[]\n", "", 0)


def test_loading_the_sdk_is_silent_and_leaves_the_collector_as_it_was() -> None:
    script = (
        "import gc, logging, sys\n"
        "from hq_tui.claude.client import load_sdk\n"
        "load_sdk(); load_sdk()\n"
        "assert gc.isenabled() and gc.get_freeze_count() > 10_000\n"
        f"for name in {QUIET!r}:\n"
        "    logging.getLogger(name).error('spoken')\n"
        "logging.getLogger('anthropic._base_client').warning('spoken')\n"
        "import warnings; warnings.simplefilter('always'); warnings.warn('spoken')\n"
        "assert not logging.getLogger().handlers\n"
        "assert not [n for n in sys.modules if n.startswith('opentelemetry.exporter')]\n"
    )
    done = run(script, ANTHROPIC_LOG="debug", PYTHONWARNINGS="")
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_an_unhushed_sdk_would_speak() -> None:
    """The sabotage twin."""
    script = "import anthropic, logging; logging.getLogger('anthropic').error('spoken')"
    assert "spoken" in run(script).stderr


def test_the_client_never_retries_nor_follows() -> None:
    client = make_client(KEY, base_url="https://llm.example/x/")
    assert client.max_retries == 0
    assert client._client.follow_redirects is False
    assert str(client.base_url) == "https://llm.example/x/"


def test_an_address_of_the_environment_is_never_taken_unchecked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://evil.example")
    assert str(make_client(KEY).base_url).startswith("https://api.anthropic.com")
    with pytest.raises(UsageError):
        ClaudePartner(KEY, base_url="http://evil.example")


async def test_no_proxy_stands_between_us_and_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with RawServer(streamed(HELLO)) as server, asking(server.url) as partner:
        assert (await told(partner)).failure is None


async def test_warming_happens_off_the_loop_and_once() -> None:
    async with RawServer(streamed(HELLO)) as server, asking(server.url) as partner:
        preload = [asyncio.create_task(partner.warm()) for _ in range(3)]
        preload[0].cancel()
        await asyncio.gather(*preload, return_exceptions=True)
        first = partner._making
        assert (await told(partner)).failure is None
        assert partner._making is first


async def test_a_partner_that_was_closed_connects_anew() -> None:
    async with RawServer(streamed(HELLO)) as server, asking(server.url) as partner:
        assert (await told(partner)).failure is None
        await partner.close()
        await partner.close()
        assert (await told(partner)).failure is None
        assert server.connections == 2


@pytest.mark.parametrize(
    ("credentials", "sent"),
    [
        (KEY, KEY.secret),
        (Credentials(kind=CredentialsKind.AUTH_TOKEN, source="x", secret="tok"), "tok"),
        (NO_CREDENTIALS, "none"),
    ],
    ids=["key", "token", "none"],
)
async def test_each_kind_of_credentials_signs(credentials: Credentials, sent: str) -> None:
    async with RawServer(streamed(HELLO)) as server:
        async with asking(server.url, credentials) as partner:
            assert (await told(partner)).failure is None
        assert f"authorization: bearer {sent}".encode() in server.asked[0].lower()


PROFILE = Credentials(kind=CredentialsKind.PROFILE, source="profile default")


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile of the SDK whose token another program renews; the path of that token."""
    folder = tmp_path / "sdk"
    for name in ("configs", "credentials"):
        (folder / name).mkdir(parents=True, mode=0o700)
    config = folder / "configs" / "default.json"
    config.write_text(json.dumps({"authentication": {"type": "user_oauth"}}))
    config.chmod(0o600)
    token = folder / "credentials" / "default.json"
    write_token(token, "t1")
    monkeypatch.setenv("ANTHROPIC_CONFIG_DIR", str(folder))
    return token


def write_token(path: Path, token: str, **more: str) -> None:
    expires = int(time.time()) + 3600
    value = {"type": "oauth_token", "access_token": token, "expires_at": expires, **more}
    path.write_text(json.dumps(value))
    path.chmod(0o600)


def bearers(server: RawServer) -> list[str]:
    return [one.decode().split("Bearer ")[1].split("\r\n")[0] for one in server.asked]


DENIED = refused(401, "authentication_error", "expired")


async def test_a_refused_token_of_a_profile_is_renewed_once(profile: Path) -> None:
    async with RawServer(streamed(HELLO), DENIED, streamed(HELLO)) as server:
        async with asking(server.url, PROFILE) as partner:
            assert (await told(partner)).failure is None
            write_token(profile, "t2")
            assert (await told(partner)).failure is None
            assert (await told(partner)).failure is None
        assert bearers(server) == ["t1", "t1", "t2", "t2"]


async def test_a_refused_token_of_a_login_is_exchanged_for_a_new_one(profile: Path) -> None:
    """Such a token is good by its date; only the server knows that it was revoked."""
    login = {"authentication": {"type": "user_oauth", "client_id": "c"}}
    (profile.parents[1] / "configs" / "default.json").write_text(json.dumps(login))
    write_token(profile, "t1", refresh_token="r1")
    token = {"access_token": "t2", "refresh_token": "r2", "expires_in": 3600}
    exchanged = whole(200, json.dumps(token).encode())
    async with RawServer(DENIED, exchanged, streamed(HELLO)) as server:
        async with asking(server.url, PROFILE) as partner:
            assert (await told(partner)).failure is None
            assert (await told(partner)).failure is None
        first, exchange, *later = server.asked
        assert (b"Bearer t1" in first, b"r1" in exchange) == (True, True)
        assert [b"Bearer t2" in one for one in later] == [True, True]


async def test_a_profile_that_stays_refused_is_given_up(profile: Path) -> None:
    async with RawServer(DENIED) as server, asking(server.url, PROFILE) as partner:
        failure = (await told(partner)).failure
        assert len(server.asked) == 2
    assert failure is not None
    assert (failure.kind, failure.retryable) == (Kind.CREDENTIALS, False)
    assert "sign in again" in failure.hint


async def test_a_refused_key_is_not_tried_again() -> None:
    async with RawServer(DENIED) as server, asking(server.url) as partner:
        assert (await told(partner)).failure is not None
        assert len(server.asked) == 1


async def test_a_broken_profile_is_a_matter_of_credentials(profile: Path) -> None:
    write_token(profile, "")
    async with RawServer(streamed(HELLO)) as server, asking(server.url, PROFILE) as partner:
        failure = (await told(partner)).failure
        assert server.asked == []
    assert failure is not None
    assert failure.kind is Kind.CREDENTIALS
