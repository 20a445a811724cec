"""A little shop that tracks what its customers do, with Segment's own Python SDK."""
