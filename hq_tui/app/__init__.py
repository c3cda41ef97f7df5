"""The Textual app: what a person does to a session, and what the session is to the screen."""
