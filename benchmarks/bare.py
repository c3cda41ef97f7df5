"""The SDK alone: it reads one reply and does nothing with it.

No program that reads with it can take less of the processor. It is read as hq-tui does, by the
SDK's own decoder of events, which is the cheapest way it has. Prints the processor time in
seconds from the first event to the last. `BENCH_ORDER` is what is asked for.
"""

from __future__ import annotations

import asyncio
import os
import time

from anthropic import AsyncAnthropic, AsyncStream


async def read(words: str) -> float:
    """Processor seconds for the reply to `words`."""
    began = 0.0
    async with (
        AsyncAnthropic(max_retries=0) as client,
        client.messages.stream(
            model="claude-sonnet-5-5",
            max_tokens=16000,
            messages=[{"role": "user", "content": words}],
        ) as stream,
    ):
        async for event in AsyncStream.raw_events(stream.response):
            event.json()
            began = began or time.process_time()
    return time.process_time() - began


if __name__ == "__main__":
    print(asyncio.run(read(os.environ["BENCH_ORDER"])))
