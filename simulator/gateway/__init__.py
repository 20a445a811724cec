"""The Segment source wired to delivery: what ``listen``, the terminal UI and the pytest fixture run."""
