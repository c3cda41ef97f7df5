"""Actions that change how the session asks: mode, model, effort and thinking."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from typing import Any

from hq_tui.app.actions.base import ActionGroup, ActionRunner, action
from hq_tui.app.actions.sessions import SessionActions
from hq_tui.app.frontend import Frontend
from hq_tui.claude.providers import PROVIDERS
from hq_tui.core.events import SessionChanged
from hq_tui.core.models import ModelInfo, ThinkingSupport
from hq_tui.core.user_actions import ChangeMode
from hq_tui.sessions.own_modes import changed_to, purposes
from hq_tui.sessions.partner_router import is_rehearsal
from hq_tui.settings import EFFORTS
from hq_tui.ui.labels import model_row
from hq_tui.ui.screens.picker import Choice

DEFAULT = "default"
"""Said for what the settings say."""
LEVELS = (DEFAULT, *filter(None, EFFORTS))
SWITCH = ("on", "off", DEFAULT)


class SetupActions(ActionGroup):
    """Actions that change what the next request says beside the words."""

    _known: Sequence[ModelInfo] = ()

    def __init__(self, app: Frontend, runner: ActionRunner, sessions: SessionActions) -> None:
        super().__init__(app, runner)
        self._sessions = sessions

    @action("mode", leaves=True)
    async def _do_mode(self, argument: str) -> None:
        known = purposes(self._app.manager.settings, self._session.conversation)
        rows = [Choice(id=name, label=f"{name:<10} {what}") for name, what in known.items()]
        now = self._session.conversation
        await self._take(argument, "What is this session for?", rows, self._set_mode, now.mode)

    @action("model", leaves=True)
    async def _do_model(self, argument: str) -> None:
        now = self._session.conversation
        provider = PROVIDERS[now.provider]
        self._known = await self._app.manager.partners.models(now.provider)
        argument = provider.fitting(argument)
        if argument and (nearest := misspelt(argument, self._known)):
            self._app.show_message(f"There is no model {argument} here. Is it {nearest}?")
            self._app.put_draft(f"/model {nearest}")
            return
        room = 20 + len(provider.prefix)
        rows = [Choice(id=facts.id, label=model_row(facts, room)) for facts in self._known]
        title = "Model" if provider.models else f"Model · {provider.title} has no list of its own"
        await self._take(argument, title, rows, self._set_model, now.model, free=True)

    @action("effort", leaves=True)
    async def _do_effort(self, argument: str) -> None:
        rows = [Choice(id=level, label=level) for level in LEVELS]
        now = self._session.conversation
        await self._take(argument.lower(), "Effort", rows, self._set_effort, now.effort or DEFAULT)

    @action("thinking", leaves=True)
    async def _do_thinking(self, argument: str) -> None:
        rows = [Choice(id=word, label=word) for word in SWITCH]
        now = self._session.conversation
        await self._take(
            argument.lower(), "Thinking", rows, self._set_thinking, now.thinking or DEFAULT
        )

    async def _take(
        self,
        argument: str,
        title: str,
        rows: Sequence[Choice],
        then: Callable[[str], Coroutine[Any, Any, None]],
        current: str,
        *,
        free: bool = False,
    ) -> None:
        """Go on with `argument`, or with what is picked where there is none."""
        if argument:
            await then(argument)
            return
        start = self._app.run_worker
        await self._pick(
            title, rows, lambda picked: start(then(picked)), free=free, current=current
        )

    async def _set_mode(self, mode: str) -> None:
        file, system = changed_to(self._app.manager.settings, mode, self._session.conversation)
        await self._change(replace(self._current(), mode=mode, system=system, mode_file=file))

    async def _set_model(self, model: str) -> None:
        await self._change(replace(self._current(), model=model))
        if retires := next((one.retires for one in self._known if one.id == model), ""):
            self._app.show_message(f"{model} is retired on {retires}; /model lists the others.")

    async def _set_effort(self, level: str) -> None:
        facts = self._session.facts
        if level not in LEVELS:
            self._app.show_message(f"{level} is no level of effort. There are {', '.join(LEVELS)}.")
        elif not facts.effort:
            self._app.show_message(f"{facts.id} has no levels of effort that hq-tui knows of.")
        else:
            await self._change(replace(self._current(), effort="" if level == DEFAULT else level))

    async def _set_thinking(self, word: str) -> None:
        facts = self._session.facts
        if word not in SWITCH:
            self._app.show_message("Thinking is on, off or default.")
        elif word == "on" and facts.thinking is ThinkingSupport.NONE:
            self._app.show_message(f"{facts.id} has no thinking that hq-tui knows of.")
        elif word == "off" and facts.thinking_off is None:
            self._app.show_message(f"{facts.id} always thinks; /effort low is the least.")
        else:
            await self._change(replace(self._current(), thinking="" if word == DEFAULT else word))

    def _current(self) -> SessionChanged:
        conversation = self._session.conversation
        return self._session.in_force(self._app.manager.partners.host(conversation.provider))

    async def _change(self, change: SessionChanged) -> None:
        async with self._runner.reading:
            await self._change_now(change)

    async def _change_now(self, change: SessionChanged) -> None:
        app, session, conversation = self._app, self._session, self._session.conversation
        if not self._may_act():
            return
        if not conversation.turn_count:
            new = partial(
                app.manager.new,
                mode=change.mode,
                model=change.model,
                effort=change.effort,
                thinking=change.thinking,
                like=conversation,
            )
            await self._sessions.replace(new, takes_draft=True)
            return
        if is_rehearsal(change.model) != is_rehearsal(conversation.model):
            app.show_message(
                "A rehearsal stays a rehearsal: begin a new session with /new or /rehearse."
            )
            return
        if change.mode != conversation.mode:
            session.act(ChangeMode(mode=change.mode, before=conversation.mode))
        session.engine.change(change)
        chosen = [f"{change.mode} with {change.model}"]
        chosen += [f"effort {change.effort}"] * bool(change.effort)
        chosen += [f"thinking {change.thinking}"] * bool(change.thinking)
        app.show_message(f"{', '.join(chosen)} from the next message on")


def misspelt(model: str, known: Sequence[ModelInfo]) -> str:
    """The listed model that `model` seems to mean and is not; empty where it may be right.

    A name that is like none of them may be one that the list does not have.
    """
    names = [facts.id for facts in known]
    if any(name == model or name.startswith(f"{model}-") for name in names):
        return ""
    if any(model.startswith(f"{name}-") for name in names):
        return ""
    return next(iter(get_close_matches(model, names, n=1, cutoff=0.7)), "")
