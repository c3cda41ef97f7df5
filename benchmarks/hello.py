"""The floor: the smallest Textual program that paints something and answers a key."""

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static


class Hello(App[None]):
    """One widget, which shows what was typed."""

    typed = ""

    def compose(self) -> ComposeResult:
        yield Static("Hello, world", markup=False)

    def on_key(self, event: Key) -> None:
        self.typed += event.character or ""
        self.query_one(Static).update(f"Hello, world {self.typed}")


if __name__ == "__main__":
    Hello().run()
