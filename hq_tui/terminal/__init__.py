"""The border to the terminal: what it is told, asked and given back.

A terminal is shared: with the shell that comes back after us, with the clipboard, with a
slow line, and with text that would like to command it. Everything here is about that
border: what is sent and how little of it, what comes in as keys and pastes, what a signal
means, and how the terminal is handed back.

Only this package and the screen above it know Textual.
"""
