"""Sessions on disk: an append-only journal for each, and the library of all of them.

The store knows records as JSON objects with a kind under `"t"`, not what the kinds mean. A
record acknowledged by `Journal.sync` survives a crash, and damage costs only the record it hit.
"""
