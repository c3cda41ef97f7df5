"""The Socratic side of a session as pure values and functions: no clock, no files, no network."""
