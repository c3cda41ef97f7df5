"""The only floor that knows the Anthropic SDK: its stream becomes our events.

Importing anything from here is cheap. The SDK costs a second or more and is loaded by
`client.load_sdk`, in a thread, when the first client is made; no module here imports it
at its top.
"""
