"""The terminal UI: a view of Traces and of the fake's ``/_fake`` API. Nothing here computes what those already say."""
