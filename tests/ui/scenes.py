"""The moments that have a picture: every state of the screen, each brought about step by step.

The name of a scene is the sentence that its picture must bear out. Pictures are looked at
by a person when they change; what a program can check is checked by other tests.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from hq_tui.core.events import MessageEnded
from hq_tui.sessions.session import JournalRecorder
from hq_tui.store.journal import SaveStatus
from tests.ui.app_driver import (
    BAD_KEY,
    OVERLOADED,
    RESET,
    AppDriver,
    Given,
    a_reply,
    begins,
    block,
    block_ends,
    reports,
    set_stage,
    text,
    thinking,
    tool_input,
)

Act = Callable[[AppDriver], Awaitable[None]]

RUST = "We should rewrite the ingest service in Rust because Python is always too slow for us."
TIED = (
    "You tie “rewrite the ingest service in Rust” to “Python is always too slow for us”: that "
    "is a cause, so it can be tested.\n\nWhat would have to be true about the slow part for "
    "another language to fix it?"
)
BEGUN = "You tie “rewrite the ingest service in Rust” to “Python is always too slow for us”: that "
REST = "is a cause, so it can be tested.\n\nWhat did you measure?"
PARSING = "Parsing takes 400 ms per file and everyone complains about it."
MARKDOWN = """\
## Two lines of yours

- “Python is **always** too slow”
- “Python is not slow for the small files”

| line | says | turn |
|---|---|---:|
| first | always | 1 |
| second | only the big ones | 7 |

```python
def ingest(path: Path) -> int:
    # 400 ms per file, of which 390 are parsing
    return sum(len(row) for row in parse(path))
```

> The nightly batch is the only one that hurts.

Which of the two gives way?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One moment: how big the screen is, how the app is set up, and how it comes about."""

    act: Act
    size: tuple[int, int] = (80, 24)
    given: Given = field(default_factory=Given)
    key: bool = True
    rehearsal: bool = False
    no_color: bool = False

    def stage(self, home: Path) -> AppDriver:
        """The stage for it, with the app not yet started."""
        return set_stage(home, key=self.key, rehearsal=self.rehearsal, **self.given)


async def nothing(stage: AppDriver) -> None:
    """The app has just started."""
    await stage.settled()


async def streaming(stage: AppDriver) -> None:
    await stage.asks(RUST)
    await stage.says(begins(), block(), text(BEGUN))


async def two_turns(stage: AppDriver) -> None:
    await stage.talks(RUST, TIED)
    await stage.talks(PARSING, "A number helps.\n\nWhat exactly does 400 ms count?")


async def in_the_middle(stage: AppDriver) -> None:
    await stage.talks(RUST, TIED)
    await stage.asks(PARSING)
    await stage.says(begins(1204), block(), text("“400 ms per file” puts a number on it"))


async def a_thought(stage: AppDriver) -> None:
    await stage.asks(RUST)
    await stage.says(
        begins(), block("thinking"), thinking("They want speed. What speed, and whose? ")
    )
    await stage.waits(4)


async def a_thought_unfolded(stage: AppDriver) -> None:
    await a_thought(stage)
    await stage.says(
        thinking("The word “always” is the weak joint."),
        block_ends(),
        block(index=1),
        text(TIED, index=1),
        block_ends(1),
        reports(),
        MessageEnded(),
        None,
    )
    await stage.presses("ctrl+o")


async def a_tool(stage: AppDriver) -> None:
    await stage.asks(RUST)
    await stage.says(
        begins(),
        block(),
        text(TIED),
        block_ends(),
        block("tool_use", 1, id="toolu_1", name="board_update", input={}),
        tool_input('{"ops": [{"op": "add", "kind": "claim"}]}', 1),
        block_ends(1),
        reports(stop_reason="tool_use"),
        MessageEnded(),
        None,
    )


async def files(stage: AppDriver, asked: str, answer: str, *ops: dict[str, Any]) -> None:
    """One turn in which the model files lines on the board."""
    await stage.asks(asked)
    await stage.says(
        begins(),
        block(),
        text(answer),
        block_ends(),
        block("tool_use", 1, id="toolu_1", name="board_update", input={}),
        tool_input(json.dumps({"ops": ops}), 1),
        block_ends(1),
        reports(stop_reason="tool_use"),
        MessageEnded(),
        None,
    )


async def contradicted(stage: AppDriver) -> None:
    """A contradiction with both its sides, and the question that asks about it."""
    always = {"op": "add", "kind": "claim", "text": "Python is always too slow", "turn": 1}
    small = {"op": "add", "kind": "claim", "text": "It is quick on small files", "turn": 2}
    clash = {"op": "add", "kind": "tension", "text": "Always slow, and quick on small files"}
    await files(stage, RUST, TIED, {**always, "quote": "Python is always too slow", "ref": "n1"})
    await files(
        stage,
        "Python is quick on the small files.",
        "Two of your lines do not seem to fit together.\n\nCan both be true in the same case?",
        {**small, "quote": "Python is quick on the small files", "ref": "n1"},
        {**clash, "contradicts": ["c1", "n1"], "turn": 2},
    )


async def board_shown(stage: AppDriver) -> None:
    """The same, on the board's own screen."""
    await contradicted(stage)
    await stage.presses("tab")


async def selected(stage: AppDriver) -> None:
    """Some words of the talk are selected with the mouse."""
    await two_turns(stage)
    await stage.pilot.mouse_down(offset=(4, 4))
    await stage.pilot.hover(offset=(30, 7))
    await stage.pilot.mouse_up(offset=(30, 7))


async def edited(stage: AppDriver) -> None:
    """The last message is being written anew."""
    await two_turns(stage)
    await stage.app.view.session.engine.sync()
    await stage.presses("f3", *" I mean the nightly batch.")


async def retrying(stage: AppDriver) -> None:
    await stage.talks(RUST, TIED)
    await stage.asks(PARSING)
    await stage.says(OVERLOADED)
    await stage.waits(30)
    await stage.says(OVERLOADED)


async def retrying_later(stage: AppDriver) -> None:
    await retrying(stage)
    await stage.waits(1)


async def stalled(stage: AppDriver) -> None:
    await streaming(stage)
    await stage.waits(14)


async def resumed(stage: AppDriver) -> None:
    await streaming(stage)
    await stage.says(RESET)
    await stage.waits(30)
    await stage.says(begins(480), block(), text(REST))


async def resumed_whole(stage: AppDriver) -> None:
    await resumed(stage)
    await stage.says(block_ends(), reports(), MessageEnded(), None)


async def stopped(stage: AppDriver) -> None:
    await streaming(stage)
    await stage.presses("escape")


async def cut(stage: AppDriver) -> None:
    await streaming(stage)
    for _ in range(9):
        await stage.says(RESET)
        await stage.waits(60)
        if not stage.app.view.session.engine.is_running:
            break


async def refused_key(stage: AppDriver) -> None:
    await stage.asks(RUST)
    await stage.says(BAD_KEY)


async def refused(stage: AppDriver) -> None:
    await stage.asks(RUST)
    await stage.says(
        *a_reply("I cannot")[:-2],
        reports(stop_reason="refusal", explanation="this touches a closed subject"),
        MessageEnded(),
        None,
    )


async def too_long(stage: AppDriver) -> None:
    await stage.asks(RUST)
    await stage.says(*a_reply(BEGUN)[:-2], reports(stop_reason="max_tokens"), MessageEnded(), None)


async def queued(stage: AppDriver) -> None:
    await streaming(stage)
    await stage.asks("Only the nightly batch, to be exact.")


class FullDisk(JournalRecorder):
    """A recorder whose disk is full."""

    class _Journal:
        status = SaveStatus(saved=False, reason="no space left on the disk", unsaved_records=3)

        def append(self, record: dict[str, Any]) -> None:
            """Keep nothing."""

        async def sync(self) -> bool:
            """Nothing is safe."""
            return False

        def close(self) -> bool:
            """Nothing was kept."""
            return False

    def __init__(self) -> None:
        super().__init__(cast(Any, self._Journal()))


async def disk_full(stage: AppDriver) -> None:
    await stage.talks(RUST, TIED)
    await stage.app.view.session.close()
    stage.app.view.session.recorder = FullDisk()
    await stage.settled()


async def open_elsewhere(stage: AppDriver) -> None:
    await stage.talks(RUST, TIED)
    stage.app.view.session.read_only = "read-only: open elsewhere"
    stage.app.view.session.holder = lambda _at_once: None
    await stage.settled()


async def damaged(stage: AppDriver) -> None:
    await stage.talks(RUST, TIED)
    stage.app.view.session.damaged = 3
    await stage.settled()


async def marked_up(stage: AppDriver) -> None:
    await stage.talks(RUST, MARKDOWN)


async def long_conversation(stage: AppDriver) -> None:
    for number in range(1, 6):
        await stage.talks(f"Line {number}: {PARSING}", f"Question {number}.\n\n{TIED}")


async def scrolled_up(stage: AppDriver) -> None:
    await long_conversation(stage)
    await stage.asks(RUST)
    await stage.presses("pageup")
    await stage.says(begins(), block(), text(f"{TIED}\n\n{TIED}"))


async def found(stage: AppDriver) -> None:
    await long_conversation(stage)
    await stage.asks("/find cause")
    await stage.presses("ctrl+f")


async def help_shown(stage: AppDriver) -> None:
    await two_turns(stage)
    await stage.presses("f1")
    await stage.pilot.pause()


async def commands_listed(stage: AppDriver) -> None:
    await two_turns(stage)
    await stage.presses(*"/re", "down")
    await stage.pilot.pause()


async def picker(stage: AppDriver) -> None:
    await stage.talks(RUST, TIED)
    await stage.presses(*"/mode", "enter")
    await stage.pilot.pause()


async def sessions(stage: AppDriver) -> None:
    await stage.talks(RUST, TIED)
    await stage.app.view.session.engine.sync()
    await stage.asks("/new")
    await stage.talks("Is our test suite [b]good[/b]?", "Good for what?")
    await stage.app.view.session.engine.sync()
    await stage.presses("f2")
    await stage.until(lambda: len(stage.app.screen_stack) > 1)
    await stage.pilot.pause()
    await stage.app.workers.wait_for_complete()
    # The sessions are read in slices, and then the words of the lit one are fetched.
    await stage.until(lambda: "2 of 2" in stage.screen_text and "0 turns" not in stage.screen_text)
    await stage.until(lambda: "partner: Good for what?" in stage.screen_text)


async def searched(stage: AppDriver) -> None:
    await sessions(stage)
    await stage.presses(*"slow")
    await stage.until(lambda: "found in what was said" in stage.screen_text)
    await stage.pilot.pause()


async def supposed(stage: AppDriver) -> None:
    await stage.talks(RUST, TIED)
    await stage.talks(PARSING, "A number helps.\n\nWhat exactly does 400 ms count?")
    await stage.asks("/suppose 2")
    await stage.until(lambda: bool(stage.app.view.chat.composer.text))
    await stage.settled()


async def branches(stage: AppDriver) -> None:
    await supposed(stage)
    await stage.presses("enter")
    await stage.replies("A number helps.\n\nThen what exactly would a rewrite make better?")
    await stage.until(lambda: len(stage.app.screen_stack) > 1)
    await stage.pilot.pause()
    await stage.presses("escape")
    await stage.asks("/branches")
    await stage.until(lambda: len(stage.app.screen_stack) > 1)
    await stage.pilot.pause()


async def compared(stage: AppDriver) -> None:
    await branches(stage)
    await stage.presses("ctrl+k")
    await stage.presses("escape")
    await stage.asks("/compare")
    await stage.until(lambda: len(stage.app.screen_stack) > 1)
    await stage.pilot.pause()


async def palette(stage: AppDriver) -> None:
    await stage.talks(RUST, TIED)
    await stage.presses("ctrl+p")
    await stage.until(lambda: stage.app.screen.has_class("-ready"))
    await stage.pilot.pause()


async def panel_shown(stage: AppDriver) -> None:
    await in_the_middle(stage)
    await stage.presses("alt+p")


async def several_lines(stage: AppDriver) -> None:
    await stage.talks(RUST, TIED)
    await stage.presses(*"one", "ctrl+j", *"two", "ctrl+j", *"three", "ctrl+j", *"four")


SCENES = {
    "an_empty_session_asks_what_you_think_about": Scene(act=nothing, size=(100, 30)),
    "without_a_key_the_start_names_two_ways_forward": Scene(act=nothing, key=False),
    "a_rehearsal_says_that_it_is_one": Scene(act=nothing, rehearsal=True, size=(120, 40)),
    "a_reply_streams": Scene(act=in_the_middle, size=(120, 40)),
    "a_narrow_screen_keeps_one_status_line": Scene(act=in_the_middle),
    "a_screen_of_a_hundred_columns_gives_them_to_the_text": Scene(
        act=in_the_middle, size=(100, 30)
    ),
    "a_key_shows_the_panel_on_a_hundred_columns": Scene(act=panel_shown, size=(100, 30)),
    "a_wide_screen_keeps_the_text_readable": Scene(act=marked_up, size=(160, 50)),
    "a_short_screen_keeps_text_and_composer": Scene(act=in_the_middle, size=(60, 16)),
    "a_small_screen_drops_what_matters_less": Scene(act=in_the_middle, size=(40, 12)),
    "a_tiny_screen_still_works": Scene(act=in_the_middle, size=(20, 5)),
    "thinking_shows_that_it_goes_on": Scene(act=a_thought),
    "a_thought_can_be_unfolded": Scene(act=a_thought_unfolded),
    "a_tool_call_is_named": Scene(act=a_tool),
    "a_retry_counts_down": Scene(act=retrying),
    "a_retry_counts_down_without_moving_anything": Scene(act=retrying_later),
    "silence_is_said": Scene(act=stalled, size=(100, 30)),
    "a_resumed_reply_says_so": Scene(act=resumed, size=(120, 40)),
    "a_stopped_reply_keeps_its_words": Scene(act=stopped),
    "a_reply_that_was_cut_can_go_on": Scene(act=cut),
    "a_refused_key_says_the_way_out": Scene(act=refused_key, size=(100, 30)),
    "a_refusal_is_no_answer": Scene(act=refused),
    "a_length_limit_can_be_passed": Scene(act=too_long),
    "a_queued_message_waits_in_sight": Scene(act=queued),
    "a_full_disk_is_said_at_once": Scene(act=disk_full),
    "a_session_open_elsewhere_is_read_only": Scene(act=open_elsewhere, size=(100, 30)),
    "damaged_records_are_counted": Scene(act=damaged),
    "new_lines_below_are_counted": Scene(act=scrolled_up),
    "what_was_searched_for_stands_out": Scene(act=found, size=(100, 30)),
    "help_fits_a_small_terminal": Scene(act=help_shown),
    "a_mode_is_picked_from_a_list": Scene(act=picker, size=(100, 30)),
    "sessions_are_picked_from_a_list": Scene(act=sessions, size=(120, 40)),
    "a_search_shows_the_sentence_that_was_found": Scene(act=searched, size=(120, 40)),
    "sessions_are_picked_on_a_narrow_screen": Scene(act=sessions),
    "a_supposition_is_a_draft": Scene(act=supposed, size=(100, 30)),
    "branches_are_listed_with_where_they_part": Scene(act=branches, size=(100, 30)),
    "two_branches_stand_side_by_side": Scene(act=compared, size=(120, 40)),
    "two_branches_stand_one_below_the_other": Scene(act=compared),
    "differences_need_no_colour": Scene(act=compared, size=(120, 30), no_color=True),
    "commands_are_listed_while_one_types": Scene(act=commands_listed),
    "commands_are_listed_beside_the_panel": Scene(act=commands_listed, size=(120, 40)),
    "the_palette_lists_the_actions": Scene(act=palette, size=(100, 30)),
    "the_composer_grows_with_its_text": Scene(act=several_lines),
    "a_contradiction_is_shown_with_its_three_ways_out": Scene(act=contradicted),
    "a_contradiction_stands_first_in_the_panel": Scene(
        act=contradicted, size=(120, 40), given=Given(theme="light")
    ),
    "the_board_shows_both_sides": Scene(act=board_shown),
    "the_board_has_a_lit_row": Scene(
        act=board_shown, size=(120, 40), given=Given(theme="ansi-dark")
    ),
    "what_is_selected_can_be_read": Scene(act=selected),
    "an_edit_says_that_it_is_one": Scene(act=edited),
    "light_colours": Scene(act=marked_up, size=(120, 40), given=Given(theme="light")),
    "the_terminals_own_colours": Scene(
        act=marked_up, size=(120, 40), given=Given(theme="ansi-dark")
    ),
    "no_colour_at_all": Scene(act=resumed_whole, size=(120, 40), no_color=True),
}
