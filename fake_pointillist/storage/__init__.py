"""What is kept, in SQLite: in memory, or durable in a file."""
