"""Segment message -> Pointillist event, by rules that are data, with the provenance of every leaf."""
