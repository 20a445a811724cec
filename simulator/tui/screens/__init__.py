"""Screens of the terminal UI, one a file, each with its ``.tcss`` beside it."""
