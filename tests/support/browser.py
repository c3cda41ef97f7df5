"""A real browser without a window, spoken to over its own protocol on two pipes.

It opens one page. Whatever that page hears on its web socket is drawn on an emulated screen
beside it, so that a test can wait for words; keys go in as a person's would.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyte

from tests.support.screen import Screen
from tests.support.terminal import _POINTLESS, wait_until

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ROOT_NEEDS = ("--no-sandbox",) if os.geteuid() == 0 else ()
LAUNCH = (
    "import fcntl, os, sys; pair = [fcntl.fcntl(int(n), fcntl.F_DUPFD, 10) for n in sys.argv[1:3]];"
    "[os.dup2(one, at) for at, one in enumerate(pair, 3)]; os.execv(sys.argv[3], sys.argv[3:])"
)
"""Gives the browser its pipes as the files 3 and 4, where it looks for them."""


def find_browser() -> str:
    """The program, or nothing where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), "")


class Browser:
    """One page. Use it as `with Browser(folder) as browser`."""

    def __init__(self, folder: Path) -> None:
        self.heard = bytearray()
        self.asked_for: list[str] = []
        """Every address that the page asked for."""
        self._answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._number = 0
        self._session = ""
        theirs, self._to = os.pipe()
        self._from, ours = os.pipe()
        words = [
            find_browser(), "--headless=new", "--remote-debugging-pipe", "--disable-gpu",
            "--no-first-run", "--disable-extensions", f"--user-data-dir={folder}", *ROOT_NEEDS,
            "about:blank",
        ]  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH, str(theirs), str(ours), *words],
            pass_fds=(theirs, ours),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(ours)
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Self:
        page = next(t for t in self._do("Target.getTargets")["targetInfos"] if t["type"] == "page")
        found = self._do("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = found["sessionId"]
        self._do("Network.enable")
        self._do("Page.enable")
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(10)

    def open(self, address: str) -> None:
        """Go there."""
        self._do("Page.navigate", url=address)

    def types(self, text: str) -> None:
        """Press the keys of a text, and Enter."""
        for key in text:
            self._do("Input.dispatchKeyEvent", type="keyDown", text=key, key=key)
            self._do("Input.dispatchKeyEvent", type="keyUp", key=key)
        enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
        self._do("Input.dispatchKeyEvent", type="keyDown", text="\r", **enter)
        self._do("Input.dispatchKeyEvent", type="keyUp", **enter)

    def clicks(self, x: int, y: int) -> None:
        """Click there, which gives the page the keyboard."""
        for what in ("mousePressed", "mouseReleased"):
            self._do("Input.dispatchMouseEvent", type=what, x=x, y=y, button="left", clickCount=1)

    def picture(self) -> bytes:
        """The page as it is drawn."""
        return base64.b64decode(self._do("Page.captureScreenshot")["data"])

    def runs(self, script: str) -> Any:
        """What a script in the page comes to."""
        result = self._do("Runtime.evaluate", expression=script, awaitPromise=True)
        return result["result"].get("value")

    @property
    def text(self) -> str:
        """What stands on the terminal in the page."""
        screen = Screen(200, 60)
        pyte.ByteStream(screen).feed(_POINTLESS.sub(b"", bytes(self.heard)))
        return "\n".join(row.rstrip() for row in screen.display)

    def wait_for(self, words: str) -> None:
        """Wait until words stand there."""
        wait_until(lambda: words in self.text, lambda: f"“{words}” in the page:\n{self.text}")

    def _do(self, method: str, **how: Any) -> dict[str, Any]:
        self._number += 1
        asked: dict[str, Any] = {"id": self._number, "method": method, "params": how}
        if self._session:
            asked["sessionId"] = self._session
        os.write(self._to, json.dumps(asked).encode() + b"\0")
        deadline = time.monotonic() + 60
        while True:
            answer = self._answers.get(timeout=max(0.1, deadline - time.monotonic()))
            if answer["id"] == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def _listen(self) -> None:
        rest = b""
        while data := os.read(self._from, 1 << 20):
            *whole, rest = (rest + data).split(b"\0")
            for message in map(json.loads, whole):
                if "id" in message:
                    self._answers.put(message)
                else:
                    self._note(message["method"], message["params"])

    def _note(self, what: str, how: dict[str, Any]) -> None:
        if what == "Network.webSocketFrameReceived" and how["response"]["opcode"] == 2:
            self.heard += base64.b64decode(how["response"]["payloadData"])
        elif what == "Network.responseReceived":
            self.asked_for.append(how["response"]["url"])
