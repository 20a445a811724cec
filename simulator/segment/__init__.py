"""Segment's side of the wire: reading messages, admitting or discarding them, and the HTTP source for real SDKs."""
