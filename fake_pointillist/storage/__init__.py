"""What is kept, in SQLite: for as long as the process lives, or durable in a file."""
