"""Widgets of the terminal UI, one a file. Messages go up, attributes go down."""
