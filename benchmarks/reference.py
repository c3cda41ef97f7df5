"""A chat program as Textual's own widgets give it, and as its documentation shows it.

A scrolling container, a Markdown widget for each message, a MarkdownStream for the reply,
a text area and a footer. The SDK is imported in a thread after the first picture and its
`messages.stream` is read as it comes. `BENCH_HISTORY` mounts so many messages at the start.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Footer, Markdown, TextArea

from benchmarks.prose import turn

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic


def load_sdk() -> AsyncAnthropic:
    """A client of the SDK, which takes seconds to import."""
    from anthropic import AsyncAnthropic

    return AsyncAnthropic(max_retries=0)


class Reference(App[None]):
    """The chat program."""

    CSS = "TextArea { height: 4; } Markdown { margin: 0 1; }"
    BINDINGS = [Binding("enter", "send", "Send", priority=True)]  # noqa: RUF012 - Textual's form

    def __init__(self) -> None:
        super().__init__()
        self.said: list[Any] = []
        self.client: asyncio.Future[AsyncAnthropic] | None = None

    def compose(self) -> ComposeResult:
        with VerticalScroll() as scroll:
            for number in range(int(os.environ.get("BENCH_HISTORY", "0")) // 2):
                for text in turn(number):
                    yield Markdown(text)
        scroll.anchor()
        yield TextArea(placeholder="in your own words")
        yield Footer()

    def on_mount(self) -> None:
        self.query_one(TextArea).focus()
        self.call_after_refresh(self.warm)

    def warm(self) -> None:
        self.client = asyncio.get_running_loop().run_in_executor(None, load_sdk)

    def action_send(self) -> None:
        area = self.query_one(TextArea)
        self.run_worker(self.ask(area.text))
        area.clear()

    async def ask(self, text: str) -> None:
        assert self.client is not None
        scroll, reply = self.query_one(VerticalScroll), Markdown()
        await scroll.mount(Markdown(text), reply)
        scroll.anchor()
        self.said.append({"role": "user", "content": text})
        client, stream = await self.client, Markdown.get_stream(reply)
        async with client.messages.stream(
            model="claude-sonnet-5-5", max_tokens=16000, messages=self.said
        ) as answer:
            async for words in answer.text_stream:
                await stream.write(words)
        await stream.stop()
        self.said.append({"role": "assistant", "content": await answer.get_final_text()})


if __name__ == "__main__":
    Reference().run()
