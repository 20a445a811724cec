"""Who is who after a stream of messages, and the views of it: table, JSON, DOT, a page."""
