"""Asks a provider for its models, and whether it answers at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

MOST_MODELS = 200
"""Maximum number of models read from a server's list."""


async def entry_of(client: AsyncAnthropic, model: str) -> dict[str, Any]:
    """The server's entry for a model, by its name or from its list.

    A server that lists one model runs that one, whatever name is requested.
    """
    import anthropic

    try:
        return (await client.models.retrieve(model)).to_dict()
    except (anthropic.NotFoundError, anthropic.APIResponseValidationError):
        rows: list[dict[str, Any]] = []
        async for row in all_entries(client):
            rows.append(row)
            if row.get("id") == model:
                return row
        return rows[0] if len(rows) == 1 else {}


async def all_entries(client: AsyncAnthropic) -> AsyncIterator[dict[str, Any]]:
    """Every entry of the server's list, up to a limit."""
    left = MOST_MODELS
    async for model in client.models.list():
        yield model.to_dict()
        left -= 1
        if not left:
            return


async def knock(client: AsyncAnthropic, model: str) -> None:
    """Send a message without words, which is signed like any other and costs nothing.

    A server that took the signature and knows the model refuses it as a bad request.
    """
    import anthropic

    try:
        await client.messages.create(model=model, max_tokens=1, messages=[])
    except (anthropic.BadRequestError, anthropic.UnprocessableEntityError):
        return
