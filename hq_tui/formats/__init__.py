"""Sessions in other formats: exports, and imports of our own and other programs' files."""
