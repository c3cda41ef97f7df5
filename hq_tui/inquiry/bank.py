"""The question bank: templates with a type, triggers and a depth, and how slots are filled.

A template speaks the partner's words; a slot is always filled with the user's
own, in quotation marks, never inflected. That is why a filled question is
grammatical whatever the user wrote, and why it can be checked against the
transcript. The text of the bank is read elsewhere and handed in.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

QUESTION_TYPES = ("clarify", "assume", "evidence", "view", "imply", "meta")
"""The six types that a session spreads its questions over."""

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One question of the bank, with its slots still open."""

    id: str
    kind: str
    text: str
    triggers: frozenset[str]
    modes: frozenset[str]
    depth: int

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of the slots, in the order in which they appear."""
        return tuple(_SLOT.findall(self.text))

    def suits(self, mode: str) -> bool:
        """Whether the template may be used in `mode`."""
        return "*" in self.modes or mode in self.modes

    def filled(self, values: Mapping[str, str]) -> str:
        """The question with each slot as a quotation; KeyError when a value is missing."""
        return _SLOT.sub(lambda found: f"“{values[found.group(1)]}”", self.text)

    def anchored(self, values: Mapping[str, str]) -> str:
        """The filled question, tied to the claim even when the template has no slot for it."""
        filled = self.filled(values)
        if self.slots or "claim" not in values:
            return filled
        return f"On “{values['claim']}”: {filled[0].lower()}{filled[1:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """All templates, in the order of the file."""

    templates: tuple[Template, ...]

    def of_kind(self, kind: str, mode: str) -> tuple[Template, ...]:
        """The templates of one kind that suit `mode`."""
        return tuple(each for each in self.templates if each.kind == kind and each.suits(mode))


def read_bank(text: str) -> Bank:
    """The bank in the JSON `text`; ValueError or KeyError when it is not one."""
    data = json.loads(text)
    return Bank(
        templates=tuple(
            Template(
                id=str(entry["id"]),
                kind=str(entry["type"]),
                text=str(entry["text"]),
                triggers=frozenset(entry["triggers"]),
                modes=frozenset(entry["modes"]),
                depth=int(entry["depth"]),
            )
            for entry in data["questions"]
        )
    )
