"""What the actions of the inquiry do: card, board, checkpoint, review and brief.

They record what the person chose, or send a message that asks for something else than
the next question. The inquiry itself is computed elsewhere, from the record alone.
"""

from __future__ import annotations

import re

from hq_tui.commands.base import Group
from hq_tui.inquiry.artefact import brief_of
from hq_tui.inquiry.card import CardState
from hq_tui.inquiry.modes import PACES
from hq_tui.inquiry.review import review_talk
from hq_tui.ui.review_screen import ReviewScreen
from hq_tui.ui.text_screen import TextScreen

WORDS = {
    "hint": "(a hint, please)",
    "answer_now": "just tell me",
    "summary": "(where do we stand?)",
    "skip": "(skip this one)",
    "close": "(let us close)",
}
"""What stands in the transcript for a request without words of the person's own."""


class Inquiring(Group):
    """The actions of the table that concern the inquiry."""

    def _request(self, what: str, argument: str) -> None:
        if self._may_act():
            self._all.replying.send(argument or WORDS[what], request=what)

    async def _do_hint(self, argument: str) -> None:
        if self._session.inquiry.card.state is CardState.OPEN and self._session.talk.turn_count:
            self._request("hint", argument)
        else:
            self._app.say("There is no question to give a hint for yet.")

    async def _do_tell(self, argument: str) -> None:
        self._request("answer_now", argument)

    async def _do_skip(self, argument: str) -> None:
        inquiry = self._session.inquiry
        if inquiry.card.state is not CardState.OPEN or not self._session.talk.turn_count:
            self._app.say("There is no question to skip.")
        elif self._may_act():
            held = bool(inquiry.card.held)
            self._session.control("skip", turn=inquiry.card.turn)
            if not held:
                self._request("skip", argument)

    async def _do_why(self, _argument: str) -> None:
        card = self._session.inquiry.card
        about = f" · about {', '.join(card.targets)}" if card.targets else ""
        self._app.say(f"why: {card.why}{about}" if card.why else "The partner gave no reason.")

    async def _do_pace(self, argument: str) -> None:
        names = list(PACES)
        now = self._session.inquiry.pace_name
        wanted = argument or names[(names.index(now) + 1) % len(names)]
        if wanted not in PACES:
            self._app.say(f"{wanted} is not a pace. There are {', '.join(names)}.")
        elif self._may_act():
            self._session.control("pace", pace=wanted)
            self._app.say(f"pace: {wanted}")

    async def _do_checkpoint(self, argument: str) -> None:
        if not self._session.talk.turn_count:
            self._app.say("There is nothing to sum up yet.")
        else:
            self._request("summary", argument)

    async def _do_close(self, argument: str) -> None:
        self._request("close", argument)

    async def _do_review(self, _argument: str) -> None:
        session = self._session
        found = review_talk(session.talk, session.inquiry)
        await self._app.push_screen(ReviewScreen(found), self._go_to_turn)

    def _go_to_turn(self, turn: int | None) -> None:
        if turn:
            self._app.chat.transcript.go_to(f"u{turn}")

    async def _do_brief(self, argument: str) -> None:
        session = self._session
        line = review_talk(session.talk, session.inquiry).line
        text = brief_of(session.talk, session.inquiry, review_line=line)
        if argument:
            await self._all.taking.write(argument, text)
            return
        name = f"{session.talk.id}.{session.inquiry.mode.artefact}"
        foot = f"/brief {name} writes it · Esc closes"
        await self._app.push_screen(TextScreen("BRIEF", text, foot, markdown=True))

    # Guessing before the reply is shown

    async def _do_predict(self, _argument: str) -> None:
        if self._may_act():
            self._session.control("predict.start", turn=self._session.talk.turn_count + 1)
            self._app.say("The next reply stays folded until you /guess what it says.")

    async def _do_guess(self, argument: str) -> None:
        turn = self._session.folded_turn
        guess, sure = with_percent(argument)
        if not turn or turn > self._session.talk.turn_count:
            self._app.say("No reply is folded. /predict folds the next one.")
        elif not guess:
            self._app.say("Say what you expect, and how sure you are: /guess it is the disk 70 %")
        else:
            self._session.control("predict", turn=turn, guess=guess, **sure)
            self._app.say("Was it right? /right or /wrong, with how sure you are now: /right 90 %")

    async def _do_right(self, argument: str) -> None:
        self._judge(argument, right=True)

    async def _do_wrong(self, argument: str) -> None:
        self._judge(argument, right=False)

    def _judge(self, argument: str, *, right: bool) -> None:
        guesses = self._session.inquiry.predictions
        if not guesses or guesses[-1].is_waiting:
            self._app.say("There is no guess to judge.")
            return
        _, sure = with_percent(argument)
        self._session.control("predict.after", turn=guesses[-1].turn, right=right, **sure)
        self._app.say("noted; the review shows how your guesses and your confidence agree")


def with_percent(text: str) -> tuple[str, dict[str, int]]:
    """A text and the confidence at its end: `it is the disk 70 %`."""
    found = re.search(r"(?:^|\s)(\d{1,3})\s*%?\s*$", text)
    if found is None or int(found[1]) > 100:
        return text.strip(), {}
    return text[: found.start()].strip(), {"confidence": int(found[1])}
