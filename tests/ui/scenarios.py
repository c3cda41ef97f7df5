"""A whole session in each mode with the rehearsal partner, from the opening to the page.

A sitting is a list of steps: what the person says, which keys they press, and at which
moments a picture is taken, each at a small and at a large screen. The partner is the one
that everybody has, over its loopback server; only time and chance are held still.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from textual.pilot import Pilot

from tools.show import Show

SMALL, LARGE = (80, 24), (160, 50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """The person sends this and waits for the whole reply."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Types:
    """The person gives a command that no reply follows."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Presses:
    """The person presses these keys, one after the other."""

    keys: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A picture is taken, with this sentence for a name; every word of `shows` stands in it."""

    name: str
    shows: Sequence[str]


Step = Says | Types | Presses | Moment


def says(*texts: str) -> list[Step]:
    """Message after message."""
    return [Says(text=text) for text in texts]


def types(text: str) -> Step:
    """A command."""
    return Types(text=text)


def presses(*keys: str) -> Step:
    """Keys."""
    return Presses(keys=keys)


def moment(name: str, *shows: str) -> Step:
    """A picture."""
    return Moment(name=name, shows=shows)


class Evening:
    """One sitting played through, and the pictures of it by moment and size."""

    def __init__(self, home: Path, mode: str) -> None:
        self.show = Show(home, script="seed=7", mode=mode)
        self.missing: list[str] = []

    async def play(self, steps: Sequence[Step]) -> Mapping[str, str]:
        """Every picture by its name."""
        async with self.show.app.run_test(size=SMALL) as pilot:
            await self.show.until(lambda: self.show.app.is_ready)
            for step in steps:
                await self._take(pilot, step)
        await self.show.app.view.session.close()
        await self.show.app.view.manager.close()
        return self.show.pictures

    async def _take(self, pilot: Pilot[int], step: Step) -> None:
        match step:
            case Says(text=text):
                turns = self.show.app.view.session.conversation.turn_count
                self.show.ask(text)
                await self.show.until(
                    lambda: self.show.app.view.session.conversation.turn_count > turns
                )
                await self.show.ends()
                await pilot.pause()
            case Types(text=text):
                self.show.ask(text)
                await pilot.pause()
            case Presses(keys=keys):
                await pilot.press(*keys)
                await pilot.pause()
            case Moment(name=name, shows=words):
                for size in (SMALL, LARGE):
                    await pilot.resize_terminal(*size)
                    # Under load the screens may hear of it only later.
                    await self.show.until(partial(self._has_size, size))
                    await self.show.take(pilot, f"{name}_{size[0]}x{size[1]}")
                    self._look_for(words, f"{name} at {size[0]}x{size[1]}")
                await pilot.resize_terminal(*SMALL)

    def _has_size(self, size: tuple[int, int]) -> bool:
        return all(screen.size == size for screen in self.show.app.screen_stack)

    def _look_for(self, words: Sequence[str], where: str) -> None:
        app = self.show.app
        rows = app.screen._compositor.render_strips(app.size)
        seen = " ".join(" ".join(strip.text.split()) for strip in rows)
        self.missing += [f"{word!r} in {where}" for word in words if word not in seen]
