"""The models of the rehearsal server, as its Models API describes them.

There are two, because newer models want a user message to continue a broken reply, and older
ones take the partial reply as a prefill.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LEVELS = ("low", "medium", "high", "xhigh", "max")


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One entry of the catalogue, and the rules that come with it."""

    id: str
    display_name: str
    max_input_tokens: int = 200_000
    max_tokens: int = 64_000
    takes_prefill: bool = False
    binds_thinking: bool = False
    thinking: frozenset[str] = frozenset({"adaptive", "disabled"})
    effort: bool = True
    sampling: bool = True
    """True if `temperature` and the like may differ from their defaults."""

    def as_json(self) -> dict[str, object]:
        """The entry as the Models API writes it."""
        forms = ("adaptive", "between_tools", "disabled", "enabled")
        effort: dict[str, object] = {level: _support(self.effort) for level in LEVELS}
        no = _support(False)
        return {
            "type": "model",
            "id": self.id,
            "display_name": self.display_name,
            "created_at": "2026-01-01T00:00:00Z",
            "lifecycle": "active",
            "deprecated_at": None,
            "retires_at": None,
            "line": None,
            "max_input_tokens": self.max_input_tokens,
            "max_tokens": self.max_tokens,
            "capabilities": {
                "batch": no,
                "citations": no,
                "code_execution": no,
                "context_management": {"supported": False},
                "effort": {"supported": self.effort, **effort},
                "image_input": no,
                "pdf_input": no,
                "server_tools": {"supported": False, "code_execution": no, "web_search": no},
                "structured_outputs": no,
                "thinking": {
                    "supported": True,
                    "types": {form: _support(form in self.thinking) for form in forms},
                },
            },
        }


def _support(yes: bool) -> dict[str, object]:
    return {"supported": yes}


CONTINUES = Model(
    id="rehearsal-1", display_name="Rehearsal partner", max_tokens=128_000, binds_thinking=True
)
PREFILLS = Model(
    id="rehearsal-prefill",
    display_name="Rehearsal partner (takes prefill)",
    takes_prefill=True,
    thinking=frozenset({"enabled", "disabled"}),
    effort=False,
)
CATALOGUE = (CONTINUES, PREFILLS)
_GENERATION = re.compile(r"claude-(?:[a-z]+-)?(\d{1,2})(?:-(\d)(?!\d))?")


def stand_in(name: str) -> Model:
    """A lenient model for a name that is not in the catalogue.

    Only what depends on the name is kept: which Claude takes a prefill, and which a temperature.
    """
    found = _GENERATION.match(name)
    generation = (int(found[1]), int(found[2] or 0)) if found else None
    is_newest = name.startswith("claude-") and generation is None
    return Model(
        id=name,
        display_name=f"Rehearsal partner (asked as {name})",
        max_tokens=128_000,
        takes_prefill=generation is not None and generation < (4, 6),
        thinking=frozenset({"adaptive", "between_tools", "disabled", "enabled"}),
        sampling=not is_newest and (generation is None or generation < (4, 7)),
    )
