"""The models that the rehearsal server offers, as its Models API describes them.

There are two because real models differ in how a broken reply is continued: newer ones
want a user message that asks them to go on, older ones take the partial reply as the start
of theirs. The Models API has no field for that, here as there.
"""

from __future__ import annotations

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


CONTINUES = Model(id="rehearsal-1", display_name="Rehearsal partner", binds_thinking=True)
PREFILLS = Model(
    id="rehearsal-prefill",
    display_name="Rehearsal partner (takes prefill)",
    takes_prefill=True,
    thinking=frozenset({"enabled", "disabled"}),
    effort=False,
)
CATALOGUE = (CONTINUES, PREFILLS)
