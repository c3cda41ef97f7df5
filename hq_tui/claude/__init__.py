"""The only package that uses the Anthropic SDK; it turns the SDK's stream into our events.

Importing it is cheap: `client.load_sdk` loads the SDK in a thread with the first client.
"""
