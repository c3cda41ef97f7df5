"""Widgets that draw values for the reader and speak in messages.

Nothing here talks to a server or a disk. A widget is handed values of `hq_tui.core` and
`hq_tui.inquiry`, and says what the reader did.
"""
