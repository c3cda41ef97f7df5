"""Sessions as files for others: exports that are read elsewhere, imports of what others wrote.

Text and values in, text and values out; which files, and where a session is kept, is the
business of the callers.
"""
