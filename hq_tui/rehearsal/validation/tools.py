"""Rules for tools. Forcing a call is refused, as the newest models do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from hq_tui.rehearsal.server.responder import messages_of
from hq_tui.rehearsal.server.turns import blocks_of

Request = Mapping[str, object]

CHOICES = ("auto", "any", "tool", "none")
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")


def check_tools(request: Request) -> Iterator[str]:
    """Yield what is wrong with `tools` and `tool_choice`."""
    tools = request.get("tools") or []
    if not isinstance(tools, list):
        yield "tools: Input should be a valid list"
        return
    names: list[object] = []
    for index, tool in enumerate(tools):
        yield from _tool(index, tool)
        names.append(tool["name"])
    if len(set(names)) < len(names):
        yield "tools: Tool names must be unique."
    yield from _choice(request, names)


def _tool(index: int, tool: object) -> Iterator[str]:
    if not isinstance(tool, Mapping):
        yield f"tools.{index}: Input should be an object"
        return
    name, where = tool.get("name"), f"tools.{index}.custom"
    if not isinstance(name, str):
        yield f"{where}.name: Field required"
    elif not _NAME.fullmatch(name):
        yield f"{where}.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'"
    schema = tool.get("input_schema")
    if tool.get("type", "custom") != "custom":
        return
    if not isinstance(schema, Mapping):
        yield f"{where}.input_schema: Field required"
    elif schema.get("type") != "object":
        yield f"{where}.input_schema.type: Input should be 'object'"


def _choice(request: Request, names: list[object]) -> Iterator[str]:
    choice = request.get("tool_choice")
    if choice is None:
        return
    kind = choice.get("type") if isinstance(choice, Mapping) else None
    if not isinstance(choice, Mapping) or kind not in CHOICES:
        yield (
            f"tool_choice: Input tag '{kind}' found using 'type' does not match any of the "
            "expected tags: 'auto', 'any', 'tool', 'none'"
        )
    elif not names:
        yield "tool_choice may only be specified while providing tools."
    elif kind == "tool" and choice.get("name") not in names:
        yield f"Tool '{choice.get('name')}' not found in provided tools"
    elif kind in ("any", "tool"):
        yield f'tool_choice: "{kind}" is not supported on this model. Use "auto" or "none".'


def check_calls(request: Request) -> Iterator[str]:
    """A history with calls or results in it needs the tools that they are of."""
    kinds = {block.get("type") for one in messages_of(request) for block in blocks_of(one)}
    if kinds & {"tool_use", "tool_result"} and not request.get("tools"):
        yield "Requests which include `tool_use` or `tool_result` blocks must define tools"
